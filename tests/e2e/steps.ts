import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'

/** A logged-in user with one thing in the cart. */
export const CART = '{"_auth_user_id":"42","_auth_user_backend":"django.contrib.auth.backends.ModelBackend","_auth_user_hash":"deadbeef","cart":{"sku":"A1","qty":2}}'
export const CART_KEY = 'cartcartcartcartcartcartcartcart'

const DAY_MS = 86_400_000

/** A site's database with four sessions: Ana's cart, an anonymous one, a bot's, an expired one. */
export function makeShop(folder: string): string {
  const file = join(folder, 'db.sqlite3')
  const now = Math.floor(Date.now() / 1000) * 1000
  makeSessionTable(file, [
    { key: CART_KEY, json: CART, expireDate: now + 10 * DAY_MS },
    { key: 'anonanonanonanonanonanonanonanon', json: '{"visit_count":3,"price":1.0}', expireDate: now + 5 * DAY_MS },
    { key: 'botsbotsbotsbotsbotsbotsbotsbots', json: '{"next":"/admin/"}', expireDate: now + 3 * DAY_MS },
    { key: 'pastpastpastpastpastpastpastpast', json: '{"visit_count":9}', expireDate: now - 2 * DAY_MS },
  ])
  return file
}

/** Opens a file in the dialog, with its key where one is given. */
export async function openFile(page: Page, path: string, key: string | null = TABLE_KEY): Promise<void> {
  await page.getByRole('button', { name: en.welcome.open }).click()
  await fillOpenDialog(page, path, key)
}

export async function fillOpenDialog(page: Page, path: string, key: string | null): Promise<void> {
  const dialog = page.getByRole('dialog', { name: en.sources.open.title })
  await dialog.getByLabel(en.sources.open.path).fill(path)
  if (key !== null) await dialog.getByLabel(en.sources.open.key, { exact: true }).fill(key)
  await dialog.getByRole('button', { name: en.sources.open.submit, exact: true }).click()
}

export const table = (page: Page): Locator => page.getByRole('grid', { name: en.workbench.table })
/** A session's row, by the first six characters of its key, which is all that shows of it. */
export const sessionRow = (page: Page, key: string): Locator => table(page).getByRole('row').filter({ hasText: key.slice(0, 6) })
export const inspector = (page: Page): Locator => page.getByRole('complementary', { name: en.workbench.paneInspector })
export const tree = (page: Page): Locator => inspector(page).getByRole('tree', { name: en.inspector.data.treeLabel })
/** A line of the tree, by its key. */
export const treeLine = (page: Page, key: string): Locator => tree(page).getByRole('treeitem').filter({ hasText: new RegExp(`^${key}:`) })
export const review = (page: Page): Locator => page.getByRole('dialog').filter({ has: page.getByRole('button', { name: en.review.back }) })

export async function selectSession(page: Page, key: string): Promise<void> {
  await sessionRow(page, key).click()
  await inspector(page).getByText(key.slice(0, 6)).first().waitFor()
}

export async function openTab(page: Page, tab: keyof typeof en.inspector.tabs): Promise<void> {
  await inspector(page).getByRole('tab', { name: en.inspector.tabs[tab] }).click()
}

/** Types a new value over a scalar of the tree, as a double click starts it. */
export async function editValue(page: Page, key: string, value: string): Promise<void> {
  await treeLine(page, key).getByText(/\S/).last().dblclick()
  const field = inspector(page).getByLabel(en.inspector.data.value.replace('{label}', key))
  await field.fill(value)
  await field.press('Enter')
}

export async function pasteIntoDecoder(page: Page, text: string): Promise<void> {
  await page.getByLabel(en.decoder.pasteLabel).fill(text)
}

export const verdicts = (page: Page): Locator => page.getByRole('listbox', { name: en.decoder.verdicts })

export async function openDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: en.welcome.demo }).click()
  await table(page).waitFor({ timeout: 30_000 })
}

export async function openDecoderOfDemo(page: Page): Promise<void> {
  await openDemo(page)
  await page.getByRole('button', { name: en.sources.decoder }).first().click()
}
