import type { EpochMicros, Etag, PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreCapabilities, StorePayload } from '../../../../shared/model/store.ts'
import type { CacheEngine } from '../cache-key.ts'
import type { NewSession, StoreEdit } from '../session-store.ts'

/** What one kind of session folder does differently from the next. Pure. */
export interface FolderLayout {
  readonly payload: StorePayload
  readonly expiry: StoreCapabilities['expiry']
  /** What the names of the files tell. */
  readonly filter: StoreCapabilities['filter']
  /** Library or engine, for people. */
  readonly server: string
  readonly facts: readonly PhysicalFact[]
  /** The key under which a file is listed; null: it is no session. */
  keyOf(name: string): SessionKey | null
  /** Names under which the session of this key may stand, the likeliest first; empty: it cannot be here. */
  namesOf(key: SessionKey): readonly string[]
  /** Under which Django would make it; null: it cannot be here. */
  newName(key: SessionKey, engine: CacheEngine): string | null
  /** A new file. */
  make(session: Pick<NewSession, 'data' | 'expireDate'>): RevisedContent
  /** Bytes at the start of a file that its expire date depends on. */
  readonly headBytes: number
  expireDate(content: FileContent): EpochMicros | null
  /** More than time, mode and owner. */
  physical(content: FileContent): readonly PhysicalFact[]
  etag(content: FileContent): Etag
  /**
   * What an edit that names data or expire date (and no image) makes of a file.
   * @throws STORE_UNSUPPORTED where the file has no place for it
   */
  revise(content: FileContent, edit: Pick<StoreEdit, 'data' | 'expireDate'>): RevisedContent
}

export interface FileContent {
  /** The whole file, or at least `headBytes` of it. */
  readonly bytes: Uint8Array
  readonly mtime: EpochMicros
}

export interface RevisedContent {
  readonly bytes: Uint8Array
  /** null: as of now. */
  readonly mtime: EpochMicros | null
}
