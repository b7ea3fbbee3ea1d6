import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import { isReadable } from '../page-rows.ts'
import type { DeleteTarget, NewSession, StoreEdit, StoreImage } from '../session-store.ts'
import type { FolderLayout, RevisedContent } from './folder-layout.ts'
import { ownerOfNew } from './folder-owner.ts'
import type { FoundFile, NewFile, SessionFolder } from './session-folder.ts'

/** Failures of one file; others may still be written. */
const OF_ONE_FILE: readonly ErrorCode[] = ['STORE_PERMISSION', 'STORE_READ_ONLY', 'STORE_UNSUPPORTED', 'STORE_BUSY', 'SESSION_TOO_LARGE']

/** Of `mkstemp`, with which Django makes them. */
const NEW_MODE = 0o600

/** The writing half. Each write is one file, whole or not at all. */
export class FolderWriter {
  readonly #folder: SessionFolder
  readonly #layout: FolderLayout

  constructor(folder: SessionFolder, layout: FolderLayout) {
    this.#folder = folder
    this.#layout = layout
  }

  write(edit: StoreEdit): KeyOutcome {
    const { key, ifEtag, data, expireDate, image } = edit
    if (data === undefined && expireDate === undefined && image === undefined) throw new CoatcheckError('NOTHING_TO_CHANGE', 'stores.nothingToWrite')
    return this.#asOutcome(key, () => {
      const file = this.#find(key)
      if (file === null) return gone(key)
      if (this.#etag(file) !== ifEtag) return this.#conflict(key, file)
      const after = image === undefined ? asFile(file, this.#layout.revise(file, edit)) : fromImage(image, data)
      if (!isReadable(after.bytes.length)) throw new CoatcheckError('SESSION_TOO_LARGE', reason('stores.wouldBeTooLong', { size: after.bytes.length, limit: LIMITS.storedValueBytes }))
      return this.#folder.replace(file, after) ? this.#done(key) : this.#lost(key)
    })
  }

  remove({ key, ifEtag }: DeleteTarget): KeyOutcome {
    return this.#asOutcome(key, () => {
      const file = this.#find(key)
      if (file === null) return gone(key)
      if (ifEtag !== null && this.#etag(file) !== ifEtag) return this.#conflict(key, file)
      if (this.#folder.remove(file.name, ifEtag === null ? null : file)) return { key, outcome: 'done', etag: null, reason: null }
      return this.#lost(key)
    })
  }

  restore(image: StoreImage): KeyOutcome {
    const { key, columns: { name } } = image
    const file = fromImage(image, undefined)
    if (typeof name !== 'string' || !this.#layout.namesOf(key).includes(name)) throw invalidImage()
    return this.#asOutcome(key, () => this.#make(key, name, file))
  }

  create(session: NewSession): KeyOutcome {
    const { key, engine } = session
    return this.#asOutcome(key, () => {
      const name = this.#layout.newName(key, engine)
      if (name === null) throw new CoatcheckError('STORE_UNSUPPORTED', 'files.noKeyFile')
      if (!isReadable(session.data.length)) throw new CoatcheckError('SESSION_TOO_LARGE', reason('stores.wouldBeTooLong', { size: session.data.length, limit: LIMITS.storedValueBytes }))
      return this.#make(key, name, { ...this.#layout.make(session), mode: NEW_MODE, uid: ownerOfNew(this.#folder.path), gid: null })
    })
  }

  #make(key: SessionKey, name: string, file: NewFile): KeyOutcome {
    const standing = this.#find(key)
    if (standing === null && this.#folder.create(name, file)) return this.#done(key)
    const now = standing ?? this.#find(key)
    return now === null ? gone(key) : { key, outcome: 'exists', etag: this.#etag(now), reason: null }
  }

  #find(key: SessionKey): FoundFile | null {
    for (const name of this.#layout.namesOf(key)) {
      const file = this.#folder.read(name, LIMITS.storedValueBytes)
      if (file !== null) return file
    }
    return null
  }

  /** What is longer than was read has no etag by which anything could be written. */
  #etag(file: FoundFile): string | null {
    return isReadable(file.sizeBytes) ? this.#layout.etag(file) : null
  }

  #done(key: SessionKey): KeyOutcome {
    const file = this.#find(key)
    return { key, outcome: 'done', etag: file === null ? null : this.#etag(file), reason: null }
  }

  #conflict(key: SessionKey, file: FoundFile): KeyOutcome {
    return { key, outcome: 'conflict', etag: this.#etag(file), reason: null }
  }

  /** The file that was read a moment ago is another one now. */
  #lost(key: SessionKey): KeyOutcome {
    const file = this.#find(key)
    return file === null ? gone(key) : this.#conflict(key, file)
  }

  #asOutcome(key: SessionKey, work: () => KeyOutcome): KeyOutcome {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof CoatcheckError) || !OF_ONE_FILE.includes(error.code)) throw error
      return { key, outcome: 'failed', etag: null, reason: error.reason }
    }
  }
}

/** All that brings a file back. Times are the microseconds that Python sees. */
export function fileImage(key: SessionKey, { name, bytes, mtime, mode, uid, gid }: FoundFile): StoreImage {
  return { key, columns: { name, data: bytes, mtime: BigInt(mtime), mode: BigInt(mode), uid: BigInt(uid), gid: BigInt(gid) } }
}

function fromImage({ columns }: StoreImage, data: Uint8Array | undefined): NewFile {
  const { data: bytes, mtime, mode, uid, gid } = columns
  const isWhole = bytes instanceof Uint8Array && typeof mtime === 'bigint' && typeof mode === 'bigint' && typeof uid === 'bigint' && typeof gid === 'bigint'
  if (!isWhole) throw invalidImage()
  return { bytes: data ?? bytes, mtime: Number(mtime), mode: Number(mode) & 0o777, uid: Number(uid), gid: Number(gid) }
}

const invalidImage = (): CoatcheckError => new CoatcheckError('REQUEST_INVALID', 'stores.imageNotWhole')
const asFile = ({ mode, uid, gid }: FoundFile, { bytes, mtime }: RevisedContent): NewFile => ({ bytes, mtime, mode, uid, gid })
const gone = (key: SessionKey): KeyOutcome => ({ key, outcome: 'gone', etag: null, reason: null })
