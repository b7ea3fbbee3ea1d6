import type { SortField } from './session.ts'

/** Django's `SESSION_ENGINE`, without the package name. */
export type EngineId = 'db' | 'cache' | 'cached_db' | 'file' | 'signed_cookies'

/**
 * In what form a store keeps session data. `session-text`: `SessionBase.encode`'s signed text (db, file, cookies).
 * `cache-value`: what a cache backend makes of the dict itself.
 */
export type StorePayload = { readonly kind: 'session-text' } | CachePayload

export interface CachePayload {
  readonly kind: 'cache-value'
  readonly container: CacheContainer
  /** What reads and writes the values of this site; null: not known, found by content. */
  readonly reader: CacheReader | null
  readonly serializer: 'pickle' | 'json' | 'msgpack' | null
  readonly compressor: CompressorId | null
}

/** What holds a value: it decides what stands around the serializer's bytes. `plain`: nothing does, or nobody knows. */
export type CacheContainer = 'plain' | 'redis' | 'memcached' | 'database-cache' | 'file-cache'

/** `own-engine`: a session engine that reads its store itself, and guards against nothing. */
export type CacheReader = 'django' | 'django-redis' | 'pymemcache' | 'pylibmc' | 'own-engine'

export type CompressorId = 'none' | 'zlib' | 'gzip' | 'lzma' | 'lz4' | 'zstd'

/** Where Django's cached_db keeps a session: a row, and a copy in the cache, which it reads first. */
export type LayerId = 'db' | 'cache'

/** The cache beside the rows of a pair. */
export interface CacheLayer {
  readonly payload: StorePayload
  readonly server: string
  /** Whether copies without a row can be found there. */
  readonly enumerate: StoreCapabilities['enumerate']
  readonly expiry: StoreCapabilities['expiry']
}

/** Fields of a query that a store may choose sessions by, before anybody else looks at them. */
export type FilterField = 'key' | 'expires' | 'size'

/** What a store can do. Plain data: sent to the UI and the CLI, which say what is missing instead of failing. */
export interface StoreCapabilities {
  readonly write: boolean
  readonly delete: boolean
  /** Fields that the store itself can sort by; empty where it has no order (Redis). */
  readonly sort: readonly SortField[]
  readonly count: 'exact' | 'estimate' | 'none'
  /** `incomplete`: the server tells of keys, but not surely of all (memcached). */
  readonly enumerate: 'ordered' | 'unordered' | 'incomplete' | 'none'
  /** What the store itself leaves out where a query asks for less than all; by every other field, each session is looked at. */
  readonly filter: readonly FilterField[]
  /**
   * Where the expire date of a session is kept: a column; the server's own clock (`ttl`: the session is gone when its time has passed);
   * the stored bytes (`in-value`: FileBasedCache). `mtime` (the file engine): `expireDate` is the last change of the file plus
   * SESSION_COOKIE_AGE, and a write of it sets that time; `fileExpiry` (model/file-expiry.ts) tells what the data makes of it.
   */
  readonly expiry: 'column' | 'ttl' | 'mtime' | 'in-value' | 'signature' | 'none'
}

/**
 * How a store without time zones (SQLite, MySQL) writes `expire_date`
 * (docs/django-sessions.md, physical expire_date).
 */
export interface StoreClock {
  /** USE_TZ: True writes UTC, False writes wall clock of `timeZone`. */
  readonly useTz: boolean
  /** TIME_ZONE, an IANA name. */
  readonly timeZone: string
  /** `assumed`: nobody told us; Django's current defaults. */
  readonly origin: 'settings' | 'user' | 'assumed'
}
