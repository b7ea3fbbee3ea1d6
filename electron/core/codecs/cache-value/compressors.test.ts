import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { COMPRESSORS, compressorOf, unpack } from './compressors.ts'
import { findJsonStyle } from './json-style.ts'
import { xxhash32 } from './lz4/xxhash32.ts'
import { crc64 } from './xz/checks.ts'

const repeating = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index % 7 === 0 ? index >> 9 : index % 11)))
/** Around the sizes of blocks and chunks, where lengths and distances change their spelling. */
const SIZES = [0, 1, 12, 13, 18, 19, 274, 65_535, 65_536, 65_537, 200_000]

describe.each(COMPRESSORS)('$id', (compressor) => {
  test.each(SIZES)('%i bytes come back', (size) => {
    const data = repeating(size)
    expect(unpack(compressor, compressor.pack(data, null))).toEqual({ ok: true, data })
  })

  test('the limit is exact', () => {
    const packed = compressor.pack(repeating(5000), null)
    expect(unpack(compressor, packed, 5000).ok).toBe(true)
    expect(unpack(compressor, packed, 4999)).toEqual({ ok: false, reason: 'inflate-size' })
  })

  test('other bytes are not taken for packed ones', () => {
    for (const other of ['', '{"a": 1}', '\x80\x05}\x94.', 'x']) expect(unpack(compressor, Buffer.from(other, 'latin1'))).toEqual({ ok: false, reason: 'not-packed' })
  })
})

test('a changed byte is told by the checksum of .xz', () => {
  const packed = compressorOf('lzma')?.pack(repeating(1000), null) ?? Buffer.alloc(0)
  packed.writeUInt8(packed.readUInt8(500) ^ 1, 500)
  const lzma = compressorOf('lzma')
  expect(lzma === null ? null : unpack(lzma, packed)).toEqual({ ok: false, reason: 'packed-checksum' })
})

test('levels are read from headers, so that they can be kept', () => {
  const data = repeating(1000)
  expect([1, 6, 9].map((level) => compressorOf('zlib')?.levelOf(deflateSync(data, { level })))).toEqual([1, 6, 9])
  expect([1, 6, 9].map((level) => compressorOf('gzip')?.levelOf(gzipSync(data, { level })))).toEqual([1, 6, 9])
})

test('checksums are those of their specifications', () => {
  expect(['', 'a', 'abc', 'Nobody inspects the spammish repetition'].map((text) => xxhash32(Buffer.from(text)).toString(16))).toEqual(['2cc5d05', '550d7456', '32d153ff', 'e2293b2f'])
  expect(crc64(Buffer.from('123456789')).readBigUInt64LE().toString(16)).toBe('995dc9bbdf1939fa')
})

test('the style of JSON is that of its first separators, and what stands in texts is none', () => {
  const style = (text: string): string => Object.values(findJsonStyle(text)).join('|')
  expect(style('{"a:b,c": 1, "b": 2}')).toBe(', |: |true')
  expect(style('{"a\\":":1,"b":"é"}')).toBe(',|:|false')
  expect(style('{"a":1}')).toBe(',|:|true')
  expect(style('{"a": [1,2]}')).toBe(',|: |true')
  expect(style('{}')).toBe(', |: |true')
})
