import { expect, test } from 'vitest'
import { createCliWorld } from '../support/cli.ts'
import { readForeignVectors } from '../support/foreign.ts'

// Made on Django 5.2.17 at 2026-08-29 10:40:00 UTC with the key coatcheck-demo-key.
const ROW = '.eJxVjDsOgCAQBe-ytSHRWNFp7xnIAqv4CUQ-hSHeXUgstJ2Z9zIITNGIFMiLVQOHvoPmCyWqnWw1ekO7OKacjX6VrCbstYFNTtMxvu3vwGAwdU2oJdFcpEIfgWcIeypiaAs64wW8u-8Hc1Axrw:1x0GTg:PxiIknTiIWnE4mq7ww7euFbtjcbYr_R-g8e-dj_bOPM'
const KEYS = { COATCHECK_SECRET_KEY: 'coatcheck-demo-key' }
const NOW = ['--now', '2026-08-30T00:00:00Z']
const KEY = 'abcdefghijklmnopqrstuvwxyz012345'

const world = await createCliWorld()
const readable = readForeignVectors().filter(({ name, cookie }) => cookie === null && !/tagged|Signer|signing.dumps/.test(name))

test.each(readable)('$name is named: exit 3, also with its key', async ({ text, format, secret, data }) => {
  const run = await world.run(['decode', '-', '--json', ...NOW], { input: text, env: { COATCHECK_SECRET_KEY: secret } })
  expect(run.exit).toBe(3)
  expect(run.json()).toMatchObject({ v: 1, found: [{ format, ...(data === null ? {} : { data }), verdict: expect.stringMatching(/Django/) }] })
})

test('what can only be named is exit 3 too, and garbage stays exit 4', async () => {
  const sealed = readForeignVectors().find(({ name }) => name === 'aspnet session')?.text ?? ''
  expect((await world.run(['decode', sealed, '--json'])).exit).toBe(3)
  expect((await world.run(['decode', 'nothing to see here', '--json'])).exit).toBe(4)
})

test('a CSRF token and a foreign cookie beside a verified session do not change the exit code', async () => {
  const flask = readForeignVectors().find(({ name }) => name === 'flask')?.text ?? ''
  const paste = ` session_key | session_data\n----+----\n ${KEY} | ${ROW}\n\nCookie: session=${flask}; csrftoken=${'aB3'.repeat(10)}xY\n`
  const run = await world.run(['decode', '-', '--json', ...NOW], { input: paste, env: KEYS })
  expect(run.exit).toBe(0)
  expect(run.json()).toMatchObject({ found: [
    { where: 'column session_data of row 1 in a psql table', format: 'django-signed', signature: { state: 'valid' } },
    { where: 'cookie session in Cookie header', format: 'flask', signature: { state: 'bad' } },
    { where: 'cookie csrftoken in Cookie header', format: 'django-other' },
  ] })
})

test('for people: where, the sentence, the data', async () => {
  const flask = readForeignVectors().find(({ name }) => name === 'flask')?.text ?? ''
  const run = await world.run(['decode', `Cookie: session=${flask}`, ...NOW])
  expect(run.out).toContain('cookie session in Cookie header: This is a Flask session. Django never writes this.')
  expect(run.out).toContain('"user_id": 7')
})

test('500 findings are shown, and it is said that there may be more', async () => {
  const run = await world.run(['decode', '-', '--json', ...NOW], { input: `${ROW}\n\n`.repeat(501), env: KEYS })
  expect((run.json() as { found: unknown[] }).found).toHaveLength(500)
  expect(run.err).toContain('500')
})
