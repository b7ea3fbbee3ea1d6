import type { Reason } from '../words/reason.ts'
import type { SerializedError } from '../errors.ts'
import type { Owner } from './owner.ts'
import type { ProjectStore } from './project.ts'
import type { EpochMicros, Etag, SessionKey, SessionState } from './session.ts'
import type { SourceId } from './source.ts'

/** One session of the user, as it was found: a change of it holds only while the store still has that. */
export interface UserSession {
  readonly key: SessionKey
  readonly ifEtag: Etag
  readonly sizeBytes: number
  readonly state: SessionState
  /** null: it has no end, or none that is a date. */
  readonly expireDate: EpochMicros | null
  /** The beginning of them: at most 12 top-level keys of its data. null: not readable. */
  readonly topLevelKeys: readonly string[] | null
}

/** What the sessions found in one store come to. */
export interface FoundFacts {
  readonly live: number
  readonly expired: number
  /** Found all the same: the user's id can be read, and Django refuses the rest. */
  readonly undecodable: number
  /** Ends of them, the first and the last. null: none has one. */
  readonly oldestEnd: EpochMicros | null
  readonly newestEnd: EpochMicros | null
}

export function factsOf(sessions: readonly UserSession[]): FoundFacts {
  const count = (wanted: SessionState): number => sessions.filter(({ state }) => state === wanted).length
  const ends = sessions.flatMap(({ expireDate }) => expireDate ?? [])
  const most = (pick: (a: number, b: number) => number): EpochMicros | null => (ends.length === 0 ? null : ends.reduce(pick))
  return { live: count('live'), expired: count('expired'), undecodable: count('undecodable'), oldestEnd: most((a, b) => Math.min(a, b)), newestEnd: most((a, b) => Math.max(a, b)) }
}

/** Of a pair, how many of the sessions found are ghosts: copies whose row was deleted. `unlisted`: its cache does not tell its keys. null: another store. */
export type FoundGhosts = number | 'unlisted' | null

/** A store in which a user's sessions are looked for. */
export interface SearchedStore {
  /** Id of the project's store; `source`: what was opened by itself. */
  readonly id: string
  readonly kind: ProjectStore['kind']
  /** Where it is, for people. */
  readonly location: string
  /** Django reads sessions from it, as far as the settings tell; what lies in another one logs nobody in. */
  readonly isUsed: boolean
  /**
   * `ask`: a server that is not open; nothing connects to it unless people say so. `left`: it cannot be searched, for `reason`.
   * `failed`: it did not open, or the search in it ended early, for `error`; what was found until then counts.
   */
  readonly state: 'waiting' | 'searching' | 'searched' | 'ask' | 'left' | 'failed'
  readonly reason: Reason | null
  readonly error: SerializedError | null
  /** null: it is not open. */
  readonly sourceId: SourceId | null
  /** Why nothing can be deleted there; null: it can. */
  readonly readOnlyReason: Reason | null
  /** The server tells of its keys without promise: there may be more. */
  readonly isIncomplete: boolean
  readonly ghosts: FoundGhosts
  /** Sessions looked at, and of these such whose data cannot be read: they may be anybody's. */
  readonly examined: number
  readonly unread: number
}

/** A search for all sessions of one user of a project, store by store. */
export type UserSessionsEvent =
  /** First: who is looked for (`owner` null: no user table tells), and where. `isProject` false: the source belongs to no project, and is all that is looked at. */
  | { readonly kind: 'stores'; readonly userId: string; readonly owner: Owner | null; readonly isProject: boolean; readonly stores: readonly SearchedStore[] }
  /** A store as it is now, and what was found there since its last event. */
  | { readonly kind: 'store'; readonly store: SearchedStore; readonly sessions: readonly UserSession[] }

/** Most sessions that one change takes, and most bytes of them, which its undo has to hold. */
const PART_SESSIONS = 10_000
const PART_BYTES = 8 * 1024 * 1024

/** Very many sessions are changed in parts, with one undo each. */
export function inParts(sessions: readonly UserSession[]): readonly (readonly UserSession[])[] {
  const parts: UserSession[][] = []
  let bytes = 0
  for (const session of sessions) {
    const part = parts.at(-1)
    bytes += session.sizeBytes
    if (part === undefined || part.length >= PART_SESSIONS || bytes > PART_BYTES) {
      parts.push([session])
      bytes = session.sizeBytes
    } else part.push(session)
  }
  return parts
}
