import type { Owner } from './owner.ts'
import type { DecodedText, EpochMicros, EpochMs, Sentence, SessionKey, Signature } from './session.ts'
import type { SourceId, SourceTarget } from './source.ts'

/** Sessions that were removed together, and can still be put back: by a run of cleaning, or by one deletion in this program. */
export interface TrashBundle {
  readonly id: string
  readonly kind: 'run' | 'deletion'
  readonly target: SourceTarget
  readonly sourceName: string
  /** The open source of that place; null: it is not open. */
  readonly sourceId: SourceId | null
  readonly removedAt: EpochMs
  /** Of a run: its rules, and its action, in words; of a deletion, what it was. */
  readonly sentences: readonly Sentence[]
  /** Sessions that can still be put back. Of one that is `locked` or `damaged`: 0. */
  readonly count: number
  /** Until when they are kept; null: until the program ends. */
  readonly keptUntil: EpochMs | null
  /**
   * `busy`: the run is under way, here or in another program. `locked`: their key is not to be had, as behind a passphrase. `damaged`: the files
   * of the run cannot be read.
   */
  readonly state: 'ready' | 'busy' | 'locked' | 'damaged'
}

/** One session of a bundle. */
export interface TrashedSession {
  readonly bundleId: string
  /** Where in its bundle it is kept. */
  readonly place: string
  readonly key: SessionKey
  readonly sizeBytes: number
  /** When it would have ended; null: it has no end, or nothing tells. */
  readonly expireDate: EpochMicros | null
  /** Life that is left to it when it is put back now; null: it has no end. Negative: it has ended. */
  readonly remainingSeconds: number | null
  /** `_auth_user_id`; null: of nobody, or the data cannot be read. */
  readonly userId: string | null
  /** null: of nobody, or its source is not open, so that nobody can be named. */
  readonly owner: Owner | null
  /** As in `SessionRow`; where its source is not open, no key is known. */
  readonly signature: Signature
  readonly topLevelKeys: readonly string[] | null
}

/** One event of `trash.sessions`: what was found since the one before. */
export interface TrashStep {
  readonly sessions: readonly TrashedSession[]
  readonly examined: number
  /** Where the next page begins; null: there is none. Of the last event. */
  readonly next: string | null
  readonly done: boolean
}

/** What a kept session holds, as it would stand there again. */
export interface TrashedData {
  readonly session: TrashedSession
  readonly text: DecodedText
  /** Its source is open, so that its keys and settings judge. */
  readonly isJudged: boolean
}
