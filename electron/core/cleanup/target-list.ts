import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { DeleteTarget } from '../stores/session-store.ts'
import type { RecordFile } from './record-file.ts'
import { openRecords, readRecords } from './record-file.ts'

/** Sessions of one part: one intent in the journal, one fsync, at most so many to look at again after a crash. */
export const PART_SESSIONS = 2000
/** Of a long list of a table: the more rows one transaction deletes, the fewer pages are written twice. */
const MOST_PART_SESSIONS = 20_000
/** A part is a tenth of what stands before it, at the most: nobody who pauses waits for a large part of a short list. */
const SHARE = 10
const PART_BYTES = 8 * 1024 * 1024

const part = z.object({ keys: z.array(z.string()), etags: z.array(z.string()) })

/** The list of what a dry run found, on the disk: keys and etags, part by part. */
export class TargetListWriter {
  readonly #file: RecordFile
  readonly #grows: boolean
  #written = 0
  #keys: string[] = []
  #etags: string[] = []
  #bytes = 0

  private constructor(file: RecordFile, grows: boolean) {
    this.#file = file
    this.#grows = grows
  }

  /** `grows`: later parts are larger. */
  static async open(path: string, key: Buffer, { grows }: { readonly grows: boolean }): Promise<TargetListWriter> {
    return new TargetListWriter(await openRecords(path, key), grows)
  }

  async add(target: { readonly key: string; readonly etag: string }, sizeBytes: number): Promise<void> {
    if (this.#keys.length >= this.#most() || (this.#bytes + sizeBytes > PART_BYTES && this.#keys.length > 0)) await this.#flush()
    this.#keys.push(target.key)
    this.#etags.push(target.etag)
    this.#bytes += sizeBytes
  }

  async close(): Promise<void> {
    await this.#flush()
    await this.#file.close()
  }

  #most(): number {
    return this.#grows ? Math.min(MOST_PART_SESSIONS, Math.max(PART_SESSIONS, this.#written / SHARE)) : PART_SESSIONS
  }

  async #flush(): Promise<void> {
    if (this.#keys.length === 0) return
    this.#written += this.#keys.length
    await this.#file.append({ facts: { keys: this.#keys, etags: this.#etags }, blobs: [] })
    this.#keys = []
    this.#etags = []
    this.#bytes = 0
  }
}

export type Target = DeleteTarget & { readonly ifEtag: string }

/** Part by part from part `from` on. */
export async function* readTargets(path: string, key: Buffer, from = 0): AsyncGenerator<readonly Target[]> {
  for await (const { facts } of readRecords(path, key, from)) {
    const parsed = part.safeParse(facts)
    if (!parsed.success) throw new CoatcheckError('JOURNAL_INVALID', 'cleanup.listDamaged', { subject: path })
    yield parsed.data.keys.map((target, index) => ({ key: target, ifEtag: parsed.data.etags[index] ?? '' }))
  }
}
