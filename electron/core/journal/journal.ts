import type { ChangeRecord, PlannedChange } from '../../../shared/model/change.ts'
import type { Etag, Sentence, SessionKey } from '../../../shared/model/session.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import type { StoreImage } from '../stores/session-store.ts'

/** One step of a change, with all that its undo needs. Written before the step is done. */
export interface JournalStep {
  readonly key: SessionKey
  readonly did: 'write' | 'delete' | 'restore' | 'create'
  /** What stood there before; null: nothing did (`restore`, `create`). */
  readonly before: { readonly data: Uint8Array; readonly image: StoreImage } | null
}

/** What a step left behind. */
export interface JournalOutcome {
  readonly key: SessionKey
  readonly outcome: string
  /** Etag of what the store holds now; null: nothing. */
  readonly etag: Etag | null
}

export interface JournalEntry {
  readonly changeId: string
  readonly kind: PlannedChange['kind'] | 'undo'
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly target: SourceTarget
  readonly sentence: Sentence
  readonly steps: readonly JournalStep[]
  readonly outcomes: readonly JournalOutcome[]
  readonly undone: boolean
}

export type NewJournalEntry = Omit<JournalEntry, 'outcomes' | 'undone'>

/**
 * Remembers what was changed, so that it can be taken back.
 * `begin` comes before the first write: when it fails, nothing may be written.
 */
export interface Journal {
  begin(entry: NewJournalEntry): Promise<void>
  finish(changeId: string, outcomes: readonly JournalOutcome[]): Promise<void>
  markUndone(changeId: string): Promise<void>
  /** Takes up a journal file of an earlier run. @throws JOURNAL_INVALID */
  open(file: string): Promise<JournalEntry>
  /** null: not known here. */
  read(changeId: string): Promise<JournalEntry | null>
  /** Newest first. */
  list(): Promise<readonly JournalEntry[]>
  /** File that holds a change; null: memory only. */
  fileOf(changeId: string): string | null
}

export function toChangeRecord(entry: JournalEntry): ChangeRecord {
  const { changeId, kind, at, sentence, undone } = entry
  return { changeId, kind, at, sentence, undone, keys: entry.steps.map((step) => step.key) }
}
