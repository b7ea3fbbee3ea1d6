import { expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'

// Made and checked on Django 5.2.17 at 2026-08-29 10:40:00 UTC (tests/fixtures would add nothing to four lines).
const B = '.eJxVjDsOgCAQBe-ytSHRWNFp7xnIAqv4CUQ-hSHeXUgstJ2Z9zIITNGIFMiLVQOHvoPmCyWqnWw1ekO7OKacjX6VrCbstYFNTtMxvu3vwGAwdU2oJdFcpEIfgWcIeypiaAs64wW8u-8Hc1Axrw:1x0GTg'
const V1 = `${B}:PxiIknTiIWnE4mq7ww7euFbtjcbYr_R-g8e-dj_bOPM`
const V2 = `${B}:5tSf7SU4F_07BBK1X9Pk914TOF76THzX_faZx4leZ-8`
const V3 = `${B}:7MSS2i2lQt9RCLkCFipDlQJImaCNyc6oxOMu9MNOIj4`
const KEYS = { COATCHECK_SECRET_KEY: 'coatcheck-demo-key', COATCHECK_SECRET_KEY_FALLBACKS: '["coatcheck-old-key"]' }
const NOW = ['--now', '2026-08-30T00:00:00Z']
const DATA = { _auth_user_id: '42', _auth_user_backend: 'django.contrib.auth.backends.ModelBackend', _auth_user_hash: 'deadbeef', cart: { sku: 'A1', qty: 2 } }

const world = await createCliWorld()

test('a cookie in a cURL command is verified: exit 0, data, and how long it is good', async () => {
  const run = await world.run(['decode', `curl http://x/ -H 'Cookie: csrftoken=x; sessionid=${V3}'`, '--json', ...NOW], { env: KEYS })
  expect(run.exit).toBe(0)
  expect(run.json()).toMatchObject({
    v: 1,
    found: [{
      format: 'django-signed', salt: 'django.contrib.sessions.backends.signed_cookies', signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null },
      signedAt: '2026-08-29T10:40:00Z', goodUntil: '2026-09-12T10:40:00Z', serializer: 'json', compressed: true, data: DATA,
    }],
  })
})

test('standard input works the same, and without a key it is readable but not verified: exit 3', async () => {
  const run = await world.run(['decode', '-', '--json', ...NOW], { input: `sessionid=${V3}` })
  expect(run.exit).toBe(3)
  expect(run.json()).toMatchObject({ found: [{ signature: { state: 'unchecked', verifiedBy: null }, data: DATA }] })
})

test('a database value used as a cookie has the wrong salt; as a row it is verified', async () => {
  const cookie = await world.run(['decode', `Cookie: sessionid=${V1}`, '--json', ...NOW], { env: KEYS })
  expect(cookie.exit).toBe(3)
  expect(cookie.json()).toMatchObject({ found: [{ signature: { state: 'bad', reason: 'wrong-salt' }, data: DATA }] })
  const row = await world.run(['decode', V1, '--place', 'row', '--json', ...NOW], { env: KEYS })
  expect(row.exit).toBe(0)
})

test('a fallback key verifies and is named', async () => {
  const run = await world.run(['decode', V2, '--place', 'row', '--json', ...NOW], { env: KEYS })
  expect(run.json()).toMatchObject({ found: [{ signature: { state: 'valid', verifiedBy: 'SECRET_KEY_FALLBACKS[0]' } }] })
})

test('one changed last character is refused although it means the same bytes', async () => {
  const run = await world.run(['decode', `sessionid=${V3.slice(0, -1)}5`, '--json', ...NOW], { env: KEYS })
  expect(run.exit).toBe(3)
  expect(run.json()).toMatchObject({ found: [{ signature: { state: 'bad', reason: 'altered' } }] })
})

test('the age limit is strict: good at the last second, too old after it', async () => {
  const at = (time: string): ReturnType<typeof world.run> => world.run(['decode', `sessionid=${V3}`, '--json', '--now', time], { env: KEYS })
  expect((await at('2026-09-12T10:40:00Z')).exit).toBe(0)
  const late = await at('2026-09-12T10:40:01Z')
  expect(late.exit).toBe(3)
  expect(late.json()).toMatchObject({ found: [{ signature: { reason: 'too-old', verifiedBy: 'SECRET_KEY' } }] })
})

test('garbage is exit 4 and never an empty session', async () => {
  const run = await world.run(['decode', 'sessionid=@@@@', '--json'], { env: KEYS })
  expect(run.exit).toBe(4)
  expect(JSON.stringify(run.json())).not.toContain('"data":{}')
})

test('a key as an argument is refused with the reason', async () => {
  const run = await world.run(['decode', V3, '--secret-key', 'x'])
  expect(run.exit).toBe(2)
  expect(run.err).toContain('--secret-key-env')
})
