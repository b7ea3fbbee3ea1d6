import { posix } from 'node:path'
import type { ProjectValue } from '../../../../shared/model/project.ts'
import type { StoreWorld } from '../stores.ts'
import type { StoreUrl } from './store-url.ts'
import { fileUrl, firstUnknown, isKnownText, itemOf, publishedPlace, said, unknownPlace } from './store-url.ts'

const SERVERS = { postgresql: 5432, mysql: 3306 } as const

/** URL of a table in DATABASES[alias]. `scheme` before it, like `dbcache+`, says what the table is. */
export function databaseUrl(databases: ProjectValue, alias: string, table: string, world: Pick<StoreWorld, 'folder' | 'compose'>, scheme = ''): StoreUrl {
  const why = firstUnknown(databases)
  const config = itemOf(databases, alias)
  if (why !== null) return unknownPlace(why)
  if (config === undefined) return { url: null, secret: null, status: 'missing', detail: said('noDatabase', { alias }) }
  const engine = itemOf(config, 'ENGINE')
  // Old and new names of one engine are one kind; both options say PostgreSQL.
  const kind = kindOf(isKnownText(engine) ? engine : firstUnknown(engine)?.includes('django-environ') === true || firstUnknown(engine)?.includes('dj-database-url') === true ? 'postgresql' : '')
  if (kind === null) return unknownPlace(firstUnknown(config, engine) ?? said('otherDatabase', { engine: isKnownText(engine) ? engine : '' }))
  return kind === 'sqlite' ? sqliteUrl(config, table, world, scheme) : serverUrl(kind, config, alias, table, world, scheme)
}

function kindOf(engine: string): 'sqlite' | 'postgresql' | 'mysql' | null {
  if (/sqlite|spatialite/.test(engine)) return 'sqlite'
  if (/postg|psqlextra/.test(engine)) return 'postgresql'
  return /mysql/.test(engine) ? 'mysql' : null
}

function sqliteUrl(config: ProjectValue, table: string, world: Pick<StoreWorld, 'folder'>, scheme: string): StoreUrl {
  const name = itemOf(config, 'NAME')
  if (!isKnownText(name)) return unknownPlace(firstUnknown(name) ?? said('noName'))
  if (name === ':memory:' || name === '' || name.startsWith('file:')) return { url: null, secret: null, status: 'unreachable-kind', detail: said('memory') }
  const isAbsolute = name.startsWith('/')
  const path = isAbsolute ? name : posix.join(world.folder, name)
  return { url: `${fileUrl(`${scheme}sqlite`, path)}?table=${encodeURIComponent(table)}`, secret: null, status: 'ready', detail: isAbsolute ? null : said('relative') }
}

function serverUrl(kind: 'postgresql' | 'mysql', config: ProjectValue, alias: string, table: string, world: Pick<StoreWorld, 'compose'>, scheme: string): StoreUrl {
  const [name, user, host, port, password] = ['NAME', 'USER', 'HOST', 'PORT', 'PASSWORD'].map((key) => itemOf(config, key))
  const why = firstUnknown(config, name, user, host, port)
  if (why !== null || !isKnownText(name)) return unknownPlace(why ?? said('noName'))
  const number = port === undefined || port === null || port === '' ? SERVERS[kind] : Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535) return unknownPlace(said('noPort'))
  const given = isKnownText(host) && host !== '' ? host : 'localhost'
  const published = publishedPlace(given, number, world.compose)
  const place = published ?? { host: given, port: number }
  const account = isKnownText(user) && user !== '' ? `${encodeURIComponent(user)}@` : ''
  const isSocket = given.startsWith('/')
  const target = isSocket ? '' : `${place.host.includes(':') ? `[${place.host}]` : encodeURIComponent(place.host)}:${place.port}`
  const query = `table=${encodeURIComponent(table)}${isSocket ? `&host=${encodeURIComponent(given)}` : ''}`
  const secret = password !== undefined && password !== null && typeof password === 'object' && '$secret' in password ? `DATABASES.${alias}.PASSWORD` : null
  return { url: `${scheme}${kind}://${account}${target}/${encodeURIComponent(name)}?${query}`, secret, status: 'ready', detail: published === null ? null : said('published', { service: given }) }
}
