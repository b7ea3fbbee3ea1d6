import { LIMITS } from '../../../../shared/limits.ts'
import type { PickleFacts } from '../../../../shared/model/pickle.ts'
import type { DecodedText, DecodeProblem, Sentence } from '../../../../shared/model/session.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { writesFrames } from '../pickle/write.ts'
import { problem } from '../problem.ts'
import { cacheProblem } from './cache-problem.ts'
import { COMPRESSORS, compressorOf, unpack } from './compressors.ts'
import type { Compressor } from './compressors.ts'
import { openContainer } from './containers.ts'
import type { Payload } from './containers.ts'
import type { CacheContext } from './context.ts'
import { NOT_COMPRESSED } from './form.ts'
import type { CacheForm, CompressionForm, CompressorId } from './form.ts'
import { judge } from './judge.ts'
import { decodeText, readAsPickle, readAsText, readInteger, readSerialized } from './read-serialized.ts'
import type { Depth, Serialized } from './read-serialized.ts'

/** The value of a cache taken apart. */
export interface DecodedCacheValue {
  /** Enough to write another value in the same form. */
  readonly form: CacheForm
  /** null: not readable; see `problem`. Shown also where Django would not read it. */
  readonly node: DataNode | null
  readonly facts: CacheFacts
  readonly problem: DecodeProblem | null
  /** What the site's sessions get: the data, an empty session (a miss), or an exception (HTTP 500). */
  readonly djangoSees: DecodedText['djangoSees']
  readonly verdict: Sentence
}

export interface CacheFacts {
  readonly storedBytes: number
  /** Without what the container puts around it. null: not reached. */
  readonly packedBytes: number | null
  /** The serializer's bytes, unpacked. null: not reached. */
  readonly dataBytes: number | null
  /** How this value is compressed; the writer's habit is in the form. */
  readonly compressor: CompressorId
  readonly pickle: PickleFacts | null
}

/** How much of a value is read. */
export interface Reading {
  /** `top`: keys of the session, and what few of them hold; see `topOf`. */
  readonly depth: Depth
  /** What it may unpack to. */
  readonly limitBytes: number
}
const WHOLE: Reading = { depth: 'whole', limitBytes: LIMITS.inflateBytes }

/**
 * A value as a cache of Django stores it, by its content and by what is known of the site. Bad data is a value, never an exception;
 * nothing in it is run, and what it unpacks to is limited.
 */
export function decodeCacheValue(bytes: Uint8Array, context: CacheContext, { depth, limitBytes }: Reading = WHOLE): DecodedCacheValue {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (data.length > LIMITS.storedValueBytes) return refuse(data, context)
  const payload = openContainer(data, context)
  const unpacked = unpackPayload(payload, limitBytes)
  const content = readContent(payload, unpacked, depth)
  const form = formOf(payload, unpacked, content, context)
  const facts = { storedBytes: data.length, packedBytes: payload.data?.length ?? null, dataBytes: unpacked.data?.length ?? null, compressor: unpacked.compressor, pickle: content.pickle }
  const found = { form, facts, node: content.node, problem: payload.problem ?? unpacked.problem ?? content.problem }
  return { ...found, ...judge(found, context) }
}

interface UnpackedPayload {
  readonly data: Buffer | null
  readonly compressor: CompressorId
  readonly level: number | null
  readonly problem: DecodeProblem | null
}

function unpackPayload({ data, compressed }: Payload, limitBytes: number): UnpackedPayload {
  const asIs = { data, compressor: 'none', level: null, problem: null } as const
  if (data === null || compressed === 'never') return asIs
  const compressor = compressed === 'always' ? compressorOf('zlib') : COMPRESSORS.find(({ looksPacked }) => looksPacked(data))
  if (compressor === null || compressor === undefined) return asIs
  const result = unpack(compressor, data, limitBytes)
  if (result.ok) return { data: result.data, compressor: compressor.id, level: compressor.levelOf(data), problem: null }
  if (result.reason === 'not-packed' && compressed === 'by-content') return asIs
  return { ...asIs, data: null, compressor: compressor.id, problem: unpackProblem(result.reason, compressor, data, limitBytes) }
}

function unpackProblem(reason: Exclude<ReturnType<typeof unpack>, { ok: true }>['reason'], { id }: Compressor, data: Buffer, limitBytes: number): DecodeProblem {
  if (reason === 'inflate-size') return problem('limit', reason, null, { size: data.length, limit: limitBytes })
  return cacheProblem('compression', reason === 'not-packed' ? 'packed-damaged' : reason, null, { compressor: id })
}

const UNREAD: Serialized = { serializer: null, node: null, pickle: null, herd: null, json: null, problem: null }

function readContent({ kind, flags }: Payload, { data, compressor }: UnpackedPayload, depth: Depth): Serialized {
  if (data === null) return UNREAD
  switch (kind) {
    case 'by-content':
      return (compressor === 'none' ? readInteger(data) : null) ?? readSerialized(data, depth)
    case 'pickle':
      return readAsPickle(data, depth)
    case 'int':
    case 'bool':
      return readNumber(data, kind, flags)
    case 'text': {
      const text = decodeText(data)
      return text === null ? { ...UNREAD, serializer: 'text', problem: cacheProblem('shape', 'not-utf8') } : readAsText(text)
    }
    case 'bytes':
      return { ...UNREAD, serializer: 'text', node: { kind: 'bytes', base64: data.toString('base64') } }
  }
}

function readNumber(data: Buffer, kind: 'int' | 'bool', flags: number | null): Serialized {
  const read = readInteger(data)
  if (read === null) return { ...UNREAD, serializer: 'int', problem: cacheProblem('shape', 'bad-flags', null, { flags: flags ?? 0 }) }
  return kind === 'int' || read.node?.kind !== 'int' ? read : { ...read, node: { kind: 'bool', value: read.node.digits !== '0' } }
}

function formOf(payload: Payload, unpacked: UnpackedPayload, content: Serialized, context: CacheContext): CacheForm {
  const { pickle } = content
  return {
    container: payload.container,
    serializer: content.serializer ?? 'text',
    pickle: pickle === null ? null : { protocol: pickle.protocol, framed: writesFrames(pickle, unpacked.data?.length ?? 0) },
    json: content.json,
    compression: compressionOf(payload, unpacked, context),
    flags: payload.flags,
    fileExpiry: payload.fileExpiry,
    herd: content.herd,
  }
}

/** A value that was too short for its writer's compressor still has that writer: the settings tell. */
function compressionOf({ compressed }: Payload, { compressor, level, data }: UnpackedPayload, { settings }: CacheContext): CompressionForm {
  if (compressed !== 'by-content') return compressor === 'none' ? NOT_COMPRESSED : { compressor, level, aboveBytes: 0 }
  if (compressor !== 'none') return { compressor, level, aboveBytes: Math.min(compressorOf(compressor)?.minLength ?? 0, Math.max((data?.length ?? 0) - 1, 0)) }
  const habit = settings?.reader === 'django' ? null : compressorOf(settings?.compressor ?? 'none')
  return habit === null ? NOT_COMPRESSED : { compressor: habit.id, level: null, aboveBytes: habit.minLength }
}

function refuse(data: Buffer, context: CacheContext): DecodedCacheValue {
  const form: CacheForm = { container: context.container ?? 'plain', serializer: 'text', pickle: null, json: null, compression: NOT_COMPRESSED, flags: context.flags, fileExpiry: null, herd: null }
  const facts: CacheFacts = { storedBytes: data.length, packedBytes: null, dataBytes: null, compressor: 'none', pickle: null }
  const fault = cacheProblem('limit', 'stored-size', null, { size: data.length, limit: LIMITS.storedValueBytes })
  const found = { form, facts, node: null, problem: fault }
  return { ...found, ...judge(found, context) }
}
