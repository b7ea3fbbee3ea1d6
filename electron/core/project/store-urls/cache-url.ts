import type { ProjectSettings, ProjectValue } from '../../../../shared/model/project.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import type { StoreWorld } from '../stores.ts'
import { databaseUrl } from './database-url.ts'
import type { StoreUrl } from './store-url.ts'
import { fileUrl, firstUnknown, isKnownText, itemOf, publishedPlace, said, unknownPlace } from './store-url.ts'

/** URL of CACHES[alias]. */
export function cacheUrl(config: ProjectValue, alias: string, settings: ProjectSettings, world: StoreWorld): StoreUrl {
  const backend = itemOf(config, 'BACKEND')
  const location = itemOf(config, 'LOCATION')
  const why = firstUnknown(config, backend, location, itemOf(config, 'KEY_PREFIX'), itemOf(config, 'VERSION'))
  if (why !== null || !isKnownText(backend)) return unknownPlace(why ?? said('noBackend'))
  // With a key function of its own, physical keys cannot be told.
  if (itemOf(config, 'KEY_FUNCTION') !== undefined) return unknownPlace(said('keyFunction'))
  const query = keyQuery(config)
  if (/\bdummy\.DummyCache$/.test(backend)) return { url: null, secret: null, status: 'unreachable-kind', detail: said('dummy') }
  if (/\blocmem\.LocMemCache$/.test(backend)) return { url: null, secret: null, status: 'unreachable-kind', detail: said('localMemory') }
  if (/\bfilebased\.FileBasedCache$/.test(backend)) return isKnownText(location) && location.startsWith('/') ? ready(withQuery(fileUrl('djcache', location), query)) : unknownPlace(said('relativeCache'))
  if (/\bdb\.DatabaseCache$/.test(backend)) return databaseCache(location, query, settings, world)
  if (/memcache|pylibmc/i.test(backend)) return memcachedUrl(location, query, world)
  if (/redis/i.test(backend)) return redisUrl(location, alias, query, backend.startsWith('django_redis') ? 'django-redis' : 'django', config, world)
  return unknownPlace(said('otherCache', { backend }))
}

function ready(url: string, secret: string | null = null, detail: Reason | null = null): StoreUrl {
  return { url, secret, status: 'ready', detail }
}

function keyQuery(config: ProjectValue): URLSearchParams {
  const query = new URLSearchParams()
  const [prefix, version] = [itemOf(config, 'KEY_PREFIX'), itemOf(config, 'VERSION')]
  if (isKnownText(prefix) && prefix !== '') query.set('prefix', prefix)
  if (typeof version === 'number' && version !== 1) query.set('version', String(version))
  return query
}

function withQuery(url: string, query: URLSearchParams): string {
  const text = query.toString()
  return text === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${text}`
}

function databaseCache(location: ProjectValue | undefined, query: URLSearchParams, settings: ProjectSettings, world: StoreWorld): StoreUrl {
  if (!isKnownText(location)) return unknownPlace(said('noName'))
  const place = databaseUrl(settings.DATABASES.value, 'default', location, world, 'dbcache+')
  return place.url === null ? place : { ...place, url: withQuery(place.url, query) }
}

function places(location: ProjectValue | undefined): string[] {
  const items = isKnownText(location) ? location.split(/[;,]/) : Array.isArray(location) ? location.filter((item): item is string => typeof item === 'string') : []
  return items.map((item: string) => item.trim()).filter((item: string) => item !== '')
}

function memcachedUrl(location: ProjectValue | undefined, query: URLSearchParams, world: StoreWorld): StoreUrl {
  const items = places(location)
  if (items.length === 0) return unknownPlace(said('noName'))
  if (items.some((item) => item.startsWith('unix:') || item.startsWith('/'))) return unknownPlace(said('socket'))
  const mapped = items.map((item) => {
    const [host = '', port = '11211'] = item.split(':')
    const place = publishedPlace(host, Number(port), world.compose)
    return { text: place === null ? `${host}:${port}` : `${place.host}:${place.port}`, service: place === null ? null : host }
  })
  const service = mapped.find((item) => item.service !== null)?.service
  return ready(withQuery(`memcached://${mapped.map((item) => item.text).join(',')}`, query), null, service === undefined || service === null ? null : said('published', { service }))
}

const REDIS = /^(rediss?|unix):\/\/(?:([^@/?#]*)@)?([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/

function redisUrl(location: ProjectValue | undefined, alias: string, query: URLSearchParams, format: string, config: ProjectValue, world: StoreWorld): StoreUrl {
  const items = places(location)
  const [first] = items
  const match = first === undefined ? null : REDIS.exec(first)
  if (match === null) return unknownPlace(said('noName'))
  const [, scheme = '', account = '', place = '', path = '', given = ''] = match
  const [user = ''] = account.split(':')
  const options = new URLSearchParams(given)
  const database = options.get('db') ?? (scheme === 'unix' ? '' : path.slice(1))
  query.set('format', format)
  const secret = account.includes(':***') || given.includes('***') ? `CACHES.${alias}.LOCATION${Array.isArray(location) ? '[0]' : ''}` : hasPassword(config) ? `CACHES.${alias}.OPTIONS.PASSWORD` : null
  if (scheme === 'unix') {
    if (database !== '') query.set('db', database)
    return ready(withQuery(`unix://${path}`, query), secret)
  }
  const [, host = '', port = '6379'] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(place) ?? []
  const published = publishedPlace(host, Number(port), world.compose)
  const target = published === null ? `${host === '' ? 'localhost' : host}:${port}` : `${published.host}:${published.port}`
  const detail = published !== null ? said('published', { service: host }) : items.length > 1 ? said('severalServers') : null
  return ready(withQuery(`${scheme}://${user === '' ? '' : `${user}@`}${target}/${database === '' ? '0' : database}`, query), secret, detail)
}

function hasPassword(config: ProjectValue): boolean {
  const options = itemOf(config, 'OPTIONS')
  const password = itemOf(options, 'PASSWORD') ?? itemOf(options, 'password')
  return password !== undefined && password !== null && typeof password === 'object' && '$secret' in password
}
