import type { Reason } from '../words/reason.ts'
import type { Owner } from './owner.ts'
import type { CacheForm } from './cache-form.ts'
import type { LoginVerdict } from './login.ts'
import type { FoundFacets } from './overview.ts'
import type { PickleFacts } from './pickle.ts'
import type { FilterField, LayerId } from './store.ts'

/** Django's `session_key`, in clear. 32 characters of `a-z0-9` when Django made it; anything else when somebody else did. */
export type SessionKey = string

/** Microseconds since 1970-01-01 UTC, the precision of Django's `expire_date`. A safe integer until the year 2255. */
export type EpochMicros = number

/** Milliseconds since 1970-01-01 UTC. */
export type EpochMs = number

/** Where a page begins. Opaque: only the store that made it can read it. */
export type Cursor = string

/** Hash of what a store holds for one session (data and expire date); changes when either does. */
export type Etag = string

/**
 * What Django makes of a stored session now.
 * `undecodable`: Django refuses the text and goes on with an empty session. It outranks `expired`.
 */
export type SessionState = 'live' | 'expired' | 'undecodable'

export type SortField = 'expireDate' | 'key'
export interface SortOrder {
  readonly by: SortField
  readonly direction: 'asc' | 'desc'
}

/**
 * `stored`: as the store keeps them, whatever that is; the fastest way through everything, and all that a store without order has.
 * `rowless`: of a pair, only what its cache holds without a row.
 */
export type WalkOrder = SortOrder | { readonly by: 'stored' | 'rowless'; readonly direction: 'asc' | 'desc' }

/** One row of the sessions table: enough to draw it, nothing more. */
export interface SessionRow {
  readonly key: SessionKey
  readonly state: SessionState
  /** null: the store keeps no expiry for it, or what it keeps is not a date. */
  readonly expireDate: EpochMicros | null
  readonly sizeBytes: number
  readonly signature: Signature
  readonly serializer: SerializerId | null
  readonly compressed: boolean
  /** When Django last saved it: the timestamp inside the signed text. Missing: there is none, or it is no date. */
  readonly signedAt?: EpochMs
  /** At most 12 names; `keyCount` tells how many there are. null: not readable. */
  readonly topLevelKeys: readonly string[] | null
  readonly keyCount: number
  /** `_auth_user_id` as text; null: anonymous or unreadable. */
  readonly userId: string | null
  /** Of a pair: how its copy in the cache differs, as far as it was compared. Missing: another store, or nothing was seen. */
  readonly drift?: Drift
  /** Whose id that is; null: anonymous, or no user table is known. */
  readonly owner: Owner | null
  /** What Django would make of its login. Missing: it holds none, Django does not load it, or it was not asked for. */
  readonly login?: LoginVerdict
  /** Its data took too long to read: what is said of it is what the store tells alone. Missing: it was read. */
  readonly unread?: true
  /** When Coatcheck made it; missing: as far as is known, it did not. */
  readonly madeAt?: EpochMs
  /** What of it answers to the query that found it. Missing: it was not searched for. */
  readonly hits?: RowHits
}

/** `keyChars`: from the beginning of the key. `names`: of the top-level keys. */
export interface RowHits {
  readonly keyChars: number
  readonly owner: boolean
  readonly names: readonly string[]
  /** Where a text that was looked for stands. Missing: none was, or nowhere that may be shown. */
  readonly passage?: RowPassage
}

/** A place in session data that holds a text; never in what looks like a secret. */
export interface RowPassage {
  /** The top-level key that is the place, or leads to it. */
  readonly name: string
  /** The beginning of the key or value, or what is around the hit, in one line; null: the top-level key itself is the place. */
  readonly text: string | null
  /** Of `text`, else of `name`: the hits. */
  readonly spans: readonly Span[]
}

/** Places in session data that answer to a query: steps from the top, each the index of an entry or an item. `isWhole`: there are no more. */
export interface SessionHits {
  readonly paths: readonly (readonly number[])[]
  readonly isWhole: boolean
}

/**
 * How the copy in the cache of cached_db differs from the row. `cache-missing`: there is none, and Django makes one when it next reads.
 * `rowless`: only the copy is left, from which Django goes on. `cache-failed`: the cache did not answer. `unreadable`: not both can be read.
 */
export type Drift = 'same' | 'data' | 'expiry' | 'cache-missing' | 'rowless' | 'cache-failed' | 'unreadable'

/** `msgpack`: values of django-redis only. `php`: other software's; Django has none of that name. */
export type SerializerId = 'json' | 'pickle' | 'msgpack' | 'php'

/** Hash under a signature of Django: SHA-1 up to 3.0, SHA-256 since 3.1 (which, like 3.2, reads and may write both). */
export type HashAlgorithm = 'sha256' | 'sha1'

/** A verdict on a signature is a value with a reason, never an exception. */
export interface Signature {
  /**
   * What the known keys say. `valid` with a reason: a key did sign it, and this site's Django refuses it all the same.
   * `unchecked`: no key is known. `absent`: the text carries none.
   */
  readonly state: 'valid' | 'bad' | 'unchecked' | 'absent'
  /** Name of the setting that verified it: `SECRET_KEY` or `SECRET_KEY_FALLBACKS[n]`. */
  readonly verifiedBy: string | null
  readonly reason: SignatureReason | null
}

/**
 * - `wrong-key`: no known key signs this text with any known salt (or the text was changed: one cannot tell).
 * - `wrong-salt`: a known key signed it, for another engine.
 * - `altered`: the signature's bytes are right, its text is not (Django compares text).
 * - `truncated`: shorter than a signature of this format can be.
 * - `too-old`: signed well, older than SESSION_COOKIE_AGE (signed_cookies only).
 * - `no-fallbacks`: signed well with a fallback key, which this Django (before 4.1), or this format, does not know.
 * - `other-hash`: signed well with a hash that this Django does not accept there: SHA-1 since 4.0, SHA-256 before 3.1.
 * - `other-format`: made well in a format that this Django does not read: the one before 3.1, or the one since.
 */
export type SignatureReason = 'wrong-key' | 'wrong-salt' | 'altered' | 'truncated' | 'too-old' | 'no-fallbacks' | 'other-hash' | 'other-format'

export interface SessionListPage {
  readonly rows: readonly SessionRow[]
  /** null: this was the last page. */
  readonly next: Cursor | null
  /** Rows looked at for this page; more than `rows.length` where a filter ran. */
  readonly examined: number
  /** `sessions.stream` only, row by row: data in the typed notation (when asked for; null: unreadable), and etags. */
  readonly data?: readonly (string | null)[] | null
  readonly etags?: readonly Etag[] | null
}

/** What a search has found since the last event. Events come in order, also where nothing was found: they are its progress. */
export interface SessionSearchPage {
  readonly rows: readonly SessionRow[]
  /** Sessions that fit so far. */
  readonly found: number
  /** Sessions looked at so far: of all, or of those that the store chose by `filtered`. */
  readonly examined: number
  /** By which fields the store chose what was looked at. Empty: it gave all that it has. */
  readonly filtered: readonly FilterField[]
  /** Of these, sessions whose data was asked for and cannot be read: they are not found, whatever the query says of their data. */
  readonly unread: number
  /** Row by row, where asked for; see `SessionListPage`. */
  readonly data: readonly (string | null)[] | null
  readonly etags: readonly Etag[] | null
  /** Where asked for, from time to time and with the last event. Missing: nothing new. */
  readonly facets?: FoundFacets
  readonly done: boolean
}

/** One session, whole. */
export interface SessionDetail {
  readonly row: SessionRow
  readonly etag: Etag
  /** Of one that Coatcheck made: whether the store holds something else by now. Missing: another one, or not known. */
  readonly savedSince?: boolean
  readonly text: DecodedText
  /** As the store holds it: column, TTL, mtime. Name and value, in the store's own words. */
  readonly physical: readonly PhysicalFact[]
  readonly expiry: ExpiryFacts
  /** Of a pair; the rest is of the layer that Django reads. Missing: another store. */
  readonly pair?: { readonly drift: Drift; readonly layers: readonly SessionLayer[] }
}

/** Row or copy, in the order in which Django writes them. */
export interface SessionLayer {
  readonly layer: LayerId
  /** Whether Django reads the session from here now. */
  readonly isRead: boolean
  /** Why it could not be read; null: it could, or nothing is there. */
  readonly reason: Reason | null
  readonly expireDate: EpochMicros | null
  /** Both null: nothing is there. */
  readonly sizeBytes: number | null
  readonly text: DecodedText | null
  readonly physical: readonly PhysicalFact[]
}

export interface PhysicalFact {
  readonly name: string
  readonly value: string
}

/** What can end a session of this engine. Instants in `EpochMicros`, ages in seconds; null: does not apply or is not known. */
export interface ExpiryFacts {
  readonly expireDate: EpochMicros | null
  /** When Django last saved it: the timestamp inside the signed text. */
  readonly savedAt: EpochMicros | null
  /** `_session_expiry` as it stands in the data. */
  readonly custom: { readonly kind: 'seconds'; readonly seconds: number } | { readonly kind: 'date'; readonly text: string; readonly at: EpochMicros | null } | { readonly kind: 'odd'; readonly text: string } | null
  readonly cookieAgeSeconds: number
  readonly endsAtBrowserClose: boolean
  readonly saveEveryRequest: boolean | null
  /** Of a pair: when its row and its copy end; the copy is missing where there is none, the row where it is gone. `expireDate` is the later one. */
  readonly layers?: { readonly row?: EpochMicros | null; readonly copy?: EpochMicros | null }
}

/** Offsets in UTF-16 units, end exclusive. */
export type Span = readonly [start: number, end: number]

/**
 * What a text is. `django-other`: Django signs or makes it, and it is no session (messages, CSRF tokens, `signing.dumps`).
 * Everything behind it belongs to other software: Django never writes it.
 */
export type TextFormat = 'django-signed' | 'django-legacy' | 'django-pickle' | 'django-cache' | 'django-other' | ForeignFormat | 'unknown'

export type ForeignFormat = 'flask' | 'itsdangerous' | 'starlette' | 'jwt' | 'rails' | 'laravel' | 'express' | 'php' | 'aspnet'

/** Whether it is a session as Django stores it. */
export function isDjangoSession(format: TextFormat): boolean {
  return format === 'django-signed' || format === 'django-legacy' || format === 'django-pickle' || format === 'django-cache'
}

/** A session text taken apart. Everything here is a fact or null; `verdict` is the sentence. */
export interface DecodedText {
  readonly format: TextFormat
  readonly text: string
  readonly parts: { readonly payload: Span; readonly timestamp: Span; readonly signature: Span } | null
  /** The salt that verified it; without a verifying key, the one that this place uses. */
  readonly salt: string | null
  readonly signature: Signature
  /** Keys tried, by name, in Django's order. */
  readonly keysTried: readonly string[]
  readonly signedAt: EpochMs | null
  /** Cookies only: when Django starts to refuse it for its age. */
  readonly goodUntil: EpochMs | null
  readonly serializer: SerializerId | null
  readonly compressed: boolean
  /** null: not a text that Django makes. */
  readonly habit: TextHabit | null
  /** What stands around its data, enough to write other data in the same form. null: not the value of a cache. */
  readonly cache: CacheForm | null
  /** What its pickle holds and would do, known even where it cannot be read. null: it holds none. */
  readonly pickle: PickleFacts | null
  /** Bytes of the payload after base64, and after inflating. null: not reached. */
  readonly packedBytes: number | null
  readonly dataBytes: number | null
  /** The session data in the typed JSON notation (`shared/values/notation.ts`). null: not readable; see `problem`. */
  readonly data: string | null
  /** What Django gets: the data, an empty session, or an exception (HTTP 500). */
  readonly djangoSees: 'data' | 'empty' | 'error'
  readonly problem: DecodeProblem | null
  readonly verdict: Sentence
}

/** How the writer of a text makes it, as far as that is a choice: kept when the text is made again. */
export interface TextHabit {
  readonly hash: HashAlgorithm
  /** Left as it is where Django's own rule (save two bytes or more) would have compressed it. */
  readonly neverCompresses: boolean
  /** null: no pickle. */
  readonly pickleProtocol: number | null
  /** Whether its writer puts pickles of protocol 4 and 5 into frames, as Python does. null: no pickle. */
  readonly pickleFramed: boolean | null
}

/** Why data could not be read, or is not what Django can use. */
export interface DecodeProblem {
  readonly step: 'shape' | 'timestamp' | 'base64' | 'zlib' | 'compression' | 'json' | 'pickle' | 'msgpack' | 'limit' | 'not-a-dict'
  /** A short name that stays the same: `bad-padding`, `trailing-comma`. For people there is `sentence`. */
  readonly reason: string
  readonly sentence: Sentence
  /** Byte offset in the data of that step, where one is known. */
  readonly position: number | null
}

/** A sentence of the catalogue (`shared/words/`): its id and what goes into it. */
export interface Sentence {
  readonly id: string
  /** A reason within it is said first. */
  readonly params: Readonly<Record<string, string | number | Reason>>
}
