import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecodeContext, EncodeRequest } from '../../../electron/core/codecs/decoder.ts'
import { encodeSession } from '../../../electron/core/codecs/encode.ts'
import { COOKIE_SALT, ROW_SALT } from '../../../electron/core/codecs/salts.ts'
import { decodeText } from '../../../electron/core/codecs/session-text.ts'
import { planSigning } from '../../../electron/core/codecs/signing-plan.ts'
import type { DecodedText } from '../../../shared/model/session.ts'
import type { DictNode } from '../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../shared/values/notation.ts'
import { jsonSessions, sharedSessions } from '../../support/arbitrary-data.ts'
import { holds, SEED } from '../../support/property.ts'

const NOW = 1_788_000_000_000
const KEYS = [{ name: 'SECRET_KEY', secret: 'coatcheck-demo-key' }, { name: 'SECRET_KEY_FALLBACKS[0]', secret: 'ключ-鍵' }] as const
const format = fc.constantFrom<NonNullable<EncodeRequest['format']>>('django-signed', 'django-legacy')
const how = fc.record({
  format, salt: fc.constantFrom(ROW_SALT, COOKIE_SALT, 'django.contrib.sessions.TenantStore', 'shop.salt'), algorithm: fc.constantFrom('sha256' as const, 'sha1' as const), compress: fc.boolean(), key: fc.constantFrom(...KEYS), now: fc.integer({ min: 0, max: NOW }),
})
const content = fc.oneof(
  fc.record({ serializer: fc.constant('json' as const), node: jsonSessions, pickleProtocol: fc.constant(null), pickleFramed: fc.constant(null) }),
  fc.record({ serializer: fc.constant('pickle' as const), node: sharedSessions, pickleProtocol: fc.integer({ min: 0, max: 5 }), pickleFramed: fc.boolean() }),
)
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never
type How = typeof how extends fc.Arbitrary<infer Value> ? Value : never

/** A class with a name of its own signs the old format with that name: the salt that counts there. */
const isClass = (salt: string): boolean => salt.startsWith('django.contrib.sessions.')

function encode({ node, ...rest }: Content, { key, ...more }: How): string {
  return Buffer.from(encodeSession({ ...rest, ...more, key, data: formatNotation(node, { interchange: false }) })).toString()
}

function decode(text: string, { salt, format: written }: How): DecodedText {
  const context: DecodeContext = { keyring: KEYS, place: salt === COOKIE_SALT ? 'cookie' : 'row', salt: salt === ROW_SALT || salt === COOKIE_SALT ? null : salt, maxAgeSeconds: 2 * NOW, now: NOW, djangoVersion: written === 'django-legacy' ? '2.2' : '3.2' }
  return decodeText(text, context)
}

function dataOf({ data, problem }: DecodedText): DictNode | string | null {
  const parsed = data === null ? null : parseNotation(data)
  return parsed?.ok === true && parsed.node.kind === 'dict' ? parsed.node : (problem?.reason ?? null)
}

describe(`session texts, seed ${SEED}`, () => {
  test('whatever is signed verifies, and is read whole: format, hash, salt, serializer, compression', () => {
    holds(fc.tuple(content, how), ([made, by]) => {
      fc.pre(by.format === 'django-signed' || isClass(by.salt))
      const decoded = decode(encode(made, by), by)
      expect(dataOf(decoded)).toEqual(made.node)
      expect(decoded).toMatchObject({ format: by.format, serializer: made.serializer, signature: { state: 'valid', verifiedBy: by.key.name } })
      if (by.format === 'django-signed') expect(decoded).toMatchObject({ habit: { hash: by.algorithm }, signedAt: Math.floor(by.now / 1000) * 1000 })
    })
  })

  test('signed again by its own plan, it is the same text', () => {
    holds(fc.tuple(content, how), ([made, by]) => {
      fc.pre(by.format === 'django-signed' && by.key === KEYS[0])
      const text = encode(made, by)
      const decoded = decode(text, by)
      const { how: plan } = planSigning(decoded, { place: by.salt === COOKIE_SALT ? 'cookie' : 'row', djangoVersion: '3.1' })
      fc.pre(plan.algorithm === by.algorithm)
      const again = Buffer.from(encodeSession({ ...plan, data: decoded.data ?? '', key: by.key, now: by.now })).toString()
      const isSure = decoded.habit?.neverCompresses === true || by.compress
      if (isSure && (made.pickleProtocol ?? 2) >= 2) expect(again).toBe(text)
      expect(dataOf(decode(again, by))).toEqual(made.node)
    })
  })

  test('one character more, less or other is never taken for a verified session', () => {
    holds(fc.tuple(content, how, fc.nat(), fc.constantFrom('A', 'z', '-', '_', '9', '.', ':', '')), ([made, by, where, other]) => {
      const text = encode(made, by)
      const at = where % text.length
      const changed = text.slice(0, at) + other + text.slice(at + 1)
      fc.pre(changed !== text)
      expect(decode(changed, by)).not.toMatchObject({ djangoSees: 'data', signature: { state: 'valid' } })
    })
  })
})
