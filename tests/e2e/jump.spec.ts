import { join } from 'node:path'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const HOUR_MS = 3_600_000

test('G goes to a time or a key in a long table, and says where that is', async ({ coatcheck, folder }) => {
  const file = join(folder, 'long.sqlite3')
  const now = Date.now()
  makeSessionTable(file, Array.from({ length: 20_000 }, (_, index) => ({ key: `k${String(index).padStart(31, '0')}`, json: `{"n":${index}}`, expireDate: now + (index - 10_000) * HOUR_MS + HOUR_MS / 2 })))
  const page = await coatcheck({ source: file })
  await expect(table(page)).toHaveAttribute('aria-rowcount', '20001')
  const place = page.getByRole('textbox', { name: en.workbench.jump.label })
  const active = table(page).locator('.row.is-active')

  await table(page).focus()
  await page.keyboard.press('g')
  await expect(place).toBeFocused()
  expect(await wcagFaults(page)).toEqual([])
  await page.screenshot({ path: test.info().outputPath('jump.png') })
  await page.keyboard.type('now')
  await page.keyboard.press('Enter')
  await expect(active).toHaveAttribute('aria-rowindex', '10002')
  await expect(active).toContainText('ago')
  await expect(active).toBeInViewport()
  await expect(page.getByRole('status').filter({ hasText: 'Row 10,001 of 20,000.' })).toHaveCount(1)
  await expect(table(page)).toBeFocused()

  await page.keyboard.press('g')
  await place.fill('two words')
  await place.press('Enter')
  await expect(page.getByText(en.workbench.jump.unreadable)).toBeVisible()
  await place.fill(`k${'0'.repeat(27)}1234`)
  await place.press('Enter')
  await expect(active).toHaveAttribute('aria-rowindex', '1236')
  await expect(table(page).getByRole('columnheader', { name: 'Key', exact: true })).toHaveAttribute('aria-sort', 'ascending')
})
