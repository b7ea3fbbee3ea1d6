import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodeBase62, encodeBase62 } from '../util/base62.ts'
import { decodeBase64Url, encodeBase64Url } from './base64url.ts'
import { isSameText, saltedHmac } from './salted-hmac.ts'
import { deflateIfWorthwhile, inflateUpTo } from './zlib-limit.ts'

describe('base62', () => {
  test.each([[0, '0'], [61, 'z'], [62, '10'], [1_700_000_000, '1r31eq'], [-5, '-5']])('%i is %s, both ways', (value, text) => {
    expect(encodeBase62(value)).toBe(text)
    expect(decodeBase62(text)).toBe(value)
  })

  test('reads what Python reads, and no more', () => {
    expect(['0001', '-', '', '--1', 'a_b', '1 '].map(decodeBase62)).toEqual([1, 0, null, null, null, null])
    expect([decodeBase62('z'.repeat(300)), decodeBase62(`-${'z'.repeat(300)}`), decodeBase62(`${'0'.repeat(300)}1`)]).toEqual([Infinity, -Infinity, 1])
  })

  test('a number of a million digits costs no more than reading it', () => {
    expect(decodeBase62('z'.repeat(1_000_000))).toBe(Infinity)
  })
})

describe('base64', () => {
  const read = (text: string): string | null => decodeBase64Url(text)?.toString('latin1') ?? null

  test('writes the URL-safe alphabet without padding', () => {
    expect(encodeBase64Url(Uint8Array.of(0xfb, 0xff, 0xfe, 0x41))).toBe('-__-QQ')
  })

  test('reads as leniently as Python', () => {
    expect(read('-__-QQ')).toBe(read('+//+QQ=='))
    expect(read('e30')).toBe('{}')
    // Four foreign characters are harmless, one breaks the padding, for it is made up from the length of the whole text.
    expect([read('e30%%%%'), read('e30%')]).toEqual(['{}', null])
    expect([read('e'), read('e3'), read('e30='), read('e=30')]).toEqual([null, '{', '{}', null])
    // After a whole padding nothing is read.
    expect(read('e30=e30=')).toBe('{}')
    expect(read('é30')).toBe(null)
  })
})

describe('salted HMAC', () => {
  test('signs as Django does, text and bytes, short and long', () => {
    const hmac = saltedHmac('django.contrib.sessions.SessionStoresigner', 'reference-secret', 'sha256')
    expect(hmac.signature('eyJhIjoxfQ:1r31eq')).toBe('s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4')
    const long = 'é'.repeat(100_000)
    expect(hmac.signature(long)).toBe(hmac.signature(Buffer.from(long)))
    expect(hmac.signature(Buffer.from('eyJhIjoxfQ:1r31eq'))).toBe('s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4')
  })

  test('salt and secret do not run into each other in the cache', () => {
    expect(saltedHmac('ab', 'c', 'sha256')).not.toBe(saltedHmac('a', 'bc', 'sha256'))
    expect(saltedHmac('ab', 'c', 'sha256')).toBe(saltedHmac('ab', 'c', 'sha256'))
  })

  test('compares the whole text', () => {
    expect([isSameText('abc', 'abc'), isSameText('abc', 'abd'), isSameText('abc', 'ab'), isSameText('', '')]).toEqual([true, false, false, true])
  })
})

describe('zlib', () => {
  const data = Buffer.from('{"a":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}')
  const packed = deflateSync(data)

  test('ignores what stands after the end of the stream', () => {
    expect(inflateUpTo(Buffer.concat([packed, Buffer.from('junk')]), 1000)).toEqual({ ok: true, data })
  })

  test('names what is wrong', () => {
    const wrongSum = Buffer.from(packed.map((byte, index) => (index === packed.length - 1 ? byte ^ 1 : byte)))
    const broken = Buffer.from(packed.map((byte, index) => (index === 4 ? 0xff : byte)))
    const inputs = [packed.subarray(0, -6), packed.subarray(0, -1), Buffer.alloc(0), wrongSum, gzipSync(data), deflateRawSync(data), broken, deflateSync(data, { dictionary: data })]
    expect(inputs.map((input) => inflateUpTo(input, 1000)).map((result) => (result.ok ? 'ok' : result.reason))).toEqual([
      'zlib-truncated', 'zlib-truncated', 'zlib-truncated', 'zlib-checksum', 'not-zlib', 'not-zlib', 'zlib-damaged', 'zlib-damaged',
    ])
  })

  test('gives up at the limit, and not before', () => {
    const bomb = deflateSync(Buffer.alloc(1_000_000))
    expect(inflateUpTo(bomb, 999_999)).toEqual({ ok: false, reason: 'inflate-size' })
    expect(inflateUpTo(bomb, 1_000_000)).toMatchObject({ ok: true })
  })

  test('packs only where that saves two bytes', () => {
    expect(deflateIfWorthwhile(Buffer.from('{"a":1}'))).toBe(null)
    expect(deflateIfWorthwhile(data)?.length).toBeLessThan(data.length - 1)
  })
})
