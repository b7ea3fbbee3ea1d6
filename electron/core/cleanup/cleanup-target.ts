import type { StoredPlace } from '../../../shared/model/change.ts'
import type { SourceId, SourceTarget } from '../../../shared/model/source.ts'
import type { StoreCapabilities } from '../../../shared/model/store.ts'
import type { Reason } from '../../../shared/words/reason.ts'
import type { SessionSource } from '../sessions/session-source.ts'

/** An open source as cleaning sees it. */
export interface CleanupTarget {
  readonly sourceId: SourceId
  readonly target: SourceTarget
  readonly name: string
  /** What is written to, for people. */
  readonly table: string
  readonly place: StoredPlace
  /** Of a pair: where its cache is, for people; null: another store. */
  readonly cache: string | null
  readonly source: SessionSource
  readonly capabilities: StoreCapabilities
  /** Why nothing may be written, locks included; null: it may. */
  readonly readOnlyReason: Reason | null
  readonly isLocked: boolean
  /** Whether its name has to be typed: it is not this machine's own, or labelled otherwise. */
  readonly needsName: boolean
}

/** What is open, and how it is opened for writing. */
export interface CleanupSources {
  /** @throws REQUEST_INVALID for one that is not open; CONNECT_LOST for one whose worker has ended */
  get(sourceId: SourceId): CleanupTarget
  /** The open source of this place; null: it is not open. */
  find(target: SourceTarget): CleanupTarget | null
  unlock(sourceId: SourceId, name: string): Promise<void>
  lock(sourceId: SourceId): Promise<void>
  /** Connects anew after its worker has ended. */
  renew(sourceId: SourceId): Promise<void>
  changed(sourceId: SourceId): void
}
