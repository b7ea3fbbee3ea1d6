import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { oldDjango } from '../support/django.ts'
import { makePickleSite, PROOF_FILE } from '../support/pickle-site.ts'
import { expect, test } from './fixtures.ts'
import { inspector, makeShop, openFile, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.reports.readiness
const sheet = (page: Page): Locator => page.getByRole('dialog', { name: words.title })
const finding = (page: Page, path: string): Locator => sheet(page).getByRole('row').filter({ has: page.getByRole('rowheader', { name: path, exact: true }) })

async function openReport(page: Page): Promise<void> {
  await table(page).waitFor()
  await page.getByRole('button', { name: en.reports.menu }).click()
  await page.getByRole('menuitem', { name: en.reports.open }).click()
}

test.describe('before a site moves from PickleSerializer to JSONSerializer', () => {
  test('what would not survive is counted by place and type; what would run is named and not run', async ({ coatcheck, folder }) => {
    const django = oldDjango()
    test.skip(django === null, 'There is no Django before 5.0, which alone has PickleSerializer.')
    if (django === null) return
    const { file } = await makePickleSite(django, folder)
    const page = await coatcheck()
    await openFile(page, file)
    await openReport(page)

    await expect(sheet(page).getByRole('heading', { level: 2 })).toHaveText(/^\d+ keys in \d+ sessions will not survive\.$/)
    await expect(finding(page, 'paid_at')).toContainText(/datetime.*Saving fails.*14/)
    await expect(finding(page, 'cart.items[].price')).toContainText(/Decimal.*14/)
    await expect(finding(page, 'size')).toContainText(/tuple.*Comes back changed.*1/)
    await expect(sheet(page).getByRole('alert')).toContainText('Loading 1 session would run code.')
    await expect(sheet(page).getByText(/would call posix\.system\('touch /)).toBeVisible()
    expect(existsSync(join(folder, PROOF_FILE))).toBe(false)
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      // Without a second page: Electron cannot open one.
      expect(await wcagFaults(page, { rules: 'all', within: '.base-sheet' })).toEqual([])
      if (process.env['SHOTS'] !== undefined) await page.screenshot({ path: join(process.env['SHOTS'], `json-readiness-${scheme}.png`) })
    }

    await finding(page, 'size').getByRole('button').press('Enter')
    await expect(sheet(page)).toBeHidden()
    await expect(inspector(page).getByRole('tree')).toContainText('size')
  })

  test('by keyboard: opened, left with Escape, and back where it came from', async ({ coatcheck, folder }) => {
    const page = await coatcheck()
    await openFile(page, makeShop(folder))
    await table(page).waitFor()
    const button = page.getByRole('button', { name: en.reports.menu })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await expect(sheet(page)).toContainText(words.noPickles)
    await page.keyboard.press('Escape')
    await expect(sheet(page)).toBeHidden()
    await expect(button).toBeFocused()
  })
})
