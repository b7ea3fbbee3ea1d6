import { LIMITS } from '../../../../shared/limits.ts'
import type { DataNode, DictNode } from '../../../../shared/values/node.ts'
import { decodeCacheValue } from '../cache-value/decode.ts'
import { cacheContext, isTextInCache } from '../decode-bytes.ts'
import type { DecodeContext, StoredValues } from '../decoder.ts'
import { readLegacyText } from '../legacy-text.ts'
import { loadData } from '../load-data.ts'
import { unpackPayload } from '../payload.ts'
import { splitText } from '../text-shape.ts'

/** The dict of each stored value, in order; null: it cannot be read, or all of them have unpacked to `batchBytes` before it. */
export function* readEach({ bytes, ends, flags }: StoredValues, context: DecodeContext, batchBytes: number): Generator<DictNode | null, void> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = batchBytes
  let start = 0
  for (const [index, end] of ends.entries()) {
    const value = all.subarray(start, end)
    start = end
    if (left <= 0 || value.length > LIMITS.storedValueBytes) {
      yield null
      continue
    }
    const { node, size } = readData(value, { ...context, flags: flags?.[index] ?? null }, Math.min(left, LIMITS.inflateBytes))
    left -= size
    yield node?.kind === 'dict' ? node : null
  }
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
