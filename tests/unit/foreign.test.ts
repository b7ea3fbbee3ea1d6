import { expect, test } from 'vitest'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { say } from '../../shared/words/say.ts'
import type { ForeignVector } from '../support/foreign.ts'
import { readForeignVectors } from '../support/foreign.ts'
import { createRandom } from '../support/random.ts'
import { ROW_SALT, COOKIE_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import type { ForeignContext } from '../../electron/core/codecs/foreign/foreign-format.ts'
import { looksForeign, readForeign } from '../../electron/core/codecs/foreign/read-foreign.ts'

const VECTORS = readForeignVectors()
const NOW = 1_700_000_100_000
const key = (secret: string): ForeignContext['keyring'] => [{ name: 'SECRET_KEY', secret }]

function context(vector: ForeignVector, changes: Partial<ForeignContext> = {}): ForeignContext {
  return { keyring: key(vector.secret), now: NOW, cookieName: vector.cookie, signatureCookie: vector.signatureCookie ?? null, ...changes }
}

const plain = (notation: string | null): unknown => {
  const parsed = parseNotation(notation ?? 'null')
  return parsed.ok ? JSON.parse(formatNotation(parsed.node, { interchange: true })) : notation
}

test.each(VECTORS)('$name ($madeBy): named, read, verified', (vector) => {
  const read = readForeign(vector.text, context(vector))
  expect(read).toMatchObject({ format: vector.format, signedAt: vector.signedAt, goodUntil: vector.goodUntil, djangoSees: 'empty', text: vector.text })
  expect(plain(read?.data ?? null)).toEqual(vector.data)
  const isSigned = vector.signed !== false && !vector.text.endsWith('.')
  if (isSigned) expect(read?.signature).toEqual({ state: 'valid', verifiedBy: 'SECRET_KEY', reason: null })
  else expect(read?.signature.state).toMatch(/absent|unchecked/)
  expect(say(read?.verdict ?? { id: '', params: {} })).toMatch(/Django|session/)
})

const SIGNED = VECTORS.filter(({ signed, text }) => signed !== false && !text.endsWith('.'))
const NEEDS_KEY = /signing.dumps|Signer|set_signed_cookie/

test.each(SIGNED)('$name: another key does not verify it', (vector) => {
  const read = readForeign(vector.text, context(vector, { keyring: key(`x${vector.secret}`) }))
  if (NEEDS_KEY.test(vector.name)) expect(read).toBeNull()
  else expect(read?.signature).toEqual({ state: 'bad', verifiedBy: null, reason: 'wrong-key' })
})

test.each(SIGNED)('$name: a changed signature does not verify', (vector) => {
  // Laravel's signature is no suffix: it stands inside of its JSON.
  const isSuffix = vector.format !== 'laravel'
  const at = typeof vector.signatureCookie === 'string' ? vector.text.length : isSuffix ? vector.text.length - 8 : Math.floor(vector.text.length * 0.75)
  const other = `${vector.text.slice(0, at)}${flip(vector.text.charAt(at))}${vector.text.slice(at + 1)}`
  const signature = vector.signatureCookie?.replace(/^./, flip) ?? null
  expect(readForeign(other, context(vector, { signatureCookie: signature }))?.signature.state ?? 'none').not.toBe('valid')
})

const flip = (char: string): string => (char === '' ? '' : char === '5' ? '6' : '5')

test.each(VECTORS.filter(({ name }) => !NEEDS_KEY.test(name)))('$name: named without any key, and without its cookie name', (vector) => {
  const read = readForeign(vector.text, context(vector, { keyring: [] }))
  expect(read?.format).toBe(vector.format)
  if (vector.encrypted !== true) expect(plain(read?.data ?? null)).toEqual(vector.data)
  expect(read?.signature.state).toMatch(/absent|unchecked/)
})

test('the matrix: no value is taken for another format, whatever its cookie is called', () => {
  const wrong: string[] = []
  for (const vector of VECTORS) {
    for (const cookieName of [null, 'sessionid', 'session', 'whatever', vector.cookie]) {
      for (const keyring of [[], key(vector.secret), key('other')]) {
        const format = readForeign(vector.text, context(vector, { cookieName, keyring }))?.format ?? null
        if (format !== null && format !== vector.format) wrong.push(`${vector.name} as ${format} in ${cookieName}`)
      }
    }
  }
  expect(wrong).toEqual([])
})

test('a Django session is never foreign: any data, any time, compressed or not, row or cookie, known key or not', () => {
  const random = createRandom(7)
  for (let round = 0; round < 2000; round++) {
    const items = Array.from({ length: random.below(6) }, () => `"${random.pick(['a', 'alg', 'iv', '_rails', 'value', 'mac'])}${random.below(9)}":"${'x'.repeat(random.below(40))}"`)
    const text = signData(Buffer.from(`{${items.join(',')}}`), {
      key: { name: 'k', secret: 'django' }, salt: random.pick([ROW_SALT, COOKIE_SALT]), algorithm: random.pick(['sha256', 'sha1'] as const), compress: random.below(2) === 0, now: random.below(2_000_000_000) * 1000,
    })
    const each: ForeignContext = { keyring: key(random.pick(['django', 'other'])), now: NOW, cookieName: random.pick([null, 'sessionid', 'session', 'messages']), signatureCookie: null }
    expect(readForeign(text, each), text).toBeNull()
    expect(looksForeign(text, each)).toBe(false)
  }
})

test.each([
  ['a session key', '0123456789abcdefghijklmnopqrstuv'], ['Django before 3.1', 'OGFiZjgxZDI3NWMwMzcwNjMwMjYyMDQ4MDc0NzQzNzQ5ODZmMGZkNTp7ImEiOjF9'],
  ['a cut Django text', 'eyJhIjoxfQ:1r31eq'], ['its payload alone', 'eyJhIjoxfQ'], ['a host name', 'www.example.com'], ['a version', '1.2.3'], ['Google Analytics', 'GA1.2.1234567890.1700000000'],
  ['a hex digest', 'a'.repeat(64)], ['a UUID', '12345678-1234-5678-1234-567812345678'], ['nothing', ''], ['a sentence', 'There is nothing to see here.'],
])('%s is no foreign format', (_, text) => {
  expect(readForeign(text, { keyring: key('k'), now: NOW, cookieName: null, signatureCookie: null })).toBeNull()
})

test('garbage never throws, and is never verified', () => {
  const random = createRandom(11)
  const pieces = ['eyJpdiI6', 'eyJ', '.', '--', '==', ':', 's:', 'a:9999999:{', 'i:1;', 'O:1:"a":1:{', '}', 'CfDJ8', '|', 'BAh7', '\u0000', 'é', '"', 'x'.repeat(43), 'f'.repeat(40), 'ZVPxAA', ' ', '%']
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + random.below(7) }, () => random.pick(pieces)).join('')
    expect(readForeign(text, { keyring: key('k'), now: NOW, cookieName: random.pick([null, 'session', 'PHPSESSID', 'messages']), signatureCookie: random.pick([null, 'x']) })?.signature.state).not.toBe('valid')
  }
})

test('alg none is called out, an ended token says when', () => {
  const none = VECTORS.find(({ name }) => name === 'jwt, none')
  const ended = VECTORS.find(({ name }) => name === 'jwt, HS256')
  if (none === undefined || ended === undefined) throw new Error('vectors are missing')
  expect(readForeign(none.text, context(none))).toMatchObject({ verdict: { id: 'foreign.jwtNone' }, signature: { state: 'absent' } })
  expect(readForeign(ended.text, context(ended, { now: NOW + 86_400_000 }))?.verdict).toMatchObject({ id: 'foreign.jwtExpired', params: { until: '2023-11-14 23:13:20 UTC' } })
})

test('a compressed Flask session that unpacks to more than the limit is not unpacked', async () => {
  const { deflateSync } = await import('node:zlib')
  const bomb = `.${deflateSync(Buffer.alloc(64 * 1024 * 1024, 0x20)).toString('base64url')}.ZVPxAA.${'A'.repeat(27)}`
  expect(readForeign(bomb, { keyring: [], now: NOW, cookieName: 'session', signatureCookie: null })).toBeNull()
})

test('deep PHP arrays end at the limit, and counts that cannot be true are not believed', () => {
  const none = { keyring: [], now: NOW, cookieName: null, signatureCookie: null }
  expect(readForeign(`${'a:1:{i:0;'.repeat(200_000)}${'}'.repeat(200_000)}`, none)).toBeNull()
  expect(readForeign(`${'a:1:{i:0;'.repeat(500)}N;${'}'.repeat(500)}`, none)?.format).toBe('php')
  expect(readForeign('a:999999999:{}', none)).toBeNull()
})
