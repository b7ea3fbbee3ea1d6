import type { DecodeProblem } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import { parsePythonJson } from '../../../shared/values/python-json.ts'
import { decodeBase64Url } from './base64url.ts'
import { problem } from './problem.ts'
import { inflateUpTo } from './zlib-limit.ts'

const PICKLE_PROTO = 0x80

/** Payload of a signed text unpacked to the serializer's bytes. Numbers are null where that step was not reached. */
export interface Unpacked {
  readonly compressed: boolean
  readonly packedBytes: number | null
  readonly data: Buffer | null
  readonly problem: DecodeProblem | null
}

/** `Signer.unsign_object` (django/core/signing.py) up to the serializer. */
export function unpackPayload(payload: string, limitBytes: number): Unpacked {
  const compressed = payload.startsWith('.')
  const packed = decodeBase64Url(compressed ? payload.slice(1) : payload)
  if (packed === null) return { compressed, packedBytes: null, data: null, problem: problem('base64', 'bad-padding') }
  const packedBytes = packed.length
  if (!compressed) return { compressed, packedBytes, data: packed, problem: null }
  const inflated = inflateUpTo(packed, limitBytes)
  if (inflated.ok) return { compressed, packedBytes, data: inflated.data, problem: null }
  const { reason } = inflated
  const fault = reason === 'inflate-size' ? problem('limit', reason, null, { size: packedBytes, limit: limitBytes }) : problem('zlib', reason)
  return { compressed, packedBytes, data: null, problem: fault }
}

export type Loaded = { readonly node: DataNode; readonly problem: null } | { readonly node: DataNode | null; readonly problem: DecodeProblem }

/** `JSONSerializer.loads`: bytes are read as latin-1, so that foreign UTF-8 shows as Django shows it. */
export function loadJson(data: Buffer): Loaded {
  if (data[0] === PICKLE_PROTO) return { node: null, problem: problem('json', 'pickle', 0) }
  const parsed = parsePythonJson(data.toString('latin1'))
  if (!parsed.ok) return { node: null, problem: problem(parsed.reason === 'too-deep' ? 'limit' : 'json', parsed.reason, parsed.position) }
  if (parsed.node.kind !== 'dict') return { node: parsed.node, problem: problem('not-a-dict', 'not-a-dict', 0) }
  return { node: parsed.node, problem: null }
}
