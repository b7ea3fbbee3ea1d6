import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { makeShop, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const WORDS = en.workbench.columns
const panel = (page: Page): Locator => page.getByRole('dialog', { name: WORDS.open, exact: true })
const heads = async (page: Page): Promise<readonly string[]> => (await table(page).getByRole('columnheader').allInnerTexts()).map((text) => text.trim())
const edge = (page: Page, name: string): Locator => table(page).getByRole('separator', { name: WORDS.width.replace('{column}', name) })

test('columns are chosen, moved and made wider by keyboard, and stay so when the window comes back', async ({ coatcheck, folder }) => {
  const page = await coatcheck({ source: makeShop(folder) })
  await table(page).waitFor()
  await page.getByRole('button', { name: WORDS.open, exact: true }).focus()
  await page.keyboard.press('Enter')
  await panel(page).getByRole('checkbox', { name: en.workbench.column.serializer }).press('Space')
  await panel(page).getByRole('checkbox', { name: en.workbench.column.keys }).press('Space')
  await panel(page).getByRole('button', { name: WORDS.left.replace('{column}', en.workbench.column.size) }).press('Enter')
  await expect(panel(page).getByRole('status')).toHaveText('Size is column 6 of 10.')
  await page.keyboard.press('Escape')
  const chosen = ['State', 'Key', 'Owner', 'Expires', 'Size', 'Serializer', 'Signed']
  await expect.poll(() => heads(page)).toEqual(chosen)

  await edge(page, 'Key').focus()
  await page.keyboard.press('Shift+ArrowRight')
  await expect(edge(page, 'Key')).toHaveAttribute('aria-valuenow', '116')
  await edge(page, 'Owner').hover()
  const from = await edge(page, 'Owner').boundingBox()
  const grip = (from?.x ?? 0) + 4
  await page.mouse.down()
  await page.mouse.move(grip + 60, (from?.y ?? 0) + 4, { steps: 4 })
  await page.mouse.up()
  expect(Math.abs(((await edge(page, 'Owner').boundingBox())?.x ?? 0) - (from?.x ?? 0) - 60)).toBeLessThan(8)

  // Kept a moment after the last change.
  await page.waitForTimeout(700)
  await page.reload()
  await table(page).waitFor()
  await expect.poll(() => heads(page)).toEqual(chosen)
  expect(Math.round((await table(page).getByRole('columnheader', { name: 'Key', exact: true }).boundingBox())?.width ?? 0)).toBe(116)

  await page.getByRole('button', { name: WORDS.open, exact: true }).click()
  await panel(page).getByRole('button', { name: WORDS.reset }).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => heads(page)).toEqual(['State', 'Key', 'Owner', 'Expires', 'Size', 'Top-level keys', 'Signed'])
})

test.describe('the columns popover', () => {
  for (const theme of ['light', 'dark'] as const) {
    test(`has no problem of accessibility (${theme}), also where there is little room`, async ({ coatcheck, folder }) => {
      const page = await coatcheck({ source: makeShop(folder) })
      await page.emulateMedia({ colorScheme: theme })
      await table(page).waitFor()
      for (const [width, height] of [[1280, 800], [900, 600]] as const) {
        await page.setViewportSize({ width, height })
        await page.getByRole('button', { name: WORDS.open, exact: true }).click()
        await panel(page).waitFor()
        expect(await wcagFaults(page)).toEqual([])
        await page.screenshot({ path: test.info().outputPath(`columns-${width}.png`) })
        await page.keyboard.press('Escape')
      }
    })
  }
})
