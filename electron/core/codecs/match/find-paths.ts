import { LIMITS } from '../../../../shared/limits.ts'
import { SeenPaths } from '../../../../shared/query/seen-paths.ts'
import type { SeenPath } from '../../../../shared/query/seen-paths.ts'
import type { DecodeContext, StoredValues } from '../decoder.ts'
import { readData } from './read-data.ts'

/** What all of them may unpack to: names of paths are worth no more. */
const BATCH_BYTES = 8 * 1024 * 1024

/** Paths into the data of stored values, whatever their signatures say. What cannot be read, or is too much, adds nothing. */
export function findPaths({ bytes, ends, flags }: StoredValues, context: DecodeContext): readonly SeenPath[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const seen = new SeenPaths()
  let left = BATCH_BYTES
  let start = 0
  for (const [index, end] of ends.entries()) {
    const value = all.subarray(start, end)
    start = end
    if (left <= 0 || value.length > left) continue
    const { node, size } = readData(value, { ...context, flags: flags?.[index] ?? null }, Math.min(left, LIMITS.inflateBytes))
    left -= size
    if (node?.kind === 'dict') seen.learn(node)
  }
  return seen.all
}
