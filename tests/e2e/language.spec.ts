import { open } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { de } from '../../shared/words/de.ts'
import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, makeShop, openFile, selectSession } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const language = (page: Page) => page.locator('html')

async function checkAxe(page: Page): Promise<void> {
  expect(await wcagFaults(page)).toEqual([])
}

test('German is chosen in the settings, is there after a reload, and English comes back', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  await openFile(page, makeShop(folder))
  await selectSession(page, CART_KEY)
  await expect(language(page)).toHaveAttribute('lang', 'en')

  await page.getByRole('button', { name: en.sources.settings }).click()
  await page.getByRole('radio', { name: en.sources.preferences.german }).click()
  await expect(language(page)).toHaveAttribute('lang', 'de')
  await expect(page.getByRole('dialog', { name: de.sources.preferences.title })).toBeVisible()
  await checkAxe(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('grid', { name: de.workbench.table })).toBeVisible()
  await expect(page.getByRole('tab', { name: de.inspector.tabs.expiry })).toBeVisible()
  await expect(page.getByText('noch 9 d').or(page.getByText('noch 10 d')).first()).toBeVisible()
  await checkAxe(page)

  // Preferences are written a moment after the last change.
  await page.waitForTimeout(1000)
  await page.reload()
  await expect(language(page)).toHaveAttribute('lang', 'de')
  await expect(page.getByRole('button', { name: de.sources.settings })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: de.actions.placeholder }).fill('sprache englisch')
  await page.keyboard.press('Enter')
  await expect(language(page)).toHaveAttribute('lang', 'en')
  await expect(page.getByRole('button', { name: en.sources.settings })).toBeVisible()
})

test('without a choice the system’s language counts, from the first screen on', async ({ coatcheck, face, context }) => {
  test.skip(face === 'electron', 'There the system tells, and this one speaks English.')
  await context.addInitScript(() => Object.defineProperty(navigator, 'languages', { get: () => ['de-CH', 'en'] }))
  const page = await coatcheck()
  await expect(page.getByRole('button', { name: de.welcome.open })).toBeVisible()
  await expect(language(page)).toHaveAttribute('lang', 'de')
  await checkAxe(page)
})

test('what fails says in German why, and what to do next', async ({ coatcheck, face, context, folder }) => {
  test.skip(face === 'electron', 'There the system tells, and this one speaks English.')
  await context.addInitScript(() => Object.defineProperty(navigator, 'languages', { get: () => ['de'] }))
  const page = await coatcheck()
  await page.getByRole('button', { name: de.welcome.open }).click()
  const dialog = page.getByRole('dialog', { name: de.sources.open.title })
  const submit = async (place: string): Promise<void> => {
    await dialog.getByLabel(de.sources.open.path).fill(place)
    await dialog.getByRole('button', { name: de.sources.open.submit, exact: true }).click()
  }

  await submit('postgresql://nobody@127.0.0.1:1/shop')
  const trouble = dialog.getByRole('alert')
  for (const text of [de.errors.CONNECT_REFUSED, de.reasons.reach.nothingListens, de.states.next, de.reasons.next.checkHostPort, 'CONNECT_REFUSED']) await expect(trouble).toContainText(text)
  await checkAxe(page)

  const shop = makeShop(folder)
  const file = await open(shop, 'r+')
  await file.truncate(6000)
  await file.close()
  await submit(shop)
  for (const text of [de.errors.STORE_DAMAGED, de.reasons.sqlite.damaged, 'sqlite3 old.sqlite3 .recover | sqlite3 new.sqlite3']) await expect(trouble).toContainText(text)
})
