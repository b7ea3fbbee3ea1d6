import { z } from 'zod'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { DeleteTarget } from '../stores/session-store.ts'
import type { RecordFile } from './record-file.ts'
import { openRecords, readRecords } from './record-file.ts'

/** Sessions of one part: one intent in the journal, one fsync, at most so many to look at again after a crash. */
export const PART_SESSIONS = 2000
const PART_BYTES = 8 * 1024 * 1024

const part = z.object({ keys: z.array(z.string()), etags: z.array(z.string()) })

/** The list of what a dry run found, on the disk: keys and etags, part by part. */
export class TargetListWriter {
  readonly #file: RecordFile
  #keys: string[] = []
  #etags: string[] = []
  #bytes = 0

  private constructor(file: RecordFile) {
    this.#file = file
  }

  static async open(path: string, key: Buffer): Promise<TargetListWriter> {
    return new TargetListWriter(await openRecords(path, key))
  }

  async add(target: { readonly key: string; readonly etag: string }, sizeBytes: number): Promise<void> {
    if (this.#keys.length >= PART_SESSIONS || (this.#bytes + sizeBytes > PART_BYTES && this.#keys.length > 0)) await this.#flush()
    this.#keys.push(target.key)
    this.#etags.push(target.etag)
    this.#bytes += sizeBytes
  }

  async close(): Promise<void> {
    await this.#flush()
    await this.#file.close()
  }

  async #flush(): Promise<void> {
    if (this.#keys.length === 0) return
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
