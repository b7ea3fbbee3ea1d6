import type { EpochMicros, SessionKey } from '../../../../shared/model/session.ts'
import type { StorePayload } from '../../../../shared/model/store.ts'
import type { BareReasonId } from '../../../../shared/words/reason.ts'
import { CACHE_KEY_PREFIXES, makeCacheKey, readCacheKey, sessionCacheKey } from '../cache-key.ts'
import type { CacheEngine, CacheKeySpace } from '../cache-key.ts'
import type { StoredValue } from './stored-value.ts'
import { spell, text } from './stored-value.ts'

/** What kind of table sessions are in: what its columns are called, which rows are sessions, and under which keys. */
export interface TableKind {
  readonly key: string
  readonly data: string
  readonly expire: string
  /** All three. */
  readonly columns: readonly string[]
  readonly payload: StorePayload
  /** Text with which the key column of every session begins; null: every row is a session. */
  readonly prefix: string | null
  /** What the key column may hold for a session key as it is listed, the likeliest first. */
  storedKeys(key: SessionKey): readonly StoredValue[]
  /** Beginnings of what the key column may hold for session keys that begin so. */
  storedBeginnings(beginning: string): readonly string[]
  /** What Django puts into the key column. */
  newKey(key: SessionKey, engine: CacheEngine): StoredValue
  shownKey(stored: StoredValue): SessionKey
  /** An expire date as Django would write it here. */
  roundExpiry(at: EpochMicros): EpochMicros
  /** Whether a model of its own may add the column `user_id`, which goes with `_auth_user_id` in the data. */
  readonly hasUser: boolean
  /** What makes such a table, for hints. */
  readonly madeBy: string
  /** What to do where it is another table. */
  readonly namedBy: BareReasonId
}

/** What django-user-sessions and django-qsessions call the column of a session's user. */
export const USER_ID = 'user_id'

/** Django's `AbstractBaseSession` (django/contrib/sessions/base_session.py). */
export const SESSION_TABLE: TableKind = {
  key: 'session_key',
  data: 'session_data',
  expire: 'expire_date',
  columns: ['session_key', 'session_data', 'expire_date'],
  payload: { kind: 'session-text' },
  prefix: null,
  /** A BLOB is listed as its SQL literal. */
  storedKeys(key) {
    const blob = /^x'((?:[0-9a-f]{2})*)'$/.exec(key)
    return blob === null ? [text(key)] : [text(key), { kind: 'blob', value: Buffer.from(blob[1] ?? '', 'hex') }]
  },
  storedBeginnings: (beginning) => [beginning],
  newKey: text,
  shownKey: spell,
  roundExpiry: (at) => at,
  hasUser: true,
  madeBy: 'manage.py migrate',
  namedBy: 'next.chooseModelTable',
}

/** A table of DatabaseCache, of whose rows only sessions are looked at (django/core/cache/backends/db.py; `createcachetable`). */
export function cacheTable(space: CacheKeySpace): TableKind {
  return {
    key: 'cache_key',
    data: 'value',
    expire: 'expires',
    columns: ['cache_key', 'value', 'expires'],
    payload: { kind: 'cache-value', container: 'database-cache', reader: 'django', serializer: 'pickle', compressor: null },
    // That of cached_db begins with it too.
    prefix: makeCacheKey(space, CACHE_KEY_PREFIXES[0]),
    storedKeys: (key) => CACHE_KEY_PREFIXES.map((prefix) => text(makeCacheKey(space, `${prefix}${key}`))),
    // One that is nothing but a prefix is listed whole.
    storedBeginnings: (beginning) => [...CACHE_KEY_PREFIXES.map((prefix) => makeCacheKey(space, `${prefix}${beginning}`)), beginning],
    newKey: (key, engine) => text(sessionCacheKey(space, engine, key)),
    shownKey: (stored) => readCacheKey(space, spell(stored))?.key ?? spell(stored),
    // DatabaseCache drops what is below the second.
    roundExpiry: (at) => Math.floor(at / 1_000_000) * 1_000_000,
    hasUser: false,
    madeBy: 'manage.py createcachetable',
    namedBy: 'next.chooseCacheTable',
  }
}

export const tableKind = (cache: CacheKeySpace | undefined): TableKind => (cache === undefined ? SESSION_TABLE : cacheTable(cache))
