import { expect, test } from 'vitest'
import { textLikeOf } from '../../shared/model/text-like.ts'
import type { SignedText } from '../../shared/model/decode.ts'
import type { Input } from '../../shared/rpc/contract.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'

const V3 = '.eJxVjDsOgCAQBe-ytSHRWNFp7xnIAqv4CUQ-hSHeXUgstJ2Z9zIITNGIFMiLVQOHvoPmCyWqnWw1ekO7OKacjX6VrCbstYFNTtMxvu3vwGAwdU2oJdFcpEIfgWcIeypiaAs64wW8u-8Hc1Axrw:1x0GTg:7MSS2i2lQt9RCLkCFipDlQJImaCNyc6oxOMu9MNOIj4'
const KEYS = { secretKey: 'coatcheck-demo-key', fallbacks: ['coatcheck-old-key'] }

async function signLike(app: TestApp, text: string, data: string, more: Partial<Input<'decoder.sign'>> = {}): Promise<SignedText> {
  const { findings } = await app.client.call('decoder.decode', { text, sourceId: null, keys: KEYS })
  const like = findings[0] === undefined ? null : textLikeOf(findings[0].decoded)
  if (like === null) throw new Error('nothing to sign again')
  return app.client.call('decoder.sign', { data, like, sourceId: null, keys: KEYS, ...more })
}

const ids = ({ checks }: SignedText): string[] => checks.map(({ sentence }) => sentence.id.replace('changes.checks.', ''))

test('a changed cookie is signed as a cookie again, and its age starts anew', async () => {
  await using app = await startApp()
  const signed = await signLike(app, V3, '{"_auth_user_id":"42","_auth_user_backend":"django.contrib.auth.backends.ModelBackend","_auth_user_hash":"deadbeef","cart":{"sku":"A1","qty":3}}')
  expect(signed).toMatchObject({ format: 'django-signed', keyName: 'SECRET_KEY', cookieBytes: expect.any(Number) })
  expect(ids(signed)).toEqual(['ageRestarts'])
  const again = await app.client.call('decoder.decode', { text: `sessionid=${signed.text}`, sourceId: null, keys: KEYS })
  expect(again.findings[0]?.decoded).toMatchObject({ djangoSees: 'data', compressed: true, signature: { state: 'valid', reason: null } })
  expect(again.findings[0]?.decoded.data).toContain('"qty": 3')
})

test('what the serializer, the browser or Django make of the data is said before', async () => {
  await using app = await startApp()
  const noise = Array.from({ length: 700 }, (_, index) => (index * 2_654_435_761 % 4_294_967_296).toString(36)).join('')
  const signed = await signLike(app, V3, `{"_auth_user_id":"7","n":NaN,"n":1,"c":{"$dict":[[1,2]]},"t":{"$tuple":[1]},"_messages":"","noise":"${noise}"}`)
  expect(ids(signed).toSorted()).toEqual(['ageRestarts', 'cookieSize', 'djangoKey', 'duplicateKey', 'keyToText', 'notFinite', 'reserved', 'reserved', 'reserved', 'tupleToList'])
})

test('a value that JSON cannot carry is refused with its path', async () => {
  await using app = await startApp()
  await expect(signLike(app, V3, '{"cart":{"price":{"$decimal":"9.90"}}}')).rejects.toMatchObject({ code: 'DATA_UNSAFE', details: { subject: 'cart.price' } })
})

test('fallback keys never sign', async () => {
  await using app = await startApp()
  await expect(signLike(app, V3, '{"a":1}', { keys: { secretKey: null, fallbacks: KEYS.fallbacks } })).rejects.toMatchObject({ code: 'SIGNATURE_KEY_MISSING' })
})

test('another Django gets the format and hash that it reads', async () => {
  await using app = await startApp()
  const sha1 = await signLike(app, V3, '{"a":1}', { djangoVersion: '2.2' })
  expect(sha1.text).toMatch(/:[\w-]{27}$/)
  expect(ids(sha1)).toContain('hashOlder')
  const legacy = await signLike(app, V3, '{"a":1}', { djangoVersion: '2.2', place: 'row' })
  expect(legacy.format).toBe('django-legacy')
  expect(ids(legacy)).toContain('legacyWritten')
})
