import type { ComposeService, ProjectSettings, ProjectStore, ProjectValue, SessionFacts, SettingsReading, TrustedFacts } from '../../../shared/model/project.ts'
import { whyUnknown } from '../../../shared/model/project.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import { verbatim } from '../../../shared/words/reason.ts'
import { cacheUrl } from './store-urls/cache-url.ts'
import { databaseUrl } from './store-urls/database-url.ts'
import type { StoreUrl } from './store-urls/store-url.ts'
import { fileUrl, isKnownText, said } from './store-urls/store-url.ts'

const ENGINES = 'django.contrib.sessions.backends.'
const KINDS = ['db', 'cache', 'cached_db', 'file', 'signed_cookies'] as const

export interface StoreWorld {
  readonly folder: string
  readonly compose: readonly ComposeService[]
  /** null: the project is not trusted. */
  readonly facts: TrustedFacts | null
}

/** Stores that the project has, the configured one marked. Nothing is connected to; each says what stands in the way. */
export function findStores({ settings }: SettingsReading, world: StoreWorld): readonly ProjectStore[] {
  const engine = settings.SESSION_ENGINE.value
  const kind = KINDS.find((item) => engine === ENGINES + item) ?? null
  const alias = isKnownText(settings.SESSION_CACHE_ALIAS.value) ? settings.SESSION_CACHE_ALIAS.value : 'default'
  const stores: ProjectStore[] = []
  const database = databaseStore(settings, world, kind === 'db')
  const usesTable = kind === 'db' || kind === 'cached_db' || hasApp(settings, 'django.contrib.sessions')
  if (usesTable) stores.push(database)
  const caches = cacheStores(settings, world, kind === 'cache' ? alias : null)
  stores.push(...caches)
  const half = caches.find((store) => store.id === `cache:${alias}`)
  if (half !== undefined && usesTable) stores.push({ id: 'cached_db', kind: 'cached_db', engine: `${ENGINES}cached_db`, url: null, secret: null, active: kind === 'cached_db', status: database.status === 'ready' ? half.status : database.status, detail: said('pair'), parts: [database.id, half.id] })
  if (kind === 'file' || settings.SESSION_FILE_PATH.value !== null) stores.push(fileStore(settings, kind === 'file'))
  if (kind === 'signed_cookies') stores.push({ id: 'signed_cookies', kind: 'signed_cookies', engine: `${ENGINES}signed_cookies`, url: null, secret: null, active: true, status: 'ready', detail: said('cookies'), parts: [] })
  if (kind === null) stores.push(customStore(settings, world))
  return stores
}

function hasApp(settings: ProjectSettings, name: string): boolean {
  const apps = settings.INSTALLED_APPS.value
  return Array.isArray(apps) && apps.includes(name)
}

function toStore(id: string, kind: ProjectStore['kind'], engine: string, active: boolean, place: StoreUrl): ProjectStore {
  return { id, kind, engine, active, url: place.url, secret: place.secret, status: place.status, detail: place.detail, parts: [] }
}

function databaseStore(settings: ProjectSettings, world: StoreWorld, active: boolean): ProjectStore {
  const alias = world.facts?.engine?.databaseAlias ?? 'default'
  const place = databaseUrl(settings.DATABASES.value, alias, 'django_session', world)
  const routers = settings.DATABASE_ROUTERS.value
  const isRouted = world.facts === null && !(Array.isArray(routers) && routers.length === 0)
  return toStore('db', 'db', `${ENGINES}db`, active, isRouted && place.status === 'ready' ? { ...place, status: 'unknown', detail: said('routers') } : place)
}

function cacheStores(settings: ProjectSettings, world: StoreWorld, active: string | null): ProjectStore[] {
  const caches = settings.CACHES.value
  if (whyUnknown(caches) !== null || caches === null || typeof caches !== 'object' || Array.isArray(caches)) return []
  return Object.entries(caches).map(([alias, config]) => toStore(`cache:${alias}`, 'cache', `${ENGINES}cache`, alias === active, cacheUrl(config, alias, settings, world)))
}

function fileStore(settings: ProjectSettings, active: boolean): ProjectStore {
  const path = settings.SESSION_FILE_PATH.value
  const cookie = settings.SESSION_COOKIE_NAME.value
  const place: StoreUrl = whyUnknown(path) !== null || !isKnownText(cookie) ? { url: null, secret: null, status: 'unknown', detail: unknownWhy(path) ?? said('cookieName') }
    : path === null ? { url: null, secret: null, status: 'unknown', detail: said('temporary') }
      : { url: isKnownText(path) ? `${fileUrl('file', path)}?cookie_name=${encodeURIComponent(cookie)}` : null, secret: null, status: 'ready', detail: null }
  return toStore('file', 'file', `${ENGINES}file`, active, place)
}

function customStore(settings: ProjectSettings, world: StoreWorld): ProjectStore {
  const engine = settings.SESSION_ENGINE.value
  const table = world.facts?.engine?.modelTable ?? null
  const name = isKnownText(engine) ? engine : ''
  if (table === null) return { id: 'custom', kind: 'custom', engine: name, url: null, secret: null, active: true, status: 'unknown', detail: unknownWhy(engine) ?? said('custom'), parts: [] }
  return toStore('custom', 'custom', name, true, databaseUrl(settings.DATABASES.value, world.facts?.engine?.databaseAlias ?? 'default', table, world))
}

/** Facts by which sessions are read and judged. */
export function sessionFacts({ settings, djangoVersion }: SettingsReading, facts: TrustedFacts | null): SessionFacts {
  const text = (value: ProjectValue): string | null => (isKnownText(value) ? value : null)
  const flag = (value: ProjectValue): boolean | null => (typeof value === 'boolean' ? value : null)
  const age = settings.SESSION_COOKIE_AGE.value
  return {
    engine: text(settings.SESSION_ENGINE.value), cookieName: text(settings.SESSION_COOKIE_NAME.value), cookieAgeSeconds: facts?.engine?.cookieAgeSeconds ?? (typeof age === 'number' ? age : null),
    expireAtBrowserClose: flag(settings.SESSION_EXPIRE_AT_BROWSER_CLOSE.value), saveEveryRequest: flag(settings.SESSION_SAVE_EVERY_REQUEST.value), serializer: text(settings.SESSION_SERIALIZER.value),
    djangoVersion, useTz: flag(settings.USE_TZ.value), timeZone: text(settings.TIME_ZONE.value),
  }
}

function unknownWhy(value: ProjectValue): Reason | null {
  const why = whyUnknown(value)
  return why === null ? null : verbatim(why)
}
