import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { fillOpenDialog, openFile, table } from './steps.ts'

const words = en.trash
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const DAY_MS = 86_400_000

const region = (page: Page): Locator => page.getByRole('region', { name: words.region, exact: true })
const cleaning = (page: Page): Locator => page.getByRole('region', { name: /^Clean up / })
const sheet = (page: Page): Locator => page.getByRole('dialog')
const side = (page: Page, name: string): Locator => page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name })
const row = (page: Page, key: string): Locator => region(page).getByRole('row').filter({ hasText: key })

function rowsOf(file: string): unknown[] {
  const database = new Database(file, { readonly: true })
  const rows = database.prepare('SELECT * FROM django_session ORDER BY session_key').all()
  database.close()
  return rows
}

async function check(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).withTags(WCAG).setLegacyMode(true).analyze()
    expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`), `${screen}, ${colorScheme}`).toEqual([])
  }
}

async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: en.actions.placeholder }).fill(title)
  await page.getByRole('option', { name: title }).first().click()
}

async function openNext(page: Page, file: string): Promise<void> {
  await page.keyboard.press('Control+o')
  await fillOpenDialog(page, file, TABLE_KEY)
  await table(page).waitFor()
}

async function cleanAll(page: Page, count: string): Promise<void> {
  await side(page, en.cleanUp.page).last().click()
  await cleaning(page).getByRole('button', { name: en.cleanUp.look, exact: true }).click()
  await cleaning(page).getByRole('button', { name: `Remove ${count} sessions` }).click()
  await expect(cleaning(page).getByRole('heading', { name: `${count} removed, 0 not reached, 0 errors` })).toBeVisible({ timeout: 60_000 })
}

test('what two sources lost is found in the trash, looked into and put back; what stands there again stays', async ({ coatcheck, folder }) => {
  test.slow()
  const now = Math.floor(Date.now() / 1000) * 1000
  const [shop, blog] = [join(folder, 'shop.sqlite3'), join(folder, 'blog.sqlite3')]
  makeSessionTable(shop, Array.from({ length: 150 }, (_, n) => ({ key: `shop${String(n).padStart(28, '0')}`, json: JSON.stringify({ cart: [n], api_token: 'sk_live_abcdef123456' }), expireDate: now - (n + 1) * DAY_MS })))
  makeSessionTable(blog, Array.from({ length: 3 }, (_, n) => ({ key: `blog${String(n).padStart(28, '0')}`, json: JSON.stringify({ _auth_user_id: '7', n }), expireDate: now - DAY_MS })))
  const before = { shop: rowsOf(shop), blog: rowsOf(blog) }

  const page = await coatcheck()
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await page.keyboard.press('t')
  await expect(region(page).getByRole('heading', { name: words.empty.title })).toBeVisible()
  await check(page, 'the empty trash')
  await openNext(page, shop)
  await cleanAll(page, '150')
  await openNext(page, blog)
  await cleanAll(page, '3')

  await cleaning(page).getByRole('button', { name: en.cleanUp.runs.trash }).click()
  await expect(region(page).getByRole('heading', { name: '153 sessions can be put back.' })).toBeVisible()
  // Newest first: those of the blog, then the first of the shop.
  await expect(region(page).getByRole('row').nth(1)).toContainText('blog.sqlite3')
  await expect(region(page).getByRole('row').nth(4)).toContainText('shop.sqlite3')
  await region(page).getByRole('button', { name: words.more }).click()
  await expect(region(page).getByRole('row')).toHaveCount(154)
  await check(page, 'the trash')

  // By its user, and what one holds; a secret stays masked.
  await region(page).getByRole('textbox', { name: words.filter.text }).fill('#7')
  await page.keyboard.press('Enter')
  await expect(region(page).getByRole('row')).toHaveCount(4)
  await region(page).getByRole('button', { name: words.filter.clear }).click()
  await row(page, 'shop').first().getByRole('button').click()
  await expect(sheet(page).getByRole('tree')).toContainText('cart')
  await expect(sheet(page)).not.toContainText('sk_live_abcdef123456')
  await check(page, 'what one holds')
  await page.keyboard.press('Escape')

  // One of the blog stands there again.
  const database = new Database(blog)
  database.prepare("INSERT INTO django_session VALUES (?, 'made:again', '2031-01-01 00:00:00')").run(`blog${'0'.repeat(28)}`)
  database.close()
  await region(page).getByRole('button', { name: 'Select all 153' }).click()
  await region(page).getByRole('button', { name: 'Put back 153…' }).click()
  await expect(sheet(page)).toContainText('150 sessions')
  await check(page, 'the review')
  await sheet(page).getByRole('button', { name: 'Put back 153', exact: true }).click()
  await expect(sheet(page).getByRole('status')).toContainText('152 of 153 were put back.', { timeout: 60_000 })
  await expect(sheet(page)).toContainText(words.sheet.rest)
  await check(page, 'what became of them')
  await sheet(page).getByRole('button', { name: words.sheet.close, exact: true }).last().click()
  await expect(region(page).getByRole('heading', { name: '1 session can be put back.' })).toBeVisible()
  expect(rowsOf(shop)).toEqual(before.shop)
  expect(rowsOf(blog).slice(1)).toEqual(before.blog.slice(1))
  expect(rowsOf(blog)[0]).toMatchObject({ session_data: 'made:again' })
})

test('what is of a source that is not open is put back after it was opened, from the review', async ({ coatcheck, folder }) => {
  test.slow()
  const file = join(folder, 'shop.sqlite3')
  makeSessionTable(file, Array.from({ length: 2 }, (_, n) => ({ key: `shop${n}`.padEnd(32, '0'), json: '{}', expireDate: Date.now() - DAY_MS })))
  const page = await coatcheck()
  await openFile(page, file)
  await table(page).waitFor()
  await cleanAll(page, '2')
  await command(page, 'Go to shop.sqlite3')
  await command(page, en.actions.title['close-source'])
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await page.keyboard.press('t')
  await row(page, 'shop').first().getByRole('checkbox').check()
  await region(page).getByRole('button', { name: 'Put back 1…' }).click()
  await expect(sheet(page)).toContainText('shop.sqlite3 is not open.')
  await sheet(page).getByRole('button', { name: words.sheet.open, exact: true }).click()
  await sheet(page).getByRole('button', { name: 'Put back 1', exact: true }).click()
  await expect(sheet(page).getByRole('status')).toContainText('1 session was put back.', { timeout: 60_000 })
  expect(rowsOf(file)).toHaveLength(1)
})
