import { constants, deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inflateQuickly } from './quick-inflate.ts'
import { inflateUpTo } from './zlib-limit.ts'

const MOST = 1024 * 1024

function plainly(packed: Uint8Array): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: MOST })
  } catch {
    return null
  }
}

it('is in use: this Node has what it needs', () => {
  expect(inflateQuickly(deflateSync('{"cart": [1, 2]}'), MOST)?.toString()).toBe('{"cart": [1, 2]}')
})

it('never says anything else than inflateSync, whatever was packed, cut off, changed or added', () => {
  const packing = fc.record({ level: fc.integer({ min: 0, max: 9 }), strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY), windowBits: fc.integer({ min: 9, max: 15 }) })
  const data = fc.oneof(fc.string({ maxLength: 2000 }).map((text) => Buffer.from(text.repeat(3))), fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)))
  const damage = fc.oneof(
    fc.constant((packed: Buffer) => packed),
    fc.nat().map((at) => (packed: Buffer) => packed.subarray(0, at % packed.length)),
    fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => (packed: Buffer) => packed.map((byte, index) => (index === at % packed.length ? byte ^ bits : byte)) as Buffer),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map((more) => (packed: Buffer) => Buffer.concat([packed, more])),
  )
  fc.assert(fc.property(data, packing, damage, (bytes, options, harm) => {
    const packed = harm(deflateSync(bytes, options))
    const expected = plainly(packed)
    const quick = inflateQuickly(packed, MOST)
    if (quick !== null) expect(quick.equals(expected ?? Buffer.from('refused'))).toBe(true)
    const whole = inflateUpTo(packed, MOST)
    expect(whole.ok ? whole.data : null).toEqual(expected)
  }), { numRuns: 400 })
})

it('leaves what is long to inflateSync, and what is longer than allowed', () => {
  const long = deflateSync(Buffer.alloc(200_000, 'a'))
  expect(inflateQuickly(long, MOST)).toBeNull()
  expect(inflateUpTo(long, MOST)).toEqual({ ok: true, data: Buffer.alloc(200_000, 'a') })
  const packed = deflateSync('a'.repeat(1001))
  expect(inflateQuickly(packed, 1001)).toHaveLength(1001)
  expect(inflateUpTo(packed, 1000)).toEqual({ ok: false, reason: 'inflate-size' })
})

it('gives bytes that stay, and works after a fault', () => {
  const first = inflateQuickly(deflateSync('first'), MOST)
  expect(inflateQuickly(Buffer.from('no zlib at all'), MOST)).toBeNull()
  expect(inflateQuickly(Buffer.alloc(0), MOST)).toBeNull()
  expect(inflateQuickly(deflateSync('other'), MOST)?.toString()).toBe('other')
  expect(first?.toString()).toBe('first')
})
