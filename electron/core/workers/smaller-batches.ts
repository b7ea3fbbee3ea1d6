import { CoatcheckError } from '../../../shared/errors.ts'
import type { StoredValues } from '../codecs/decoder.ts'

/** Into so many, down to single sessions: a page with one that hangs meets few deadlines. */
const PARTS = 16

/**
 * Asks for a batch; where that takes too long, for smaller ones. A batch may be late because the machine is busy: only a session that is too slow
 * by itself is `slow`.
 */
export async function inSmallerBatches<Result>(data: StoredValues, ask: (part: StoredValues) => Promise<readonly Result[]>, slow: Result): Promise<readonly Result[]> {
  try {
    return await ask(data)
  } catch (error) {
    if (!(error instanceof CoatcheckError) || error.code !== 'DATA_TOO_LARGE' || data.ends.length === 0) throw error
    if (data.ends.length === 1) return [slow]
  }
  const results: Result[] = []
  for (const part of partsOf(data)) results.push(...(await inSmallerBatches(part, ask, slow)))
  return results
}

function partsOf({ bytes, ends, flags }: StoredValues): readonly StoredValues[] {
  const size = Math.ceil(ends.length / PARTS)
  const parts: StoredValues[] = []
  for (let from = 0; from < ends.length; from += size) {
    const start = from === 0 ? 0 : (ends[from - 1] ?? 0)
    const own = ends.slice(from, from + size)
    parts.push({ bytes: bytes.subarray(start, own.at(-1)), ends: own.map((end) => end - start), ...(flags === undefined ? {} : { flags: flags.slice(from, from + size) }) })
  }
  return parts
}
