import { LIMITS } from '../../../../shared/limits.ts'
import type { DecodeContext, StoredValues } from '../decoder.ts'
import { matchData } from './match-data.ts'
import { readData } from './read-data.ts'
import type { DataTerm } from '../../../../shared/query/plan.ts'

/** What one batch may unpack to, so that a table of bombs cannot hold a thread for long. What comes after it is not read. */
const BATCH_BYTES = 256 * 1024 * 1024
const MICROS = 1000

/** Whether the data of each stored value fits all terms. null: it cannot be read, so that nobody knows. */
export function matchTexts({ bytes, ends, flags }: StoredValues, terms: readonly DataTerm[], context: DecodeContext): (boolean | null)[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = BATCH_BYTES
  let start = 0
  return Array.from(ends, (end, index) => {
    const value = all.subarray(start, end)
    start = end
    if (left <= 0 || value.length > LIMITS.storedValueBytes) return null
    const { node, size } = readData(value, { ...context, flags: flags?.[index] ?? null }, Math.min(left, LIMITS.inflateBytes))
    left -= size
    return node === null || node.kind !== 'dict' ? null : matchData(terms, node, context.now * MICROS)
  })
}
