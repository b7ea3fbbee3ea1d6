import { LIMITS } from '../../../../shared/limits.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { decodeCacheValue } from '../cache-value/decode.ts'
import { cacheContext, isTextInCache } from '../decode-bytes.ts'
import type { DecodeContext, StoredValues } from '../decoder.ts'
import { readLegacyText } from '../legacy-text.ts'
import { loadData } from '../load-data.ts'
import { unpackPayload } from '../payload.ts'
import { splitText } from '../text-shape.ts'
import { matchData } from './match-data.ts'
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

/** Session data whatever its signature says, as people are shown it. `size`: bytes it unpacked to. */
function readData(value: Buffer, context: DecodeContext, limitBytes: number): { readonly node: DataNode | null; readonly size: number } {
  const isText = context.payload === undefined || context.payload?.kind === 'session-text' || isTextInCache(value, context)
  if (isText) return readText(value.toString('utf8'), limitBytes)
  const { node, facts } = decodeCacheValue(value, cacheContext(context), { depth: 'whole', limitBytes })
  return { node, size: facts.dataBytes ?? limitBytes }
}

function readText(text: string, limitBytes: number): { readonly node: DataNode | null; readonly size: number } {
  const legacy = readLegacyText(text)
  if (legacy !== null) return { node: loadData(legacy.body).node, size: legacy.body.length }
  const { data } = unpackPayload(splitText(text).payload, limitBytes)
  return data === null ? { node: null, size: limitBytes } : { node: loadData(data).node, size: data.length }
}
