import { readFileSync } from 'node:fs'
import { compressorOf } from '../../../electron/core/codecs/cache-value/compressors.ts'
import type { CacheContext } from '../../../electron/core/codecs/cache-value/context.ts'
import { decodeCacheValue } from '../../../electron/core/codecs/cache-value/decode.ts'
import { encodeCacheValue } from '../../../electron/core/codecs/cache-value/encode.ts'
import type { CacheContainer, CompressorId } from '../../../electron/core/codecs/cache-value/form.ts'
import { parsePythonJson } from '../../../shared/values/python-json.ts'
import type { Codec, Found } from './codec.ts'

interface Vector {
  readonly name: string
  readonly container: CacheContainer
  readonly flags: number | null
  readonly base64: string
  readonly json: string
  readonly serializer: Codec['serializer']
  readonly compressor: CompressorId
}

const { values, now } = JSON.parse(readFileSync(new URL('../../fixtures/cache-values/values.json', import.meta.url), 'utf8')) as { readonly values: readonly Vector[]; readonly now: number }
/** A file of FileBasedCache begins with a pickle of its end: here, never. */
const NEVER = Buffer.from('80044e2e', 'hex')
/** The session that is long enough for every compressor, first: its form is whole. */
const ORDER = ['long', 'login', 'mixed']

/** Values that real caches hold (tests/fixtures/cache-values), by the name that their writer has there. */
export function cacheCodec(writer: string): Codec {
  const vectors = ORDER.flatMap((session) => values.filter(({ name }) => name === `${writer}: ${session}`))
  const [first] = vectors
  if (first === undefined) throw new Error(`No fixture is named ${writer}.`)
  const { container, flags, serializer, compressor } = first
  const context: CacheContext = { container, flags, settings: writer === 'pylibmc' ? { reader: 'pylibmc', serializer: null, compressor: null } : null, now: now * 1000 }
  const decode = (bytes: Buffer): Found => {
    const { node, djangoSees, problem, verdict, facts, form: found } = decodeCacheValue(bytes, context)
    const { compression, ...kept } = found
    return { node, djangoSees, problem, verdict, pickle: facts.pickle, form: { ...kept, compressor: compression.compressor } }
  }
  /** Of the longest one, whose compression shows. */
  const { form } = decodeCacheValue(Buffer.from(first.base64, 'base64'), context)
  return {
    serializer, decode, isSigned: false,
    unpacks: compressor !== 'none',
    samples: vectors.map(({ name, base64, json }) => {
      const parsed = parsePythonJson(json)
      if (!parsed.ok || parsed.node.kind !== 'dict') throw new Error(name)
      return { name, bytes: Buffer.from(base64, 'base64'), node: parsed.node }
    }),
    encode: (node) => Buffer.from(encodeCacheValue(node, form)),
    wrap(body) {
      const packed = compressorOf(compressor)?.pack(body, null) ?? body
      if (container === 'database-cache') return Buffer.from(packed.toString('base64'))
      return container === 'file-cache' ? Buffer.concat([NEVER, packed]) : packed
    },
  }
}
