import type { DataNode } from '../../../../shared/values/node.ts'
import { decodeCacheValue } from '../cache-value/decode.ts'
import { cacheContext, isTextInCache } from '../decode-bytes.ts'
import type { DecodeContext } from '../decoder.ts'
import { readLegacyText } from '../legacy-text.ts'
import { loadData } from '../load-data.ts'
import { unpackPayload } from '../payload.ts'
import { splitText } from '../text-shape.ts'

/** Session data whatever its signature says, as people are shown it. `size`: bytes it unpacked to. */
export function readData(value: Buffer, context: DecodeContext, limitBytes: number): { readonly node: DataNode | null; readonly size: number } {
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
