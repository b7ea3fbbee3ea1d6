import { join } from 'node:path'
import Database from 'better-sqlite3'
import { encodeSession } from '../../electron/core/codecs/encode.ts'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import type { RotationReport } from '../../shared/model/report.ts'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART, CART_KEY, inspector, makeShop, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.reports.rotation
const OLD_KEY = 'coatcheck-old-key'

test('before a key goes: who is logged out with it, by key, to look at and to copy', async ({ coatcheck, folder, context, face }) => {
  if (face === 'browser') await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const file = makeShop(folder)
  const database = new Database(file)
  database.prepare('UPDATE django_session SET session_data = ? WHERE session_key = ?').run(encodeSession({ data: CART, key: { name: 'SECRET_KEY', secret: OLD_KEY }, salt: ROW_SALT, compress: true, now: Date.now() }), CART_KEY)
  database.close()
  const page = await coatcheck()
  await page.getByRole('button', { name: en.welcome.open }).click()
  const dialog = page.getByRole('dialog', { name: en.sources.open.title })
  await dialog.getByLabel(en.sources.open.path).fill(file)
  await dialog.getByLabel(en.sources.open.key, { exact: true }).fill(TABLE_KEY)
  await dialog.getByRole('button', { name: en.sources.open.advanced }).click()
  await dialog.getByLabel(en.sources.open.fallbacks).fill(OLD_KEY)
  await dialog.getByRole('button', { name: en.sources.open.submit, exact: true }).click()
  await table(page).waitFor()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('key goes')
  await page.getByRole('option', { name: en.actions.title['report-rotation'] }).click()
  const sheet = page.getByRole('dialog', { name: words.title })
  await expect(sheet).toContainText('When SECRET_KEY_FALLBACKS[0] goes, 1 live session goes with it.')
  const row = sheet.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'SECRET_KEY', exact: true }) })
  await expect(row).toContainText(/SECRET_KEY\s*3\s*2\s*2 end/)
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    expect(await wcagFaults(page, { rules: 'all', within: '.base-sheet' })).toEqual([])
    if (process.env['SHOTS'] !== undefined) await page.screenshot({ path: join(process.env['SHOTS'], `key-rotation-${scheme}.png`) })
  }
  await sheet.getByRole('button', { name: words.copy }).click()
  await expect(sheet.getByRole('button', { name: words.copied })).toBeVisible()
  if (face === 'browser') {
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as RotationReport
    expect(copied).toMatchObject({ v: 1, report: 'key-rotation', examined: 4, groups: [{ keyName: 'SECRET_KEY', sessions: 3, live: 2 }, { keyName: 'SECRET_KEY_FALLBACKS[0]', sessions: 1, live: 1, samples: [CART_KEY] }, { keyName: null, sessions: 0 }] })
  }
  await sheet.getByRole('button', { name: en.reports.readiness.show.replace('{key}', `${CART_KEY.slice(0, 6)}…`) }).click()
  await expect(sheet).toBeHidden()
  await expect(inspector(page)).toContainText(CART_KEY.slice(0, 6))
})
