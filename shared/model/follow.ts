import type { SerializedError } from '../errors.ts'
import type { Drift, EpochMicros, EpochMs, Etag, Sentence, SessionState } from './session.ts'

/** What a followed session is at one time. */
export interface FollowedState {
  readonly etag: Etag
  /** The session data in the typed JSON notation. null: not readable; see `problem`. */
  readonly data: string | null
  readonly problem: Sentence | null
  readonly state: SessionState
  /** null: the store keeps no expiry for it. */
  readonly expireDate: EpochMicros | null
  /** When Django saved it: the timestamp inside the signed text; null: it has none. */
  readonly savedAt: EpochMicros | null
  readonly sizeBytes: number
  /** Of a pair: how its copy in the cache differs. Missing: another store. */
  readonly drift?: Drift
}

/**
 * What happens to a session while it is followed. `seenAt`: when it was noticed, up to a pause after it happened; saves within one pause
 * are one. A session that is gone may live on under another key (`cycle_key` at a login): nothing says so, and nothing is guessed.
 */
export type FollowEvent =
  | { readonly kind: 'state'; readonly reason: 'first' | 'saved' | 'made-again'; readonly seenAt: EpochMs; readonly state: FollowedState }
  /** `wasThere` false: it was not there when following began. */
  | { readonly kind: 'gone'; readonly seenAt: EpochMs; readonly wasThere: boolean }
  | { readonly kind: 'expired'; readonly seenAt: EpochMs; readonly expireDate: EpochMicros }
  /** The store does not answer for now; it is asked again, less often. */
  | { readonly kind: 'unreached'; readonly seenAt: EpochMs; readonly error: SerializedError }
  | { readonly kind: 'reached'; readonly seenAt: EpochMs }
  /** How saves are noticed from now on; `asked` until told. `announced`: the store tells of each. */
  | { readonly kind: 'way'; readonly seenAt: EpochMs; readonly way: FollowWay }

export type FollowWay = 'asked' | 'announced'
