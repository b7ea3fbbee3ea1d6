import type { DataNode } from '../../../../shared/values/node.ts'
import { inflateUpTo } from '../zlib-limit.ts'
import { FOREIGN_INFLATE_BYTES } from './foreign-format.ts'
import { parseJsonBytes } from './json-bytes.ts'
import { decodePlainBase64 } from './plain-base64.ts'

export interface UrlSafePayload {
  readonly node: DataNode
  readonly compressed: boolean
  readonly packedBytes: number
  readonly dataBytes: number
}

/** itsdangerous, `URLSafeSerializerMixin.load_payload`: base64 of JSON, behind a dot when compressed. null: no JSON is in it. */
export function readUrlSafePayload(payload: string): UrlSafePayload | null {
  const compressed = payload.startsWith('.')
  const packed = decodePlainBase64(compressed ? payload.slice(1) : payload)
  if (packed === null) return null
  const data = compressed ? inflated(packed) : packed
  const node = parseJsonBytes(data)
  return data === null || node === null ? null : { node, compressed, packedBytes: packed.length, dataBytes: data.length }
}

function inflated(packed: Buffer): Buffer | null {
  const result = inflateUpTo(packed, FOREIGN_INFLATE_BYTES)
  return result.ok ? result.data : null
}
