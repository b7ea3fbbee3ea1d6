import type { StoreClock } from '../../../shared/model/store.ts'
import type { ServerProfile } from '../stores/database/server-url.ts'
import type { JarProfile } from '../stores/jar/jar-store.ts'
import type { SqliteProfile } from '../stores/database/sqlite.ts'
import type { FileProfile } from '../stores/file/file-url.ts'
import type { FileCacheProfile } from '../stores/file-cache/file-cache-url.ts'
import type { MemcachedProfile } from '../stores/memcached/memcached-url.ts'
import type { RedisProfile } from '../stores/redis/redis-url.ts'
import type { SessionStore } from '../stores/session-store.ts'

/** All that a worker needs to open a store. One kind for each driver. */
export type StoreProfile = LayerProfile | PairProfile

/** Rows, and the cache in front of them: Django's cached_db. */
export interface PairProfile {
  readonly kind: 'pair'
  readonly row: LayerProfile
  readonly cache: LayerProfile
  readonly clock: StoreClock
}

export type LayerProfile =
  | SqliteProfile
  | ServerProfile<'postgres'>
  | ServerProfile<'mysql'>
  | JarProfile
  | FileProfile
  | FileCacheProfile
  | MemcachedProfile
  | RedisProfile

type Openers = { readonly [K in StoreProfile['kind']]: (profile: Extract<StoreProfile, { readonly kind: K }>) => Promise<SessionStore> }

/** A store is one line here, and one for its URL in `read-url.ts`. Only the driver that is opened is loaded: each worker would pay for all of them. */
const OPENERS: Openers = {
  sqlite: async (profile) => (await import('../stores/database/sqlite.ts')).openSqlite(profile, profile.clock),
  postgres: async (profile) => (await import('../stores/database/postgres.ts')).openPostgres(profile),
  mysql: async (profile) => (await import('../stores/database/mysql.ts')).openMysql(profile, profile.clock),
  jar: async (profile) => (await import('../stores/jar/jar-store.ts')).openJar(profile),
  pair: async ({ row, cache }) => (await import('../stores/pair/pair-store.ts')).openPair(() => openStore(row), () => openStore(cache)),
  file: async (profile) => (await import('../stores/file/file.ts')).openFile(profile),
  'file-cache': async (profile) => (await import('../stores/file-cache/file-cache.ts')).openFileCache(profile),
  memcached: async (profile) => (await import('../stores/memcached/memcached.ts')).openMemcached(profile),
  redis: async (profile) => (await import('../stores/redis/redis.ts')).openRedis(profile),
}

/** Opens in this thread, which it may block: everything but a worker, a test or a benchmark uses `openInWorker`. */
export function openStore<K extends StoreProfile['kind']>(profile: Extract<StoreProfile, { readonly kind: K }>): Promise<SessionStore> {
  const open: Openers[K] = OPENERS[profile.kind as K]
  return open(profile)
}
