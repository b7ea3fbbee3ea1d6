import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCacheValue } from '../../../electron/core/codecs/cache-value/decode.ts'
import { encodeCacheValue } from '../../../electron/core/codecs/cache-value/encode.ts'
import type { CacheForm, CompressionForm, CompressorId } from '../../../electron/core/codecs/cache-value/form.ts'
import { NOT_COMPRESSED } from '../../../electron/core/codecs/cache-value/form.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { isForMsgpack, jsonSessions, sharedSessions } from '../../support/arbitrary-data.ts'
import { holds, SEED } from '../../support/property.ts'

const NOW = 1_700_000_000_000
/** `min_length` of the compressors of django-redis. */
const MIN_LENGTH: Readonly<Record<CompressorId, number>> = { none: 0, zlib: 15, gzip: 15, lz4: 15, zstd: 15, lzma: 100 }
const plain = { container: 'redis', serializer: 'pickle', pickle: null, json: null, compression: NOT_COMPRESSED, flags: null, fileExpiry: null, herd: null } as const

const pickle = fc.record({ protocol: fc.integer({ min: 2, max: 5 }), framed: fc.boolean() })
const json = fc.record({ itemSeparator: fc.constantFrom(',' as const, ', ' as const), keySeparator: fc.constantFrom(':' as const, ': ' as const), asciiOnly: fc.boolean() })
const compression: fc.Arbitrary<CompressionForm> = fc.constantFrom<CompressorId>('none', 'zlib', 'gzip', 'lzma', 'lz4', 'zstd').map((compressor) => ({ compressor, level: null, aboveBytes: MIN_LENGTH[compressor] }))
const herd = fc.option(fc.record({ until: fc.integer({ min: 0, max: 2 ** 31 }).map(String) }))

interface Made {
  readonly node: DictNode
  readonly form: CacheForm
}
const inForm = (node: fc.Arbitrary<DictNode>, form: Partial<Record<keyof CacheForm, fc.Arbitrary<unknown>>>): fc.Arbitrary<Made> =>
  fc.record({ node, form: fc.record(form).map((given) => ({ ...plain, ...given }) as CacheForm) })

const values = fc.oneof(
  inForm(sharedSessions, { pickle, compression, herd }),
  inForm(jsonSessions, { serializer: fc.constant('json'), json, compression }),
  inForm(jsonSessions.filter(isForMsgpack), { serializer: fc.constant('msgpack'), compression }),
  inForm(sharedSessions, { container: fc.constant('database-cache'), pickle }),
  inForm(sharedSessions, { container: fc.constant('file-cache'), pickle, compression: fc.constant({ compressor: 'zlib', level: null, aboveBytes: 0 }), fileExpiry: fc.record({ at: fc.constantFrom(null, '1700000000.25', '1e+16'), pickle }) }),
  inForm(sharedSessions, { container: fc.constant('memcached'), pickle, flags: fc.constant(1) }),
  inForm(sharedSessions, { container: fc.constant('memcached'), pickle, flags: fc.constant(9), compression: fc.constant({ compressor: 'zlib', level: null, aboveBytes: 0 }) }),
)

const read = (value: Uint8Array, { container, flags }: CacheForm): ReturnType<typeof decodeCacheValue> => decodeCacheValue(value, { container, flags, settings: null, now: NOW })

/** A lone surrogate has no UTF-8: JSON with bare characters cannot hold it. */
const isWritable = ({ form, node }: Made): boolean => form.json?.asciiOnly !== false || !/\\ud[89a-f]/.test(JSON.stringify(node))

describe(`values of caches, seed ${SEED}`, () => {
  test('every serializer, compressor and container gives the data back, and tells its form', () => {
    holds(values.filter(isWritable), ({ node, form }) => {
      const found = read(encodeCacheValue(node, form), form)
      expect(found.node).toEqual(node)
      expect(found).toMatchObject({ djangoSees: 'data', problem: null, form: { container: form.container, serializer: form.serializer, flags: form.flags, herd: form.herd } })
    })
  })

  test('written again in the form found, it has the same data and the same form', () => {
    holds(values.filter(isWritable), ({ node, form }) => {
      const value = encodeCacheValue(node, form)
      const found = read(value, form)
      const again = encodeCacheValue(found.node ?? node, found.form)
      expect(read(again, form).node).toEqual(node)
      expect(read(again, form).form).toEqual(found.form)
    })
  })
})
