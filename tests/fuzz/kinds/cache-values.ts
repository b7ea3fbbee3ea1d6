import fc from 'fast-check'
import { decodeCacheValue } from '../../../electron/core/codecs/cache-value/decode.ts'
import { encodeCacheValue } from '../../../electron/core/codecs/cache-value/encode.ts'
import { NOT_COMPRESSED } from '../../../electron/core/codecs/cache-value/form.ts'
import type { CacheContainer, CacheForm, CompressorId } from '../../../electron/core/codecs/cache-value/form.ts'
import { PYTHON_STYLE } from '../../../electron/core/codecs/cache-value/json-style.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { writePythonJson } from '../../../shared/values/python-json.ts'
import { CACHE_ANSWERS } from '../../differential/cache-values-script.ts'
import { isForMsgpack, jsonSessions } from '../../support/arbitrary-data.ts'
import { asPythonKeeps } from '../../support/payloads.ts'
import type { FuzzKind } from '../fuzz-kind.ts'
import { same } from '../fuzz-kind.ts'

interface Case {
  readonly node: DictNode
  readonly container: Extract<CacheContainer, 'redis' | 'database-cache' | 'file-cache'>
  readonly serializer: 'pickle' | 'json' | 'msgpack'
  readonly compressor: CompressorId
  readonly protocol: number
  readonly framed: boolean
  readonly isHerd: boolean
}

/** `min_length` of the compressors of django-redis. */
const MIN_LENGTH: Readonly<Record<CompressorId, number>> = { none: 0, zlib: 15, gzip: 15, lz4: 15, zstd: 15, lzma: 100 }
const compressors = fc.constantFrom<CompressorId>('none', 'zlib', 'gzip', 'lzma', 'lz4', 'zstd')

const cases = fc.record({
  node: jsonSessions,
  container: fc.oneof({ weight: 4, arbitrary: fc.constant('redis' as const) }, { weight: 1, arbitrary: fc.constantFrom('database-cache' as const, 'file-cache' as const) }),
  serializer: fc.constantFrom('pickle' as const, 'json' as const, 'msgpack' as const),
  compressor: compressors, protocol: fc.integer({ min: 2, max: 5 }), framed: fc.boolean(), isHerd: fc.boolean(),
}).map((each): Case => (each.container === 'redis' ? { ...each, isHerd: each.isHerd && each.serializer === 'pickle' } : { ...each, serializer: 'pickle', compressor: 'none', isHerd: false }))
  .filter(({ serializer, node }) => serializer !== 'msgpack' || isForMsgpack(node))

const show = ({ node, ...form }: Case): string => `${JSON.stringify(form)} ${writePythonJson(node)}`
const jsonOf = (value: Uint8Array, { container }: Case): string | null => {
  const { node } = decodeCacheValue(value, { container, flags: null, settings: null, now: 0 })
  return node === null ? null : writePythonJson(asPythonKeeps(node))
}

/** Values that Python's serializers and compressors write: read to the same data. */
export const cacheValuesOfPython: FuzzKind<Case> = {
  name: 'cache values of Python',
  share: 10,
  answers: CACHE_ANSWERS,
  suits: () => true,
  cases: () => cases.map((each) => ({ ...each, isHerd: false })),
  async compare(ask, batch) {
    const answers = await ask<readonly (string | null)[]>(batch.map((each) => ({ ...each, op: 'write', node: undefined, json: writePythonJson(each.node), minLength: MIN_LENGTH[each.compressor] })))
    return batch.map((each, index) => {
      const answer = answers[index] ?? null
      return answer === null ? null : same(jsonOf(Buffer.from(answer, 'base64'), each), writePythonJson(asPythonKeeps(each.node)))
    })
  },
  show,
}

/** Values that we write in each form: Python reads the same data. */
export const cacheValuesOfOurs: FuzzKind<Case> = {
  name: 'cache values of ours',
  share: 10,
  answers: CACHE_ANSWERS,
  suits: () => true,
  cases: () => cases,
  async compare(ask, batch) {
    const answers = await ask<readonly (string | null)[]>(batch.map((each) => ({ op: 'read', container: each.container, serializer: each.serializer, compressor: each.compressor, herd: each.isHerd, base64: Buffer.from(encodeCacheValue(each.node, formOf(each))).toString('base64') })))
    return batch.map(({ node }, index) => (answers[index] === null ? null : same(writePythonJson(asPythonKeeps(node)), answers[index] ?? null)))
  },
  show,
}

function formOf({ container, serializer, compressor, protocol, framed, isHerd }: Case): CacheForm {
  const pickle = { protocol, framed }
  return {
    container, serializer, flags: null,
    pickle: serializer === 'pickle' ? pickle : null,
    json: serializer === 'json' ? PYTHON_STYLE : null,
    compression: container === 'file-cache' ? { compressor: 'zlib', level: null, aboveBytes: 0 } : compressor === 'none' ? NOT_COMPRESSED : { compressor, level: null, aboveBytes: MIN_LENGTH[compressor] },
    fileExpiry: container === 'file-cache' ? { at: '1700000000.25', pickle } : null,
    herd: isHerd ? { until: '1700000000' } : null,
  }
}
