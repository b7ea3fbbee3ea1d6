import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { DecodedText, HashAlgorithm, RowPassage, SerializerId, Signature } from '../../../shared/model/session.ts'
import type { CacheForm } from '../../../shared/model/cache-form.ts'
import type { PasteFinding } from '../../../shared/model/decode.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { StorePayload } from '../../../shared/model/store.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import type { ReadinessEffect } from '../../../shared/model/report.ts'
import type { DataTerm } from '../../../shared/query/plan.ts'
import type { SeenPath } from '../../../shared/query/seen-paths.ts'

/** Keys in Django's order. `name` is what faces may show; `secret` never leaves the core. */
export interface SigningKey {
  readonly name: string
  readonly secret: string
}
export type Keyring = readonly SigningKey[]

/** Where a text stands decides its salt and whether it has an age limit. */
export interface DecodeContext {
  readonly keyring: Keyring
  /** `row`: db and file (salt `django.contrib.sessions.SessionStore`); `cookie`: signed_cookies. null: try both, prefer the one that verifies. */
  readonly place: 'row' | 'cookie' | null
  /** Another salt in place of the one of `place`, or the name of the store class that it follows from. */
  readonly salt: string | null
  /** Cookies only; Django uses SESSION_COOKIE_AGE. */
  readonly maxAgeSeconds: number
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** Whose rules judge; null or missing: not known, and judged as the current one. */
  readonly djangoVersion?: DjangoVersion | null
  /** SESSION_SERIALIZER; null or missing: not known. */
  readonly serializer?: 'json' | 'pickle' | null
  /** How the store keeps data; missing: as signed text. null: not known, and found by content. */
  readonly payload?: StorePayload | null
  /** Item flags of memcached, of one value; null or missing: not known. */
  readonly flags?: number | null
}

/** Stored values, and item flags of memcached for each; missing: another store. */
export interface StoredValues extends PackedData {
  readonly flags?: readonly number[]
  /** Nobody reads these bytes again: they may change hands in place of being copied. Missing: somebody may. */
  readonly isGivenAway?: boolean
}

/** What the sessions table needs of one text. Columns again: see `StorePage`. */
export interface DecodedSummary {
  readonly signature: Signature
  readonly serializer: SerializerId | null
  readonly compressed: boolean
  /** See `SessionRow`. */
  readonly signedAt?: number
  readonly topLevelKeys: readonly string[] | null
  readonly keyCount: number
  readonly userId: string | null
  /** `_session_expiry` as it stands in the data. null: there is none. */
  readonly ownExpiry: DataNode | null
  /** Whether Django would read data from it, as far as the keys tell. */
  readonly readable: boolean
}

/** What JSONSerializer would make of one stored text, for reports. */
export interface AuditedText {
  readonly isPickle: boolean
  /** false: a pickle that cannot be read, so that `losses` is not all. */
  readonly readable: boolean
  readonly losses: readonly AuditedLoss[]
  /** What loading it would run: `os.system('id')`. */
  readonly calls: readonly string[]
}

/** Values of one type at one place; any position of a list is `[]`. */
export interface AuditedLoss {
  readonly path: string
  readonly type: string
  readonly effect: ReadinessEffect
  readonly values: number
}

/** What is to be signed, and how it looked before. */
export interface EncodeRequest {
  /** Typed JSON notation of the whole session data. */
  readonly data: string
  readonly salt: string
  readonly key: SigningKey
  /** Whether to compress where Django would; false keeps a text raw that another program wrote so. */
  readonly compress: boolean
  readonly now: number
  /** The current one unless told. `salt` then still is the newer salt of the same store class. */
  readonly format?: 'django-signed' | 'django-legacy'
  /** SHA-256 unless told. */
  readonly algorithm?: HashAlgorithm
  /** JSON unless told. */
  readonly serializer?: 'json' | 'pickle'
  /** null or missing: Python's highest. */
  readonly pickleProtocol?: number | null
  /** null or missing: in a frame where the protocol has them, as Python writes it. */
  readonly pickleFramed?: boolean | null
}

/** What is to become the value of a cache, in the form another one was found in. Nothing is signed. */
export interface CacheEncodeRequest {
  /** Typed JSON notation of the whole session data. */
  readonly data: string
  readonly form: CacheForm
}

/** Decoding and encoding off the event loop. Bad data is a value; rejections are limits and lost workers. */
export interface Decoder {
  summarize(data: StoredValues, context: DecodeContext, signal: AbortSignal): Promise<readonly DecodedSummary[]>
  decode(text: Uint8Array, context: DecodeContext, signal: AbortSignal): Promise<DecodedText>
  /** What each text would lose with JSONSerializer; most are JSON already, and cost little. */
  audit(data: StoredValues, context: DecodeContext, signal: AbortSignal): Promise<readonly AuditedText[]>
  /** Whether the data of each text fits all terms; null: it cannot be read. */
  match(data: StoredValues, terms: readonly DataTerm[], context: DecodeContext, signal: AbortSignal): Promise<readonly (boolean | null)[]>
  /** Where one of `wanted` (in lower case) stands in the data of each text; null: nowhere that may be shown. */
  passages(data: StoredValues, wanted: readonly string[], context: DecodeContext, signal: AbortSignal): Promise<readonly (RowPassage | null)[]>
  /** Paths into the data of the texts, outer ones first; see `SeenPaths`. */
  paths(data: StoredValues, context: DecodeContext, signal: AbortSignal): Promise<readonly SeenPath[]>
  /** Every session found in a pasted text, in order. */
  decodePaste(text: string, context: PasteContext, signal: AbortSignal): Promise<readonly PasteFinding[]>
  /** @throws DATA_INVALID with a position, when `data` is not notation or not a dict */
  encode(request: EncodeRequest | CacheEncodeRequest, signal: AbortSignal): Promise<Uint8Array>
  /** Somebody is about to need it: starts what the first call would wait for. Changes no answer. */
  warm(): void
  close(): Promise<void>
}

export interface PasteContext extends DecodeContext {
  readonly cookieNames: readonly string[]
}
