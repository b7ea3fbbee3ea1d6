import type { StoreClock } from '../../../shared/model/store.ts'
import { openMysql } from '../stores/database/mysql.ts'
import { openPostgres } from '../stores/database/postgres.ts'
import type { ServerProfile } from '../stores/database/server-url.ts'
import { openSqlite } from '../stores/database/sqlite.ts'
import { openJar } from '../stores/jar/jar-store.ts'
import type { JarProfile } from '../stores/jar/jar-store.ts'
import { openPair } from '../stores/pair/pair-store.ts'
import type { SqliteProfile } from '../stores/database/sqlite.ts'
import { openFile } from '../stores/file/file.ts'
import type { FileProfile } from '../stores/file/file-url.ts'
import { openFileCache } from '../stores/file-cache/file-cache.ts'
import type { FileCacheProfile } from '../stores/file-cache/file-cache-url.ts'
import { openMemcached } from '../stores/memcached/memcached.ts'
import type { MemcachedProfile } from '../stores/memcached/memcached-url.ts'
import { openRedis } from '../stores/redis/redis.ts'
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

/** A store is one line here, and one for its URL in `read-url.ts`. */
const OPENERS: Openers = {
  sqlite: (profile) => openSqlite(profile, profile.clock),
  postgres: openPostgres,
  mysql: (profile) => openMysql(profile, profile.clock),
  jar: openJar,
  pair: ({ row, cache }) => openPair(() => openStore(row), () => openStore(cache)),
  file: openFile,
  'file-cache': openFileCache,
  memcached: openMemcached,
  redis: openRedis,
}

/** Opens in this thread, which it may block: everything but a worker, a test or a benchmark uses `openInWorker`. */
export function openStore<K extends StoreProfile['kind']>(profile: Extract<StoreProfile, { readonly kind: K }>): Promise<SessionStore> {
  const open: Openers[K] = OPENERS[profile.kind as K]
  return open(profile)
}
