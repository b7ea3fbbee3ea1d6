import { randomBytes } from 'node:crypto'
import { accessSync, closeSync, constants, fchmodSync, fchownSync, fstatSync, fsyncSync, linkSync, lstatSync, openSync, readSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { CoatcheckError } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { EpochMicros } from '../../../../shared/model/session.ts'
import { pythonMicros, setMtime } from './file-times.ts'
import { codeOf, notPlain, translateFolderError } from './folder-errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'

/** A plain file as it was at one moment. */
export interface FoundFile {
  readonly name: string
  readonly sizeBytes: number
  readonly mtime: EpochMicros
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** The first bytes of it, as many as were asked for. */
  readonly bytes: Buffer
  /** Another one after anybody wrote the file. */
  readonly identity: string
}

/** What a file is made of. `mtime` null: as of now. `uid`, `gid` null: as the system gives them. */
export interface NewFile {
  readonly bytes: Uint8Array
  readonly mtime: EpochMicros | null
  readonly mode: number
  readonly uid: number | null
  readonly gid: number | null
}

/** Names of one batch of a listing. */
const BATCH = 1000
const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_RDWR, R_OK, W_OK, X_OK } = constants
const READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
/** Linux: reading leaves the time of the last access alone. Only the owner may. */
const QUIET = 'O_NOATIME' in constants ? constants.O_NOATIME : 0

/**
 * One folder of session files. Reads no links, pipes and devices, and leaves nothing half-written: a file is made beside the old one,
 * brought to the disk, and takes its place only where nobody has touched that since. Files have no true compare-and-swap:
 * between the last look and the rename lies a moment, well under a millisecond.
 * Its calls answer at once or throw, like SQLite's: run it in a worker.
 */
export class SessionFolder {
  readonly path: string
  readonly #identity: string

  /** @throws STORE_NOT_FOUND, STORE_PERMISSION */
  constructor(given: string) {
    try {
      this.path = realpathSync(given)
      const facts = statSync(this.path, { bigint: true })
      if (!facts.isDirectory()) throw new CoatcheckError('STORE_NOT_FOUND', 'files.fileNotSessions', { hint: 'next.giveFolder', subject: given })
      accessSync(this.path, R_OK | X_OK)
      this.#identity = `${facts.dev}:${facts.ino}`
    } catch (error) {
      throw translateFolderError(error, given)
    }
  }

  /** Why nothing can be written here; null: it can. */
  whyReadOnly(): Reason | null {
    try {
      accessSync(this.path, W_OK | X_OK)
      return null
    } catch (error) {
      return codeOf(error) === 'EROFS' ? reason('files.readOnlySystem') : reason('files.mayNotWrite')
    }
  }

  /** Names of plain files, in batches, as the system tells of them. */
  async* names(accept: (name: string) => boolean): AsyncGenerator<readonly string[]> {
    try {
      this.check()
      let batch: string[] = []
      for await (const entry of await opendir(this.path, { bufferSize: BATCH })) {
        if (!accept(entry.name) || !this.#isPlain(entry)) continue
        batch.push(entry.name)
        if (batch.length < BATCH) continue
        yield batch
        batch = []
      }
      yield batch
    } catch (error) {
      throw translateFolderError(error, this.path)
    }
  }

  /**
   * null: there is no such file. `limit`: bytes that are read of it.
   * @throws STORE_UNSUPPORTED where it is no plain file
   */
  read(name: string, limit: number): FoundFile | null {
    return this.#translated(() => {
      this.check()
      return this.#read(name, limit)
    })
  }

  /** false: it is not the file that was found before; nothing was written. */
  replace(before: FoundFile, after: NewFile): boolean {
    return this.#translated(() => this.#beside(before.name, after, (made) => {
      const now = this.#read(before.name, before.bytes.length + 1)
      if (now === null || now.identity !== before.identity || !now.bytes.equals(before.bytes)) return false
      renameSync(made, this.#pathOf(before.name))
      return true
    }))
  }

  /** false: there is one already. */
  create(name: string, file: NewFile): boolean {
    return this.#translated(() => this.#beside(name, file, (made) => {
      try {
        // Unlike a rename, a link never takes the place of anything.
        linkSync(made, this.#pathOf(name))
        unlinkSync(made)
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        if (!NO_LINKS.includes(codeOf(error))) throw error
        return this.#createWithoutLinks(made, name)
      }
      return true
    }))
  }

  /** false: it is not the file that was found before, or there is none. `before` null: whatever stands there. Gone for good after `sync`. */
  remove(name: string, before: FoundFile | null): boolean {
    return this.#translated(() => {
      this.check()
      const now = this.#read(name, before === null ? 0 : before.bytes.length + 1)
      if (now === null || (before !== null && (now.identity !== before.identity || !now.bytes.equals(before.bytes)))) return false
      try {
        unlinkSync(this.#pathOf(name))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false
        throw error
      }
      return true
    })
  }

  /** Brings to the disk which files there are. */
  sync(): void {
    this.#translated(() => this.#syncFolder())
  }

  /** @throws CONNECT_LOST where another folder has taken its place */
  check(): void {
    const facts = statSync(this.path, { bigint: true, throwIfNoEntry: false })
    if (facts !== undefined && `${facts.dev}:${facts.ino}` === this.#identity) return
    throw new CoatcheckError('CONNECT_LOST', 'files.folderReplaced', { hint: 'next.openAgain', subject: this.path })
  }

  #read(name: string, limit: number): FoundFile | null {
    // Looked at before it is opened: to open a device may do something.
    const entry = lstatSync(this.#pathOf(name), { throwIfNoEntry: false })
    if (entry === undefined) return null
    if (!entry.isFile()) throw notPlain(this.path)
    const fd = this.#open(name)
    if (fd === null) return null
    try {
      const facts = fstatSync(fd, { bigint: true })
      if (!facts.isFile()) throw notPlain(this.path)
      return { name, ...factsOf(facts), bytes: readUpTo(fd, Math.min(limit, Number(facts.size))) }
    } finally {
      closeSync(fd)
    }
  }

  #open(name: string): number | null {
    const path = this.#pathOf(name)
    try {
      try {
        return openSync(path, READ | QUIET)
      } catch (error) {
        if (codeOf(error) !== 'EPERM' || QUIET === 0) throw error
        return openSync(path, READ)
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      if (codeOf(error) === 'ELOOP') throw notPlain(this.path)
      throw error
    }
  }

  /** Makes the file under a name that Django takes for no session, then lets `settle` put it in its place; clears it away otherwise. */
  #beside(name: string, file: NewFile, settle: (made: string) => boolean): boolean {
    this.check()
    // As mkstemp names them for Django: `_` stands in no session key, so that clearsessions leaves it alone.
    const made = this.#pathOf(`${name}_out_${randomBytes(6).toString('hex')}`)
    const fd = openSync(made, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    let isSettled = false
    try {
      try {
        fill(fd, file, this.path)
      } finally {
        closeSync(fd)
      }
      isSettled = settle(made)
      if (isSettled) this.#syncFolder()
      return isSettled
    } finally {
      if (!isSettled) removeIfThere(made)
    }
  }

  /** As Django does it: an empty file first, which nobody else can have made. */
  #createWithoutLinks(made: string, name: string): boolean {
    try {
      closeSync(openSync(this.#pathOf(name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600))
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
    renameSync(made, this.#pathOf(name))
    return true
  }

  /** The rename itself is on the disk only with the folder. Not every file system can tell. */
  #syncFolder(): void {
    try {
      const fd = openSync(this.path, O_RDONLY)
      try {
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      if (!NO_FOLDER_SYNC.includes(codeOf(error))) throw error
    }
  }

  #isPlain(entry: { readonly name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): boolean {
    if (entry.isFile()) return true
    if (entry.isDirectory() || entry.isSymbolicLink()) return false
    // Some file systems do not say what an entry is.
    return lstatSync(this.#pathOf(entry.name), { throwIfNoEntry: false })?.isFile() ?? false
  }

  #pathOf(name: string): string {
    return join(this.path, name)
  }

  #translated<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw translateFolderError(error, this.path)
    }
  }
}

const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']
const NO_FOLDER_SYNC: readonly string[] = ['EINVAL', 'EBADF', 'EISDIR', 'EPERM', 'EACCES']

function factsOf(facts: BigIntStats): Omit<FoundFile, 'name' | 'bytes'> {
  const { dev, ino, size, mtimeNs, mode, uid, gid } = facts
  return { sizeBytes: Number(size), mtime: pythonMicros(mtimeNs), mode: Number(mode) & 0o777, uid: Number(uid), gid: Number(gid), identity: `${dev}:${ino}:${mtimeNs}:${size}` }
}

function readUpTo(fd: number, count: number): Buffer {
  const buffer = Buffer.alloc(Math.min(count, LIMITS.storedValueBytes + 1))
  let length = 0
  while (length < buffer.length) {
    const read = readSync(fd, buffer, length, buffer.length - length, length)
    if (read === 0) break
    length += read
  }
  return buffer.subarray(0, length)
}

/** Django’s own write takes a short one for a whole one. */
function fill(fd: number, { bytes, mtime, mode, uid, gid }: NewFile, folder: string): void {
  let length = 0
  while (length < bytes.length) length += writeSync(fd, bytes, length, bytes.length - length, length)
  const facts = fstatSync(fd)
  if (facts.size !== bytes.length) throw new CoatcheckError('CONNECT_LOST', 'files.notWhole', { subject: folder })
  const owner = { uid: uid ?? facts.uid, gid: gid ?? facts.gid }
  if (facts.uid !== owner.uid || facts.gid !== owner.gid) giveTo(fd, owner.uid, owner.gid, folder)
  fchmodSync(fd, mode)
  if (mtime !== null) setMtime(fd, mtime)
  fsyncSync(fd)
}

function giveTo(fd: number, uid: number, gid: number, folder: string): void {
  try {
    fchownSync(fd, uid, gid)
  } catch (error) {
    throw new CoatcheckError('STORE_PERMISSION', 'files.otherOwner', { hint: 'next.runAsSiteUser', subject: folder }, error)
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
