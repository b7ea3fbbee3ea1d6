import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../../shared/limits.ts'
import { say } from '../../../shared/words/say.ts'
import type { DecodeContext, DecodedSummary } from './decoder.ts'
import { encodeSession } from './encode.ts'
import { COOKIE_SALT, ROW_SALT } from './salts.ts'
import { decodeSessionText, decodeText } from './session-text.ts'
import { signatureOf, signData } from './signing.ts'
import { summarizeTexts } from './summarize.ts'

const REFERENCE = { name: 'SECRET_KEY', secret: 'reference-secret' }
const KEYRING = [{ name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }, { name: 'SECRET_KEY_FALLBACKS[0]', secret: 'coatcheck-old-key' }]
const SIGNED_AT = 1_788_000_000_000
const MAX_AGE = 1_209_600
const BODY = '.eJxVjDsOgCAQBe-ytSHRWNFp7xnIAqv4CUQ-hSHeXUgstJ2Z9zIITNGIFMiLVQOHvoPmCyWqnWw1ekO7OKacjX6VrCbstYFNTtMxvu3vwGAwdU2oJdFcpEIfgWcIeypiaAs64wW8u-8Hc1Axrw:1x0GTg'
const V1 = `${BODY}:PxiIknTiIWnE4mq7ww7euFbtjcbYr_R-g8e-dj_bOPM`
const V2 = `${BODY}:5tSf7SU4F_07BBK1X9Pk914TOF76THzX_faZx4leZ-8`
const V3 = `${BODY}:7MSS2i2lQt9RCLkCFipDlQJImaCNyc6oxOMu9MNOIj4`
const V4 = 'Y2MxODJjMjZlYTU4MDA2NzY5NjI5ZmQyYmUyYjRkZjhiNGIzM2M1MTp7Il9hdXRoX3VzZXJfaWQiOiI0MiIsIl9hdXRoX3VzZXJfYmFja2VuZCI6ImRqYW5nby5jb250cmliLmF1dGguYmFja2VuZHMuTW9kZWxCYWNrZW5kIiwiX2F1dGhfdXNlcl9oYXNoIjoiZGVhZGJlZWYiLCJjYXJ0Ijp7InNrdSI6IkExIiwicXR5IjoyfX0='
const D = {
  _auth_user_id: '42',
  _auth_user_backend: 'django.contrib.auth.backends.ModelBackend',
  _auth_user_hash: 'deadbeef',
  cart: { sku: 'A1', qty: 2 },
}

const context = (place: DecodeContext['place'], more: Partial<DecodeContext> = {}): DecodeContext => ({ keyring: KEYRING, place, salt: null, maxAgeSeconds: MAX_AGE, now: SIGNED_AT, ...more })
const sign = (data: string | Buffer, salt = ROW_SALT): string => signData(Buffer.from(data as string, 'latin1'), { key: REFERENCE, salt, compress: true, now: SIGNED_AT })
const known = (place: DecodeContext['place'] = 'row'): DecodeContext => context(place, { keyring: [REFERENCE] })
function summary(text: string, by: DecodeContext): DecodedSummary | undefined {
  const bytes = Buffer.from(text)
  return summarizeTexts({ bytes, ends: Uint32Array.of(bytes.length) }, by)[0]
}

describe('the worked example', () => {
  const encode = (data: string, salt: string): string => Buffer.from(encodeSession({ data, salt, key: REFERENCE, compress: true, now: 1_700_000_000_900 })).toString()

  test('is written as Django writes it', () => {
    expect(encode('{"a": 1}', ROW_SALT)).toBe('eyJhIjoxfQ:1r31eq:s9_EDPvI8YIIKoZa60okUu8mEw9ZrEb0WsJ4rWO_sB4')
    expect(encode('{"a": 1}', COOKIE_SALT)).toBe('eyJhIjoxfQ:1r31eq:DMN4RG3OTKhU6puzNm9LE3lc5yJVS_XwbbAT-URLO8k')
  })

  test('is read, compressed too', () => {
    const decoded = decodeText('.eJyrVspWslKKKTUwSLUcOaRSLQAqPUp-:1r31eq:SuEELH85tMr5Pz_rijtqaCHhzzs8J2deaAHA1Wk8eIE', known())
    expect(decoded).toMatchObject({ compressed: true, signedAt: 1_700_000_000_000, djangoSees: 'data', data: `{\n  "k": "${'é'.repeat(40)}"\n}`, dataBytes: 248, packedBytes: 24 })
  })
})

describe('verdicts of the vectors', () => {
  const verdict = (text: string, by: DecodeContext): string => say(decodeText(text, by).verdict)

  test('a cookie by SECRET_KEY, with all its facts', () => {
    const decoded = decodeText(V3, context('cookie'))
    expect(JSON.parse(decoded.data ?? '')).toEqual(D)
    expect(decoded).toMatchObject({ format: 'django-signed', salt: COOKIE_SALT, signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null }, signedAt: SIGNED_AT, goodUntil: SIGNED_AT + MAX_AGE * 1000, keysTried: ['SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]'], problem: null })
    expect(decoded.parts).toEqual({ payload: [0, 147], timestamp: [148, 154], signature: [155, 198] })
    expect(say(decoded.verdict)).toBe('Verified with SECRET_KEY.')
  })

  test('a row by a fallback key', () => {
    expect(verdict(V2, context('row'))).toBe('Verified with fallback key 1 of 1.')
    expect(decodeText(V2, context('row'))).toMatchObject({ goodUntil: null, djangoSees: 'data' })
  })

  test('a row sent as a cookie, and a cookie kept as a row', () => {
    const decoded = decodeText(V1, context('cookie'))
    expect(decoded).toMatchObject({ djangoSees: 'empty', salt: ROW_SALT, signature: { state: 'bad', verifiedBy: 'SECRET_KEY', reason: 'wrong-salt' } })
    expect(JSON.parse(decoded.data ?? '')).toEqual(D)
    expect(say(decoded.verdict)).toBe('This is a database or file value, signed with another salt; Django would treat it as an empty session.')
    expect(verdict(V3, context('row'))).toBe('This is a cookie value, signed with another salt; Django would treat it as an empty session.')
    expect(verdict(V1, context('row', { salt: 'django.contrib.sessions.TenantStore' }))).toMatch(/^This is a database or file value/)
  })

  test('a row pasted bare is good, and is no cookie', () => {
    expect(decodeText(V1, context(null))).toMatchObject({ djangoSees: 'data', salt: ROW_SALT, signature: { state: 'valid' } })
    expect(verdict(V1, context(null))).toBe('Verified with SECRET_KEY. This is a database or file value, not a cookie: sent as a cookie, it is an empty session.')
    expect(verdict(V3, context(null))).toBe('Verified with SECRET_KEY.')
  })

  test('a last character that decodes to the same bytes is refused all the same', () => {
    const decoded = decodeText(`${V3.slice(0, -1)}5`, context('cookie'))
    expect(decoded).toMatchObject({ djangoSees: 'empty', signature: { state: 'bad', reason: 'altered' } })
    expect(say(decoded.verdict)).toMatch(/^The signature does not match; Django starts an empty session\./)
    expect(decodeText(`${V3}=`, context('cookie')).signature.reason).toBe('altered')
    expect(decodeText(`${V3.slice(0, -1)}A`, context('cookie')).signature.reason).toBe('wrong-key')
  })

  test('too old is strictly more than the age, and for cookies only', () => {
    const last = SIGNED_AT + MAX_AGE * 1000
    expect(decodeText(V3, context('cookie', { now: last })).djangoSees).toBe('data')
    const late = decodeText(V3, context('cookie', { now: last + 1 }))
    expect(late).toMatchObject({ djangoSees: 'empty', signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: 'too-old' } })
    expect(say(late.verdict)).toBe('The signature is good, but it is too old: it was good until 2026-09-12 10:40:00 UTC. Django starts an empty session.')
    expect(decodeText(V1, context('row', { now: last + 1 })).djangoSees).toBe('data')
    expect(decodeText(V3, context(null, { now: last + 1 })).djangoSees).toBe('empty')
    expect(decodeText(V3, context('cookie', { keyring: [], now: last + 1 })).djangoSees).toBe('empty')
  })

  test('without a key: the same data, not verified', () => {
    const decoded = decodeText(V3, context('cookie', { keyring: [] }))
    expect(JSON.parse(decoded.data ?? '')).toEqual(D)
    expect(decoded).toMatchObject({ signature: { state: 'unchecked', verifiedBy: null, reason: null }, djangoSees: 'data', goodUntil: SIGNED_AT + MAX_AGE * 1000 })
    expect(say(decoded.verdict)).toBe('Not verified: no key is known.')
    expect(decodeText(V3, context('cookie', { keyring: [{ name: 'SECRET_KEY_FALLBACKS[0]', secret: '' }] })).signature.state).toBe('unchecked')
    expect(decodeText(`${V3}x`, context('cookie', { keyring: [] })).signature.state).toBe('bad')
  })

  test('nobody signs with an empty key: an empty fallback means SECRET_KEY', () => {
    const forged = `${BODY}:${signatureOf(BODY, { name: '', secret: '' }, ROW_SALT)}`
    const keyring = [...KEYRING, { name: 'SECRET_KEY_FALLBACKS[1]', secret: '' }]
    expect(decodeText(forged, context('row', { keyring })).signature).toMatchObject({ state: 'bad', reason: 'wrong-key' })
  })

  test('cut texts say so, and show what is left', () => {
    expect(decodeText(V1.slice(0, -3), context('row'))).toMatchObject({ djangoSees: 'empty', signature: { state: 'bad', reason: 'truncated' }, data: expect.stringContaining('"42"') })
    expect(decodeText(V1.slice(0, 154), context('row'))).toMatchObject({ signature: { reason: 'truncated' }, data: expect.stringContaining('"42"') })
    expect(decodeText(V1.slice(0, 100), context('row'))).toMatchObject({ signature: { state: 'absent' }, problem: { reason: 'no-signature' }, data: null })
  })

  test('the format before Django 3.1 is named and shown', () => {
    const decoded = decodeText(V4, context('row'))
    expect(JSON.parse(decoded.data ?? '')).toEqual(D)
    expect(decoded).toMatchObject({ format: 'django-legacy', djangoSees: 'empty', problem: null, signature: { state: 'valid', reason: 'other-format' } })
    expect(say(decoded.verdict)).toBe('Old format (before Django 3.1); Django 4.0 and later read it as an empty session.')
  })

  test.each([
    ['', 'no-text'], ['hello', 'no-signature'], ['a:b:c', 'not-signed-text'], ['q81zx0q81zx0q81zx0q81zx0q81zx0q8', 'session-key'], ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.Qd0', 'json-web-token'], ['\u0000\ud800é', 'no-signature'],
  ])('%j is no session: %s', (text, reason) => {
    expect(decodeText(text, context('row'))).toMatchObject({ format: 'unknown', djangoSees: 'empty', data: null, problem: { step: 'shape', reason } })
  })
})

describe('behind a good signature', () => {
  const readable = (text: string, by = known()): boolean | undefined => summary(text, by)?.readable

  test.each([
    ['[1,2]', 'not-a-dict'], ['null', 'not-a-dict'], ['7', 'not-a-dict'],
  ])('%s is data that breaks Django', (json, reason) => {
    const decoded = decodeText(sign(json), known())
    expect(decoded).toMatchObject({ djangoSees: 'error', problem: { step: reason, reason }, data: expect.any(String) })
    expect(say(decoded.verdict)).toBe('Verified with SECRET_KEY, but the data is not a dict; Django answers with an error (HTTP 500).')
    expect(readable(sign(json))).toBe(false)
  })

  test.each([
    ['{"a":1,}', 'json', 'trailing-comma', 6], ['\u0080\u0005}\u0094', 'pickle', 'pickle-truncated', 4], ['', 'json', 'empty', 0], [`${'['.repeat(20_000)}`, 'limit', 'too-deep', LIMITS.parseDepth],
  ])('%j is an empty session, and says where it breaks', (json, step, reason, position) => {
    const decoded = decodeText(sign(json), known())
    expect(decoded).toMatchObject({ djangoSees: 'empty', data: null, problem: { step, reason, position } })
    expect(say(decoded.problem?.sentence ?? { id: '', params: {} })).toMatch(/^[A-Z].*\.$/)
    expect(readable(sign(json))).toBe(false)
  })

  test('a broken payload names its step', () => {
    const signed = (value: string): string => `${value}:${signatureOf(value, REFERENCE, ROW_SALT)}`
    const steps = ['.e30:1r31eq', 'eyJhI:1r31eq', `${sign('{}').split(':')[0]}:?`, 'e30'].map((value) => decodeText(signed(value), known()).problem?.step)
    expect(steps).toEqual(['zlib', 'base64', 'timestamp', 'timestamp'])
  })

  test('a bomb stops at the limit, which is named with the sizes', () => {
    const bomb = deflateSync(Buffer.alloc(LIMITS.inflateBytes + 1, ' '))
    const value = `.${bomb.toString('base64url')}:1r31eq`
    const text = `${value}:${signatureOf(value, REFERENCE, ROW_SALT)}`
    const decoded = decodeText(text, known())
    expect(decoded).toMatchObject({ data: null, dataBytes: null, packedBytes: bomb.length, djangoSees: 'data', problem: { step: 'limit', reason: 'inflate-size' } })
    expect(say(decoded.problem?.sentence ?? { id: '', params: {} })).toContain(String(bomb.length))
  })

  test('a stored value over the limit is refused with its size', () => {
    expect(() => decodeSessionText(new Uint8Array(LIMITS.storedValueBytes + 1), known())).toThrow(/8388609 bytes; the limit is 8388608/)
  })

  test('ten thousand levels and five megabytes are read', () => {
    const deep = `{"a":${'['.repeat(LIMITS.parseDepth - 1)}${']'.repeat(LIMITS.parseDepth - 1)}}`
    expect(decodeText(sign(deep), known()).djangoSees).toBe('data')
    const text = sign(`{"a":"${Array.from({ length: 500_000 }, (_, index) => `${index * 7919}`).join(' ')}"}`)
    expect(decodeText(text, known()).data?.length).toBeGreaterThan(4_000_000)
  })
})

describe('summaries', () => {
  test('say what the row needs', () => {
    expect(summary(V1, context('row'))).toEqual({ signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null }, serializer: 'json', compressed: true, signedAt: SIGNED_AT, topLevelKeys: Object.keys(D), keyCount: 4, userId: '42', login: { backend: 'django.contrib.auth.backends.ModelBackend', hash: 'deadbeef' }, ownExpiry: null, readable: true })
  })

  test('keep the order that Python keeps, and count each key once', () => {
    const of = (json: string): unknown => summary(sign(json), known())
    expect(of('{"b":1,"7":2,"0":3,"b":4}')).toMatchObject({ topLevelKeys: ['b', '7', '0'], keyCount: 3 })
    expect(of('{"7":1,"b":2,"0":3}')).toMatchObject({ topLevelKeys: ['7', 'b', '0'], keyCount: 3 })
    expect(of('{"__proto__":1,"a":NaN}')).toMatchObject({ topLevelKeys: ['__proto__', 'a'] })
    expect(of('{"__proto__":{"_auth_user_id":"1"}}')).toMatchObject({ topLevelKeys: ['__proto__'], userId: null })
    expect(of(`{${Array.from({ length: 20 }, (_, index) => `"k${index}":${index}`).join()}}`)).toMatchObject({ topLevelKeys: { length: 12 }, keyCount: 20 })
  })

  test('user ids of every kind', () => {
    const of = (id: string): unknown => summary(sign(`{"_auth_user_id":"1","_auth_user_id":${id}}`), known())?.userId
    expect(['"42"', '9007199254740993', 'null', '[1]', '1.5'].map(of)).toEqual(['42', '9007199254740993', null, null, null])
  })

  test('numbers that Python refuses are refused, however long the text', () => {
    expect(summary(sign(`{"a":${'9'.repeat(4301)}}`), known())?.readable).toBe(false)
    expect(summary(sign(`{"a":"${'9'.repeat(5000)}"}`), known())?.readable).toBe(true)
    expect(summary(sign(`{"a":[${`${'9'.repeat(4300)},`.repeat(500)}0]}`), known())?.readable).toBe(true)
  })

  test('text that nobody vouches for is not unpacked without end', () => {
    const bomb = `.${deflateSync(Buffer.from(`{"a":"${' '.repeat(2_000_000)}"}`)).toString('base64url')}:1r31eq`
    expect(summary(`${bomb}:${signatureOf(bomb, REFERENCE, ROW_SALT)}`, known())).toMatchObject({ readable: true, topLevelKeys: ['a'] })
    expect(summary(`${bomb}:${'A'.repeat(43)}`, known())).toMatchObject({ readable: false, topLevelKeys: null })
    expect(summary(`${bomb}:${'A'.repeat(43)}`, context('row', { keyring: [] }))).toMatchObject({ readable: false })
  })

  test('agree with the whole decode on texts of every kind', () => {
    for (const place of ['row', 'cookie', null] as const) {
      for (const text of [V1, V2, V3, V4, '', ':', '::', 'x', V1.slice(0, -1), V1.slice(0, 120), `${V1}=`, ` ${V1}`, V1.replace('e', 'é')]) {
        const whole = decodeText(text, context(place))
        const brief = summary(text, context(place))
        expect(brief?.readable).toBe(whole.djangoSees === 'data')
        if (whole.format === 'django-signed') expect(brief?.signature).toEqual(whole.signature)
      }
    }
  })
})

describe('encodeSession', () => {
  const request = { data: '{}', salt: ROW_SALT, key: REFERENCE, compress: true, now: SIGNED_AT }

  test.each([['[1]', 0], ['{"a": }', 6], ['{"a": {"$date": "x"}}', 6]])('refuses %s with a position', (data, position) => {
    expect(() => encodeSession({ ...request, data })).toThrow(expect.objectContaining({ code: 'DATA_INVALID', details: expect.objectContaining({ position }) }))
  })

  test('never signs with an empty key', () => {
    expect(() => encodeSession({ ...request, key: { name: 'SECRET_KEY', secret: '' } })).toThrow(expect.objectContaining({ code: 'SIGNATURE_KEY_MISSING' }))
  })

  test('compresses only when asked', () => {
    const data = `{"a":"${'b'.repeat(100)}"}`
    expect(Buffer.from(encodeSession({ ...request, data })).toString().startsWith('.')).toBe(true)
    expect(Buffer.from(encodeSession({ ...request, data, compress: false })).toString().startsWith('.')).toBe(false)
  })

  test('what was read and not changed is signed with the very same data', () => {
    const json = '{"f":1e+16,"i":123456789012345678901234567890,"n":NaN,"u":"\\u007f\\ud83d\\ude00\\ud800","d":1,"d":-0.0,"$int":{"$int":"x"}}'
    const data = decodeText(sign(json), known()).data ?? ''
    const text = Buffer.from(encodeSession({ ...request, data, compress: false })).toString()
    expect(Buffer.from(text.split(':')[0] ?? '', 'base64url').toString('latin1')).toBe(json)
  })
})
