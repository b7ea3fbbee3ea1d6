import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { DecodeContext, SigningKey } from '../../electron/core/codecs/decoder.ts'
import { writeLegacyText } from '../../electron/core/codecs/legacy-text.ts'
import { COOKIE_SALT, ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { decodeSessionText, decodeText } from '../../electron/core/codecs/session-text.ts'
import { signatureOf } from '../../electron/core/codecs/signing.ts'
import { LIMITS } from '../../shared/limits.ts'

const KEY: SigningKey = { name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }
const context: DecodeContext = { keyring: [KEY], place: 'row', salt: null, maxAgeSeconds: 1_209_600, now: 1_788_000_000_000, djangoVersion: '3.2' }

function sign(data: Uint8Array, dot: boolean): string {
  const value = `${dot ? '.' : ''}${Buffer.from(data).toString('base64url')}:1x0GTg`
  return `${value}:${signatureOf(value, KEY, ROW_SALT)}`
}

describe('bombs behind a good signature stop at a named limit', () => {
  test('zlib: the limit and the packed size are told, nothing larger is held', () => {
    const packed = deflateSync(Buffer.alloc(LIMITS.inflateBytes + 1, 0x20))
    expect(decodeText(sign(packed, true), context)).toMatchObject({ data: null, problem: { step: 'limit', reason: 'inflate-size', sentence: { params: { size: packed.length, limit: LIMITS.inflateBytes } } } })
  })

  test('zlib in zlib is unpacked once, as Django does', () => {
    const inner = deflateSync(Buffer.alloc(8 * 1024 * 1024, 0x61))
    expect(decodeText(sign(deflateSync(inner), true), context)).toMatchObject({ dataBytes: inner.length, data: null, serializer: null })
  })

  test.each([
    ['depth', `{"a":${'['.repeat(200_000)}`, 'too-deep'],
    ['depth of dicts', '{"a":'.repeat(200_000), 'too-deep'],
    ['digits', `{"a":${'9'.repeat(1_000_000)}}`, 'integer-digits'],
  ])('JSON: %s, in the signed and in the old format', (_name, json, reason) => {
    const body = Buffer.from(json)
    expect(decodeText(sign(body, false), context).problem?.reason).toBe(reason)
    expect(decodeText(sign(deflateSync(body), true), context).problem?.reason).toBe(reason)
    expect(decodeText(writeLegacyText(body, KEY, null), context).problem?.reason).toBe(reason)
  })

  test('a stored value over the limit is refused before anything is made of it', () => {
    expect(() => decodeSessionText(Buffer.alloc(LIMITS.storedValueBytes + 1, 0x4d), context)).toThrow(`${LIMITS.storedValueBytes}`)
  })
})

describe('salts', () => {
  const text = (salt: string): string => {
    const value = 'eyJhIjoxfQ:1x0GTg'
    return `${value}:${signatureOf(value, KEY, salt)}`
  }

  test('a class name or a whole salt finds what another store class signed', () => {
    const tenant = text('django.contrib.sessions.Outer.TenantStore')
    for (const salt of ['Outer.TenantStore', 'django.contrib.sessions.Outer.TenantStore']) {
      expect(decodeText(tenant, { ...context, salt })).toMatchObject({ signature: { state: 'valid' }, salt: 'django.contrib.sessions.Outer.TenantStore' })
    }
    expect(decodeText(tenant, context)).toMatchObject({ signature: { reason: 'wrong-key' } })
    expect(decodeText(text('shop.salt'), { ...context, salt: 'shop.salt' })).toMatchObject({ signature: { state: 'valid' }, salt: 'shop.salt' })
  })

  test('the old format takes the bare class name', () => {
    const legacy = writeLegacyText(Buffer.from('{"a":1}'), KEY, 'django.contrib.sessions.Outer.TenantStore')
    expect(decodeText(legacy, { ...context, salt: 'TenantStore' })).toMatchObject({ format: 'django-legacy', signature: { state: 'valid', reason: null }, djangoSees: 'data' })
    expect(decodeText(legacy, context)).toMatchObject({ signature: { state: 'bad' }, djangoSees: 'empty' })
  })

  test('a cookie value in a row is named', () => {
    expect(decodeText(text(COOKIE_SALT), context)).toMatchObject({ signature: { state: 'bad', reason: 'wrong-salt', verifiedBy: 'SECRET_KEY' }, salt: COOKIE_SALT })
  })
})

describe('keys that only verify', () => {
  const old: DecodeContext = { ...context, keyring: [{ name: 'SECRET_KEY', secret: 'other' }, { ...KEY, name: 'SECRET_KEY_FALLBACKS[0]' }] }
  const text = sign(Buffer.from('{"a":1}'), false)

  test('count from Django 4.1 on', () => {
    expect(decodeText(text, old)).toMatchObject({ signature: { state: 'valid', reason: 'no-fallbacks' }, djangoSees: 'empty', verdict: { id: 'verdicts.fallbackAt' } })
    expect(decodeText(text, { ...old, djangoVersion: '4.1' })).toMatchObject({ signature: { state: 'valid', reason: null }, djangoSees: 'data' })
  })

  test('never count for the old format', () => {
    expect(decodeText(writeLegacyText(Buffer.from('{"a":1}'), KEY, null), old)).toMatchObject({ signature: { state: 'valid', reason: 'no-fallbacks' }, djangoSees: 'empty', verdict: { id: 'verdicts.legacyFallback' } })
  })
})
