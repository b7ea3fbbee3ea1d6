import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY, readRow } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, inspector, makeShop, review, table, tree, treeLine } from './steps.ts'

/** Focus is on something that shows it; never lost to the page itself. */
async function expectFocus(page: Page, step: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName ?? 'BODY'), step).not.toBe('BODY')
}

async function tabTo(page: Page, name: RegExp | string, most = 60): Promise<void> {
  for (let press = 0; press < most; press++) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    const label = await focused.evaluate((element) => element.getAttribute('aria-label') ?? (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent) ?? '')
    if (typeof name === 'string' ? label.trim().startsWith(name) : name.test(label.trim())) return
  }
  throw new Error(`Tab does not lead to ${String(name)}.`)
}

test('open, find, edit, review, apply and undo without a mouse', async ({ coatcheck, folder }) => {
  const file = makeShop(folder)
  const before = readRow(file, CART_KEY)
  const page = await coatcheck()
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()

  await page.keyboard.press('Control+o')
  await page.getByRole('dialog').waitFor()
  await expect(page.getByRole('dialog').getByLabel(en.sources.open.path)).toBeFocused()
  await page.keyboard.type(file)
  await tabTo(page, en.sources.open.key)
  await page.keyboard.type(TABLE_KEY)
  await page.keyboard.press('Enter')

  await table(page).waitFor()
  await expectFocus(page, 'after opening')
  if (!(await table(page).evaluate((grid) => grid === document.activeElement))) await tabTo(page, en.workbench.table)
  await page.keyboard.press('Home')
  await expect(inspector(page)).toContainText('user 42')
  await page.keyboard.press('Enter')
  await expectFocus(page, 'in the inspector')
  if (!(await tree(page).evaluate((lines) => lines === document.activeElement))) await tabTo(page, en.inspector.data.treeLabel)
  await page.keyboard.press('Home')
  await page.keyboard.type('q')
  await expect(treeLine(page, 'qty')).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(inspector(page).getByLabel('Value of qty')).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('7')
  await page.keyboard.press('Enter')
  await expectFocus(page, 'after an edit')

  await page.keyboard.press('Control+s')
  await review(page).waitFor()
  await page.keyboard.press('Control+Enter')
  await expect(inspector(page).getByText(en.review.done.edit)).toBeVisible()
  await expect(treeLine(page, 'qty')).toContainText('7')
  await expectFocus(page, 'after applying')
  await tabTo(page, en.review.done.undoButton)
  await page.keyboard.press('Enter')
  await expect.poll(() => readRow(file, CART_KEY)).toEqual(before)
  await expectFocus(page, 'after the undo')
})
