import { createHash, createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { openDecoderOfDemo, pasteIntoDecoder, verdicts } from './steps.ts'

const DEMO_KEY = 'coatcheck-demo-key'
const OLD_SALT = 'django.contrib.sessionsSessionStore'

/** As Django before 3.1 stores it (`SessionBase.encode`). */
function legacyText(body: Buffer, secret = DEMO_KEY): string {
  const key = createHash('sha1').update(OLD_SALT + secret).digest()
  return Buffer.concat([Buffer.from(`${createHmac('sha1', key).update(body).digest('hex')}:`), body]).toString('base64')
}

// pickle.dumps({'paid_at': datetime(2026, 8, 29, 10, 39, 58, tzinfo=timezone.utc), 'total': Decimal('49.90'), 'order': UUID('6f9619ff-…'), 'size': (1, 2)}, 4)
const TYPED = Buffer.from(
  'gASV0wAAAAAAAAB9lCiMB3BhaWRfYXSUjAhkYXRldGltZZSMCGRhdGV0aW1llJOUQwoH6ggdCic6AAAAlGgCjAh0aW1lem9uZZSTlGgCjAl0aW1lZGVsdGGUk5RLAEsASwCHlFKUhZRSlIaUUpSMBXRvdGFslIwHZGVjaW1hbJSMB0RlY2ltYWyUk5SMBTQ5LjkwlIWUUpSMBW9yZGVylIwEdXVpZJSMBFVVSUSUk5QpgZR9lIwDaW50lIoQ/2TJT8AALbQR0IaL/xmWb3NijARzaXpllEsBSwKGlHUu',
  'base64',
)
const FLASK = 'session=eyJ1c2VyIjoiYW5hIn0.aqCYYA.AAAAAAAAAAAAAAAAAAAAAAAAAAA'
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.Qd0'

/** As redis-cli prints bytes. */
const redisCli = (bytes: Buffer): string => `"${Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}"`

const tree = (page: Page): Locator => page.getByRole('tree')
const line = (page: Page, key: string): Locator => tree(page).getByRole('treeitem').filter({ hasText: new RegExp(`^${key}:`) })

test.describe('every format has its words', () => {
  test('the text of Django before 3.1: its data, and what current Django makes of it', async ({ coatcheck }) => {
    const page = await coatcheck()
    await openDecoderOfDemo(page)
    await pasteIntoDecoder(page, legacyText(Buffer.from('{"visits":3}')))
    await expect(verdicts(page)).toContainText(en.verdicts.legacyAt.replace('{version}', '5.2'))
    await expect(verdicts(page)).toContainText(en.inspector.stamps.refused)
    await expect(line(page, 'visits')).toContainText('3')
    await page.getByRole('radio', { name: en.decoder.anatomy }).click()
    await expect(page.getByText(en.inspector.anatomy.legacySentence)).toBeVisible()
  })

  test('a pickle: each type has its tag', async ({ coatcheck }) => {
    const page = await coatcheck()
    await openDecoderOfDemo(page)
    await pasteIntoDecoder(page, legacyText(TYPED))
    await expect(line(page, 'paid_at')).toContainText(/datetime.*2026-08-29 10:39:58\+00:00/)
    await expect(line(page, 'total')).toContainText(/Decimal.*49\.90/)
    await expect(line(page, 'order')).toContainText(/UUID.*6f9619ff-8b86-d011-b42d-00c04fc964ff/)
    await expect(line(page, 'size')).toContainText('tuple')
    await page.getByRole('radio', { name: en.decoder.anatomy }).click()
    await expect(page.getByText(en.inspector.anatomy.dangers.data)).toBeVisible()
  })

  test('a pickle that calls something: said in words, and not run', async ({ coatcheck, folder }) => {
    const page = await coatcheck()
    await openDecoderOfDemo(page)
    const proof = join(folder, 'was-run')
    await pasteIntoDecoder(page, legacyText(Buffer.from(`(dS'hook'\ncos\nsystem\n(S'touch ${proof}'\ntRs.`)))
    await expect(line(page, 'hook')).toContainText(en.inspector.data.wouldRun)
    await expect(line(page, 'hook')).toContainText('os.system("touch ')
    await expect(line(page, 'hook')).toContainText(en.inspector.data.notRun)
    await page.getByRole('radio', { name: en.decoder.anatomy }).click()
    await expect(page.getByText(en.inspector.anatomy.dangers.dangerous)).toBeVisible()
    expect(existsSync(proof)).toBe(false)
  })

  for (const [name, text, sentence] of [['a JSON Web Token', JWT, en.foreign.jwt], ['a Flask cookie', `Cookie: ${FLASK}`, en.foreign.flask]] as const) {
    test(`${name}: not Django`, async ({ coatcheck }) => {
      const page = await coatcheck()
      await openDecoderOfDemo(page)
      await pasteIntoDecoder(page, text)
      await expect(verdicts(page)).toContainText(sentence)
      await expect(verdicts(page)).toContainText(en.inspector.stamps.notDjango)
      await expect(tree(page).getByRole('treeitem').first()).toBeVisible()
    })
  }

  test('what was found is edited and signed again', async ({ coatcheck }) => {
    const page = await coatcheck()
    await openDecoderOfDemo(page)
    await pasteIntoDecoder(page, legacyText(Buffer.from('{"visits":3}')))
    await page.getByRole('button', { name: en.decoder.editAndSign }).click()
    const dialog = page.getByRole('dialog', { name: en.decoder.sign.title })
    await dialog.getByRole('treeitem').getByText('3', { exact: true }).dblclick()
    await dialog.getByLabel(en.inspector.data.value.replace('{label}', 'visits')).fill('4')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: en.decoder.sign.sign, exact: true }).click()
    await expect(dialog.getByLabel(en.decoder.sign.result)).not.toHaveValue('')
    // In the format that the Django of today reads.
    await expect(dialog.getByLabel(en.decoder.sign.result)).toHaveValue(/^eyJ2aXNpdHMiOjR9:[^:]+:[^:]+$/)
  })

  test('the value of a cache is drawn, edited with its types, and written again for redis-cli', async ({ coatcheck }) => {
    const page = await coatcheck()
    await openDecoderOfDemo(page)
    await pasteIntoDecoder(page, redisCli(TYPED))
    await expect(verdicts(page)).toContainText(en.inspector.stamps.unsigned)
    await page.getByRole('radio', { name: en.decoder.anatomy }).click()
    await expect(page.getByRole('group', { name: en.inspector.anatomy.wrapped })).toContainText('Pickle, protocol 4')
    await expect(page.getByText(en.inspector.anatomy.unsigned)).toBeVisible()
    await page.getByRole('button', { name: en.decoder.editAndWrite }).click()
    const dialog = page.getByRole('dialog', { name: en.decoder.write.title })
    await dialog.getByRole('treeitem').filter({ hasText: /^total:/ }).getByText('49.90').dblclick()
    const field = dialog.getByLabel(en.inspector.data.value.replace('{label}', 'total'))
    await field.fill('51.00')
    await field.press('Enter')
    await dialog.getByRole('button', { name: en.decoder.write.sign, exact: true }).click()
    await dialog.getByRole('radio', { name: en.decoder.write.spellings.redis }).click()
    const written = await dialog.getByLabel(en.decoder.sign.result).inputValue()
    expect(written).toMatch(/^"\\x80\\x04/)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await pasteIntoDecoder(page, written)
    await page.getByRole('radio', { name: en.decoder.data, exact: true }).click()
    await expect(line(page, 'total')).toContainText('51.00')
    await expect(line(page, 'paid_at')).toContainText('datetime')
  })
})
