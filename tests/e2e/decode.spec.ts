import { COOKIE_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART, openDecoderOfDemo, pasteIntoDecoder, verdicts } from './steps.ts'

// Made by Django 5.2.17 at 2026-08-29 10:40:00 UTC with the demo's keys.
const BODY = '.eJxVjDsOgCAQBe-ytSHRWNFp7xnIAqv4CUQ-hSHeXUgstJ2Z9zIITNGIFMiLVQOHvoPmCyWqnWw1ekO7OKacjX6VrCbstYFNTtMxvu3vwGAwdU2oJdFcpEIfgWcIeypiaAs64wW8u-8Hc1Axrw:1x0GTg'
const ROW = `${BODY}:PxiIknTiIWnE4mq7ww7euFbtjcbYr_R-g8e-dj_bOPM`
const ROW_BY_FALLBACK = `${BODY}:5tSf7SU4F_07BBK1X9Pk914TOF76THzX_faZx4leZ-8`
const COOKIE = `${BODY}:7MSS2i2lQt9RCLkCFipDlQJImaCNyc6oxOMu9MNOIj4`
const LEGACY = 'Y2MxODJjMjZlYTU4MDA2NzY5NjI5ZmQyYmUyYjRkZjhiNGIzM2M1MTp7Il9hdXRoX3VzZXJfaWQiOiI0MiIsIl9hdXRoX3VzZXJfYmFja2VuZCI6ImRqYW5nby5jb250cmliLmF1dGguYmFja2VuZHMuTW9kZWxCYWNrZW5kIiwiX2F1dGhfdXNlcl9oYXNoIjoiZGVhZGJlZWYiLCJjYXJ0Ijp7InNrdSI6IkExIiwicXR5IjoyfX0='
const curl = (value: string) => `curl 'http://localhost:8000/' -H 'Cookie: csrftoken=x; sessionid=${value}'`

/** The same data as `sessionid` of a signed_cookies site, signed now. */
function freshCookie(ageSeconds = 0): string {
  const now = Date.now() - ageSeconds * 1000
  return signData(Buffer.from(CART, 'latin1'), { key: { name: 'SECRET_KEY', secret: TABLE_KEY }, salt: COOKIE_SALT, compress: true, now })
}

test.describe('journey 1: read one cookie', () => {
  test('without a key: its data, and that nobody can tell who signed it', async ({ coatcheck }) => {
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.paste }).click()
    await pasteIntoDecoder(page, curl(COOKIE))
    await expect(verdicts(page)).toContainText(en.verdicts.unchecked)
    await expect(verdicts(page)).toContainText('user 42')
    await expect(page.getByRole('tree')).toContainText('"A1"')
  })

  test('with the demo open: verified, since when and until when', async ({ coatcheck }) => {
    const page = await coatcheck()
    await openDecoderOfDemo(page)
    await pasteIntoDecoder(page, curl(freshCookie()))
    await expect(verdicts(page)).toContainText('Verified with SECRET_KEY.')
    await expect(verdicts(page)).toContainText(en.decoder.facts.goodUntil)
    await expect(verdicts(page)).toContainText('user 42')
    await expect(page.getByRole('tree')).toContainText('"A1"')
  })

  test('pasted with two keystrokes on the first screen', async ({ coatcheck, context, face }) => {
    test.skip(face === 'electron', 'the clipboard of the system is not touched there')
    const page = await coatcheck()
    await page.getByRole('heading', { name: en.welcome.name }).waitFor()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.evaluate((text) => navigator.clipboard.writeText(text), curl(freshCookie()))
    await page.keyboard.press('Control+v')
    await expect(page.getByRole('tree')).toContainText('"A1"')
  })
})

test('journey 2: why is it rejected', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDecoderOfDemo(page)
  const cases: readonly { readonly text: string; readonly verdict: string; readonly readable: boolean }[] = [
    { text: curl(ROW), verdict: en.verdicts.wrongSaltRow, readable: true },
    { text: ROW_BY_FALLBACK, verdict: 'Verified with fallback key 1 of 1', readable: true },
    { text: curl(`${COOKIE.slice(0, -1)}5`), verdict: 'The signature does not match; Django starts an empty session.', readable: true },
    { text: curl(freshCookie(14 * 86_400 + 1)), verdict: 'The signature is good, but it is too old', readable: true },
    { text: LEGACY, verdict: 'Old format (before Django 3.1)', readable: false },
  ]
  for (const { text, verdict, readable } of cases) {
    await pasteIntoDecoder(page, text)
    await expect(verdicts(page)).toContainText(verdict)
    if (readable) await expect(page.getByRole('tree')).toContainText('"A1"')
  }
})
