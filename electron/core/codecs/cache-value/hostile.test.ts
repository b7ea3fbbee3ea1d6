import { readFileSync } from 'node:fs'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../../../shared/limits.ts'
import { say } from '../../../../shared/words/say.ts'
import type { CacheContext } from './context.ts'
import { decodeCacheValue } from './decode.ts'
import { packLz4 } from './lz4/frame.ts'

const CONTEXT: CacheContext = { container: null, flags: null, settings: null, now: 0 }
const ZEROS = Buffer.alloc(LIMITS.inflateBytes + 1)
const { xzBomb } = JSON.parse(readFileSync(new URL('../../../../tests/fixtures/cache-values/values.json', import.meta.url), 'utf8')) as { readonly xzBomb: string }
const read = (bytes: Uint8Array, context: Partial<CacheContext> = {}): ReturnType<typeof decodeCacheValue> => decodeCacheValue(bytes, { ...CONTEXT, ...context })

describe('bombs', () => {
  const bombs = { zlib: deflateSync(ZEROS), gzip: gzipSync(ZEROS), zstd: zstdCompressSync(ZEROS), lz4: packLz4(ZEROS), lzma: Buffer.from(xzBomb, 'base64') }
  test.each(Object.entries(bombs))('%s ends at the limit, which is named with the size', (compressor, bomb) => {
    const { problem, facts, djangoSees, verdict } = read(bomb)
    expect(problem).toMatchObject({ step: 'limit', reason: 'inflate-size' })
    expect(problem === null ? '' : say(problem.sentence)).toBe(`${bomb.length} packed bytes unpack to more than the limit of ${LIMITS.inflateBytes} bytes.`)
    expect(facts).toMatchObject({ compressor, dataBytes: null })
    expect(djangoSees).toBe('data')
    expect(say(verdict)).toContain('It is over the limit and is not shown.')
  })

  test('the size that an LZ4 frame claims is refused before anything is unpacked', () => {
    const claim = packLz4(Buffer.from('{}'))
    expect(claim.readBigUInt64LE(6)).toBe(2n)
    const larger = packLz4(ZEROS).subarray(0, 64)
    expect(read(larger)).toMatchObject({ problem: { reason: 'inflate-size' } })
  })

  test('a window larger than all output is refused by zstd before memory is set aside', () => {
    // Frame header: no size, window of 2^27 bytes (128 MB); then an empty last block.
    expect(read(Buffer.from('28b52ffd0088010000', 'hex'))).toMatchObject({ problem: { reason: 'inflate-size' } })
  })

  test('items that do not exist take no memory', () => {
    expect(read(Buffer.from('dfffffffff', 'hex'))).toMatchObject({ problem: { reason: 'msgpack-truncated' } })
    expect(read(Buffer.from('81a161ddffffffff', 'hex'))).toMatchObject({ problem: { reason: 'msgpack-truncated' } })
    expect(read(Buffer.from('81a161c6ffffffff', 'hex'))).toMatchObject({ problem: { reason: 'msgpack-truncated' } })
  })

  test('a million values are enough, and 1,024 levels are what Python follows', () => {
    const many = Buffer.concat([Buffer.from('81a161dd001e8480', 'hex'), Buffer.alloc(2_000_000, 1)])
    expect(read(many)).toMatchObject({ node: null, problem: { reason: 'msgpack-size' } })
    const nested = (levels: number): Buffer => Buffer.concat([Buffer.from('81a161', 'hex'), Buffer.alloc(levels - 1, 0x91), Buffer.from([0xc0])])
    expect(read(nested(1024))).toMatchObject({ djangoSees: 'data', problem: null })
    expect(read(nested(1025))).toMatchObject({ djangoSees: 'empty', problem: { reason: 'msgpack-depth' } })
  })

  test('a value longer than the limit is not looked at', () => {
    const { node, problem } = read(Buffer.alloc(LIMITS.storedValueBytes + 1, 0x31))
    expect([node, problem?.reason]).toEqual([null, 'stored-size'])
  })

  test('a number of more digits than Python reads is no number', () => {
    expect(read(Buffer.alloc(4300, 0x31))).toMatchObject({ form: { serializer: 'int' }, djangoSees: 'error' })
    expect(read(Buffer.alloc(4301, 0x31))).toMatchObject({ djangoSees: 'empty', problem: { reason: 'unknown-value' } })
  })
})

describe('pickles inside', () => {
  const call = Buffer.from("\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.", 'latin1')

  test.each([
    ['as they are', call, {}],
    ['in zlib', deflateSync(call), {}],
    ['in base64', Buffer.from(call.toString('base64')), { container: 'database-cache' }],
    ['in a file', Buffer.concat([Buffer.from('80044e2e', 'hex'), deflateSync(call)]), {}],
  ] as const)('a call is named and not made: %s', (_, bytes, context) => {
    const { facts, verdict, djangoSees } = read(bytes, context)
    expect(facts.pickle).toMatchObject({ danger: 'dangerous', imports: ['os.system'] })
    expect(djangoSees).toBe('error')
    expect(say(verdict)).toContain('Django would run what it calls')
  })
})
