import type { Cursor, EpochMicros, Etag, PhysicalFact, SessionKey, WalkOrder } from '../../../shared/model/session.ts'
import type { KeyOutcome } from '../../../shared/model/change.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { StoreFilter } from '../../../shared/query/plan.ts'
import type { CacheLayer, LayerId, StoreCapabilities, StorePayload } from '../../../shared/model/store.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import type { CacheEngine } from './cache-key.ts'

/**
 * What a driver must do; everything else is written once above it (`core/sessions`).
 * A driver reads and writes stored bytes and expiry. It never decodes, and reading never writes.
 * Every method rejects with `CoatcheckError` only; `CANCELLED` when its signal was aborted.
 */
export interface SessionReader extends AsyncDisposable {
  describe(signal: AbortSignal): Promise<StoreDescription>
  listPage(query: PageQuery, signal: AbortSignal): Promise<StorePage>
  /** null: no such session. Expired ones are found too. */
  read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null>
  /** What brings many back, as far as they are there. Missing: they are read one by one (`imagesOf`). */
  images?(keys: readonly SessionKey[], signal: AbortSignal): Promise<StoreImages>
  /**
   * Stays the same while nothing in the store is written: then no session has to be read again. null, missing: only reading tells.
   */
  revision?(signal: AbortSignal): Promise<string | null>
  /** Walks all keys in `order`, in short reads. Progress at least every 10,000 rows. */
  tally(query: TallyQuery, signal: AbortSignal): AsyncIterable<TallyStep>
  /** Sessions by their end, exactly, without reading one of them. Missing, or STORE_UNSUPPORTED: the store has no cheap way to tell. */
  ends?(query: EndsQuery, signal: AbortSignal): Promise<EndsCount>
}

export interface SessionWriter {
  /**
   * Replaces stored bytes, expiry, or both, if the store still holds what `ifEtag` names.
   * Never inserts (a session deleted meanwhile stays deleted, as Django's UpdateError has it).
   */
  write(edit: StoreEdit, signal: AbortSignal): Promise<KeyOutcome>
  /** The same for many, in short transactions where the store has them; one outcome for each, in order. */
  writeMany(edits: readonly StoreEdit[], signal: AbortSignal, pace?: Pace): Promise<readonly KeyOutcome[]>
  /** Deletes those that still match; one outcome for each, in order. Cancelling stops between keys. */
  deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal, pace?: Pace): Promise<readonly KeyOutcome[]>
  /** Puts a deleted session back as it was, only where nothing of that key exists (outcome `exists` otherwise). */
  restore(image: StoreImage, signal: AbortSignal): Promise<KeyOutcome>
  /** `restore` of many, in short transactions where the store has them. Missing: one by one (`restoreMany` of `many.ts`). */
  restoreMany?(images: PackedData, signal: AbortSignal, pace?: Pace): Promise<readonly KeyOutcome[]>
  /** Makes a session, only where nothing of that key exists (outcome `exists` otherwise). @throws STORE_UNSUPPORTED where no server holds sessions */
  create(session: NewSession, signal: AbortSignal): Promise<KeyOutcome>
}

export type SessionStore = SessionReader & SessionWriter

export interface StoreDescription {
  readonly payload: StorePayload
  readonly capabilities: StoreCapabilities
  /** Library or server with version: "SQLite 3.50.4". */
  readonly server: string
  /** Columns that are not Django's own; left untouched by every write. */
  readonly extraColumns: readonly string[]
  readonly facts: readonly PhysicalFact[]
  /** Why nothing can be written here; null: it can. */
  readonly readOnlyReason: Reason | null
  /** Of a pair; missing: another store. */
  readonly cache?: CacheLayer
  /** Of a cache, what its server threw out for want of memory since it started. Missing: another store, or it does not tell. */
  readonly evictions?: Evictions
  /** Why the driver writes nothing although it could: what it was opened with keeps it from that. null, missing: nothing does. */
  readonly lockReason?: Reason | null
}

export interface Evictions {
  readonly count: number
  /** How long the server has run, in seconds. */
  readonly upSeconds: number
}

export type { WalkOrder }

export interface PageQuery {
  readonly order: WalkOrder
  readonly cursor: Cursor | null
  readonly limit: number
  /** Etags cost a hash for each row; the table does without. */
  readonly withEtags?: boolean
  /** Sessions that may be left out: all that do not fit. A driver uses of it what its capabilities name. Missing: none. */
  readonly filter?: StoreFilter | null
  /** Keys, expire dates and sizes are all that is asked for: `data` may be empty. */
  readonly isBare?: boolean
}

/**
 * Columns rather than records: a page crosses two thread boundaries, and one buffer crosses faster than a thousand objects.
 * May hold fewer rows than asked for (large values end it early): only `next` tells whether more follow.
 */
export interface StorePage {
  readonly keys: readonly SessionKey[]
  /** Of a store whose files tell (`mtime`): the last change of the file plus SESSION_COOKIE_AGE; what the data says is not the store's. */
  readonly expireDates: readonly (EpochMicros | null)[]
  /** Stored bytes; empty for a row longer than `LIMITS.storedValueBytes`, whose `sizes` still tells the truth. */
  readonly data: PackedData
  /** Stored sizes in bytes. */
  readonly sizes: readonly number[]
  /** Item flags of memcached, row by row; missing: another store. */
  readonly flags?: readonly number[]
  /** null: not asked for. */
  readonly etags: readonly Etag[] | null
  /** null: this was the last page. */
  readonly next: Cursor | null
  /** Rows that were looked at; those that a filter left out are not. */
  readonly examined: number
  /** Of a pair: what its cache holds for each key; missing: another store. */
  readonly cache?: CacheColumns
}

/** The copies in the cache of a pair, row by row. */
export interface CacheColumns {
  /** The page is of copies that have no row. */
  readonly rowless: boolean
  /** `failed`: the cache did not answer, or its value is too long to be read. */
  readonly found: readonly ('hit' | 'miss' | 'failed')[]
  readonly expireDates: readonly (EpochMicros | null)[]
  readonly data: PackedData
  readonly sizes: readonly number[]
  readonly flags?: readonly number[]
}

/** One session as it is stored, byte for byte. */
export interface StoredSession {
  readonly key: SessionKey
  readonly data: Uint8Array
  readonly expireDate: EpochMicros | null
  readonly etag: Etag
  /** Item flags of memcached; missing: another store. */
  readonly flags?: number
  /** Column values, TTL, mtime: the physical truth, for people. */
  readonly physical: readonly PhysicalFact[]
  /** All that `restore` needs to bring back exactly this. */
  readonly image: StoreImage
  /** Of a pair: both layers, in the order in which Django writes them; the rest is that of the first one present. Missing: another store. */
  readonly layers?: readonly StoredLayer[]
}

export interface StoredLayer {
  readonly layer: LayerId
  /** null: nothing is there, or (`reason`) it could not be read. */
  readonly session: StoredSession | null
  readonly reason: Reason | null
}

/** Everything a store held for one session, in its own raw types; values are text, numbers, bytes or null. */
export interface StoreImage {
  readonly key: SessionKey
  readonly columns: Readonly<Record<string, RawValue>>
}
export type RawValue = string | number | bigint | Uint8Array | null

/** `gentle` (the default): locked for a moment, then away, so that the site's own writes hardly wait. `full`: as fast as it goes. */
export type Pace = 'gentle' | 'full'

/** Key by key, in the order asked for. */
export interface StoreImages {
  /** null: gone, or too long to be kept. */
  readonly etags: readonly (Etag | null)[]
  /** Each an image as `image-bytes.ts` has it; empty where the etag is null. */
  readonly data: PackedData
}

export interface StoreEdit {
  readonly key: SessionKey
  readonly ifEtag: Etag
  /** undefined: stays as it is. */
  readonly data?: Uint8Array
  /** Item flags of memcached that go with `data`; undefined: stay as they are. */
  readonly flags?: number
  readonly expireDate?: EpochMicros
  /**
   * `_auth_user_id` of the new data, null for an anonymous one: kept in the column `user_id` that some session models have
   * (django-user-sessions, django-qsessions); a store without such a column leaves it out. undefined: stays as it is.
   */
  readonly userId?: string | null
  /** Undo only: the raw expiry to put back, byte for byte; outranks `expireDate`. */
  readonly image?: StoreImage
  /** Of a pair: what becomes of the copy in its cache; the rest is for the row. undefined: it stays as it is. */
  readonly cache?: CacheEdit
}

/** A session that is not there yet. */
export interface NewSession {
  readonly key: SessionKey
  readonly data: Uint8Array
  /** Item flags of memcached; missing: another store. */
  readonly flags?: number
  readonly expireDate: EpochMicros
  /** As in `StoreEdit`. */
  readonly userId: string | null
  /** Whose prefix its key gets in a cache. */
  readonly engine: CacheEngine
  /** Of a pair: the copy in its cache; the rest is for the row. Missing: another store, or no copy. */
  readonly cache?: Pick<NewSession, 'data' | 'flags' | 'expireDate'>
}

/** `drop`: the copy is deleted, so that Django reads the row. One that is not there is not made. */
export type CacheEdit = { readonly kind: 'drop' } | { readonly kind: 'write'; readonly data?: Uint8Array; readonly flags?: number; readonly expireDate?: EpochMicros }

export interface DeleteTarget {
  readonly key: SessionKey
  /** null: whatever stands there. */
  readonly ifEtag: Etag | null
}

export interface TallyQuery {
  readonly order: WalkOrder
  /** A signpost for the first row of every page of this many rows. */
  readonly every: number
  /** What counts as live: `expireDate > now` (Django's `load`). */
  readonly now: EpochMicros
}
export interface EndsQuery {
  /** Ascending; between each two of them is counted, the first included and the second not. None: only `first` and `last` are asked for. */
  readonly edges: readonly EpochMicros[]
}
export interface EndsCount {
  /** Earliest and latest end of all; null: no session has one. */
  readonly first: EpochMicros | null
  readonly last: EpochMicros | null
  /** One fewer than edges. */
  readonly counts: readonly number[]
}
export interface TallyStep {
  readonly examined: number
  readonly live: number
  readonly expired: number
  /** Cursors for `listPage`: the first begins at row `every`, the next at 2×`every`… Only those new since the last step. */
  readonly signposts: readonly Cursor[]
}
