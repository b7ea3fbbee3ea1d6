import type { Reason } from '../words/reason.ts'
import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import type { LayerId } from './store.ts'
import type { Etag, EpochMicros, Sentence, SessionKey } from './session.ts'

export const sessionKey = z.string().min(1).max(512)
export const etag = z.string().min(1).max(128)

/** How long a session shall live (django/contrib/sessions/backends/base.py, `set_expiry`). */
export const expirySetting = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('in'), seconds: z.int().min(1).max(10 * 366 * 86_400) }),
  /** Instant in milliseconds since 1970 UTC. */
  z.strictObject({ kind: z.literal('at'), at: z.int() }),
  z.strictObject({ kind: z.literal('browser-close') }),
  z.strictObject({ kind: z.literal('default') }),
  /** Ended as of now; the data stays as it is. */
  z.strictObject({ kind: z.literal('now') }),
])
export type ExpirySetting = z.infer<typeof expirySetting>

export const plannedChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edit'),
    key: sessionKey,
    ifEtag: etag,
    /** The whole new session data in the typed JSON notation. */
    data: z.string().max(8 * 1024 * 1024),
    /** null: the expire date stays as it is. */
    expiry: expirySetting.nullable(),
  }),
  z.strictObject({ kind: z.literal('expire'), sessions: z.array(z.strictObject({ key: sessionKey, ifEtag: etag.nullable() })).min(1).max(10_000), expiry: expirySetting }),
  /** A session that is not there yet. */
  z.strictObject({
    kind: z.literal('create'),
    /** The whole session data in the typed JSON notation. */
    data: z.string().max(8 * 1024 * 1024),
    /** Whom it logs in: a user name, or `#` and the primary key; null: nobody. Only where the site is this machine's own. */
    user: z.string().min(1).max(512).nullable(),
    /** null: an hour where it logs somebody in, else SESSION_COOKIE_AGE. */
    expiry: expirySetting.nullable(),
  }),
  z.strictObject({ kind: z.literal('delete'), sessions: z.array(z.strictObject({ key: sessionKey, ifEtag: etag.nullable() })).min(1).max(10_000) }),
])
export type PlannedChange = z.infer<typeof plannedChange>

/** What a change would do. Nothing is written until `changes.apply` is called with its id, once, in time. */
export interface ChangePlan {
  readonly planId: string
  readonly kind: PlannedChange['kind']
  readonly sentence: Sentence
  /** Sessions that would change. */
  readonly count: number
  readonly keys: readonly SessionKey[]
  /** One session only: data before and after, in the typed JSON notation; stored text before and after. */
  readonly before: ChangeSide | null
  readonly after: ChangeSide | null
  readonly layers: readonly ChangeLayer[]
  readonly checks: readonly ChangeCheck[]
}

export interface ChangeSide {
  readonly data: string | null
  readonly text: string
  readonly sizeBytes: number
  readonly expireDate: EpochMicros | null
}

/** What a store keeps a session in: a row of a table, a key of Redis, an item of memcached, an entry of DatabaseCache, a file. */
export type StoredPlace = 'row' | 'key' | 'item' | 'entry' | 'file'

/** A place that is, or is on purpose not, written. */
export interface ChangeLayer {
  readonly place: StoredPlace | 'copy' | 'signature' | 'expire-date' | 'cookie'
  readonly sentence: Sentence
  readonly written: boolean
}

export interface ChangeCheck {
  readonly level: 'ok' | 'warn'
  readonly sentence: Sentence
}

export type Outcome = 'done' | 'gone' | 'conflict' | 'exists' | 'failed' | 'unknown' | 'partly'

export interface KeyOutcome {
  readonly key: SessionKey
  /** `conflict`: the app changed it meanwhile; nothing was written. `unknown`: sent, no answer came. `partly`: a pair, and only one of its layers. */
  readonly outcome: Outcome
  /** Etag of what the store holds now; null: nothing. */
  readonly etag: Etag | null
  readonly reason: Reason | null
  /** Of the error that kept it from being done, or from being told; missing: the session itself did, or nothing. */
  readonly code?: ErrorCode
  /** Of a pair: what was done in each layer, in order; a layer that was left alone is missing. Missing: another store. */
  readonly layers?: readonly LayerOutcome[]
}

export interface LayerOutcome {
  readonly layer: LayerId
  readonly outcome: Outcome
  readonly reason: Reason | null
}

export interface ChangeResult {
  /** What to hand to `changes.undo`; null: nothing was changed. */
  readonly changeId: string | null
  readonly outcomes: readonly KeyOutcome[]
  readonly changed: number
  readonly failed: number
  readonly skipped: number
  /** Journal file that holds the undo; null: in memory only. */
  readonly journal: string | null
}

/** One done thing, newest first in lists. */
export interface ChangeRecord {
  readonly changeId: string
  readonly kind: PlannedChange['kind'] | 'undo'
  readonly at: number
  readonly sentence: Sentence
  readonly keys: readonly SessionKey[]
  readonly undone: boolean
}
