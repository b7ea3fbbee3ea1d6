import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants as zlib, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { PackedData } from '../../../shared/model/packed.ts'

const MAGIC = Buffer.from('COATCHECK RUN 1\n', 'latin1')
const IV_BYTES = 12
const TAG_BYTES = 16
const LENGTH_BYTES = 4
/** One record: what a torn or foreign length must not make us read. */
const MOST_RECORD_BYTES = 256 * 1024 * 1024
const ZSTD_LEVEL = 1
/** In a thread of its own: a record of megabytes takes longer than a frame. */
const compress = promisify(zstdCompress)

/** One entry of a run's file: plain facts, and bytes that go with them. */
export interface RunRecord {
  readonly facts: unknown
  readonly blobs: readonly PackedData[]
}

/**
 * An append-only file of sealed records. Each is its length, then AES-256-GCM of its zstd-compressed content: the tag is its checksum, and the
 * position in the file is authenticated, so that no record can be left out, swapped or changed unseen. A tail that was cut off ends the file.
 */
export interface RecordFile {
  /** On the disk when it resolves. @throws JOURNAL_INVALID when it cannot be written; nothing of it counts then */
  append(record: RunRecord): Promise<void>
  readonly bytes: number
  close(): Promise<void>
}

/** Makes the file, or goes on where its last whole record ends. */
export async function openRecords(path: string, key: Buffer): Promise<RecordFile> {
  try {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
    try {
      const { end, count } = await skim(handle, key)
      if (end === 0) await handle.write(MAGIC, 0, MAGIC.length, 0)
      await handle.truncate(Math.max(end, MAGIC.length))
      return createWriter(handle, path, { key, end: Math.max(end, MAGIC.length), count })
    } catch (error) {
      await handle.close()
      throw error
    }
  } catch (error) {
    throw unwritable(error, path)
  }
}

function createWriter(handle: FileHandle, path: string, { key, ...start }: { readonly key: Buffer; readonly end: number; readonly count: number }): RecordFile {
  let { end, count } = start
  return {
    async append(record) {
      const sealed = await seal(encode(record), key, count)
      const framed = Buffer.alloc(LENGTH_BYTES + sealed.length)
      framed.writeUInt32LE(sealed.length)
      sealed.copy(framed, LENGTH_BYTES)
      try {
        for (let written = 0; written < framed.length;) written += (await handle.write(framed, written, framed.length - written, end + written)).bytesWritten
        await handle.datasync()
      } catch (error) {
        // What is there of it must not look like the beginning of a record.
        await handle.truncate(end).catch(() => undefined)
        throw unwritable(error, path)
      }
      end += framed.length
      count++
    },
    get bytes() {
      return end
    },
    close: () => handle.close(),
  }
}

/** Every whole record, in order; the first that is torn ends them. @throws JOURNAL_INVALID where there is no such file, or it is none */
export async function* readRecords(path: string, key: Buffer, from = 0): AsyncGenerator<RunRecord> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.journalUnread', { hint: 'next.runRemoved', subject: path }, error)
  })
  try {
    for await (const { sealed, index } of frames(handle)) {
      if (index < from) continue
      const content = unseal(sealed, key, index)
      if (content === null) return
      yield decode(content)
    }
  } finally {
    await handle.close()
  }
}

async function skim(handle: FileHandle, key: Buffer): Promise<{ readonly end: number; readonly count: number }> {
  let [end, count] = [0, 0]
  let last: { readonly sealed: Buffer; readonly index: number; readonly start: number } | null = null
  for await (const frame of frames(handle)) {
    last = frame
    end = frame.start + LENGTH_BYTES + frame.sealed.length
    count = frame.index + 1
  }
  // Each was whole on the disk before the next was begun: only the last one can be torn.
  if (last !== null && unseal(last.sealed, key, last.index) === null) return { end: last.start, count: last.index }
  if (last === null && (await handle.stat()).size >= MAGIC.length) end = MAGIC.length
  return { end, count }
}

async function* frames(handle: FileHandle): AsyncGenerator<{ readonly sealed: Buffer; readonly index: number; readonly start: number }> {
  const { size } = await handle.stat()
  if (size < MAGIC.length) return
  const head = await readAt(handle, 0, MAGIC.length)
  if (!head.equals(MAGIC)) throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.notJournal')
  let at = MAGIC.length
  for (let index = 0; at + LENGTH_BYTES <= size; index++) {
    const length = (await readAt(handle, at, LENGTH_BYTES)).readUInt32LE()
    if (length > MOST_RECORD_BYTES || at + LENGTH_BYTES + length > size) return
    yield { sealed: await readAt(handle, at + LENGTH_BYTES, length), index, start: at }
    at += LENGTH_BYTES + length
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  for (let read = 0; read < length;) {
    const { bytesRead } = await handle.read(buffer, read, length - read, position + read)
    if (bytesRead === 0) throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.journalShorter')
    read += bytesRead
  }
  return buffer
}

async function seal(content: Buffer, key: Buffer, index: number): Promise<Buffer> {
  const packed = await compress(content, { params: { [zlib.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(position(index))
  const text = Buffer.concat([cipher.update(packed), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text])
}

function unseal(sealed: Buffer, key: Buffer, index: number): Buffer | null {
  if (sealed.length < IV_BYTES + TAG_BYTES) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(position(index)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return zstdDecompressSync(Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]))
  } catch {
    return null
  }
}

function position(index: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES)
  bytes.writeUInt32LE(index)
  return bytes
}

/** Length of the facts, the facts as JSON, then for each blob: its number of parts, their ends, the length of its bytes, its bytes. */
function encode({ facts, blobs }: RunRecord): Buffer {
  const json = Buffer.from(JSON.stringify(facts), 'utf8')
  const parts: Buffer[] = [lengthOf(json.length), json]
  for (const { bytes, ends } of blobs) {
    parts.push(lengthOf(ends.length), Buffer.from(ends.buffer, ends.byteOffset, ends.byteLength), lengthOf(bytes.length), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }
  return Buffer.concat(parts)
}

function decode(content: Buffer): RunRecord {
  let at = 0
  const take = (length: number): Buffer => {
    at += length
    return content.subarray(at - length, at)
  }
  const facts: unknown = JSON.parse(take(take(LENGTH_BYTES).readUInt32LE()).toString('utf8'))
  const blobs: PackedData[] = []
  while (at < content.length) {
    const ends = Uint8Array.from(take(take(LENGTH_BYTES).readUInt32LE() * 4))
    blobs.push({ ends: new Uint32Array(ends.buffer), bytes: Uint8Array.from(take(take(LENGTH_BYTES).readUInt32LE())) })
  }
  return { facts, blobs }
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES)
  bytes.writeUInt32LE(length)
  return bytes
}

function unwritable(error: unknown, path: string): CoatcheckError {
  if (error instanceof CoatcheckError) return error
  const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new CoatcheckError('JOURNAL_INVALID', reason('cleanup.journalUnwritten', { problem }), { hint: 'next.freeSpaceJournal', subject: path }, error)
}
