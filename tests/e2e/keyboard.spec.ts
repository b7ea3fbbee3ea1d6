import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY, makeSessionTable, readRow } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, inspector, makeShop, review, table, tree, treeLine } from './steps.ts'
import { wcagFaults } from './wcag.ts'

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

async function expectAccessible(page: Page, screen: string): Promise<void> {
  // Without a second page: Electron cannot open one.
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

/** The keyboard is where the next key is meant for. */
async function expectAt(place: Locator, step: string): Promise<void> {
  await expect(place, step).toBeFocused({ timeout: 30_000 })
}

async function runFromPalette(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await expectAt(page.getByRole('combobox', { name: en.actions.placeholder }), 'the palette')
  await page.keyboard.type(words)
  await expect(page.getByRole('option').first()).toContainText(words, { ignoreCase: true })
  await page.keyboard.press('Enter')
}

const rowsOf = (file: string): readonly unknown[] => {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare('SELECT * FROM django_session ORDER BY session_key').all()
  } finally {
    database.close()
  }
}

const EXPIRED = 30

/** Every other session has ended. */
function makeEndedShop(file: string): void {
  const now = Math.floor(Date.now() / 1000) * 1000
  makeSessionTable(file, Array.from({ length: 2 * EXPIRED }, (_, n) => ({ key: `${String(n).padStart(6, '0')}${'q'.repeat(26)}`, json: `{"visit_count":${n}}`, expireDate: now + (n % 2 === 0 ? -1 : 1) * (n + 1) * 3_600_000 })))
}

async function openFromPalette(page: Page, file: string): Promise<void> {
  await runFromPalette(page, en.actions.title['open-source'])
  const dialog = page.getByRole('dialog', { name: en.sources.open.title })
  await expectAt(dialog.getByLabel(en.sources.open.path), 'the dialog')
  await expectAccessible(page, 'open')
  await page.keyboard.type(file)
  await tabTo(page, en.sources.open.key)
  await page.keyboard.type(TABLE_KEY)
  await page.keyboard.press('Enter')
  await table(page).waitFor()
}

test('journey 12: palette, open, filter, select three, look, confirm, undo; the keyboard is never lost', async ({ coatcheck, folder }) => {
  test.slow()
  const file = join(folder, 'ended.sqlite3')
  makeEndedShop(file)
  const before = rowsOf(file)
  const page = await coatcheck()
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await expectAccessible(page, 'welcome')
  await page.keyboard.press('Control+k')
  await expectAt(page.getByRole('combobox', { name: en.actions.placeholder }), 'the palette')
  await expectAccessible(page, 'palette')
  await page.keyboard.press('Escape')
  await openFromPalette(page, file)
  await expectFocus(page, 'after opening')
  await expectAccessible(page, 'sessions')

  const bar = page.getByRole('combobox', { name: en.query.bar.label })
  await page.keyboard.press('/')
  await expectAt(bar, 'the query')
  await page.keyboard.type('state:expired')
  await page.keyboard.press('Enter')
  await expect(table(page)).toHaveAttribute('aria-rowcount', String(EXPIRED + 1))
  await expectFocus(page, 'after the search')
  await expectAccessible(page, 'what was found')
  await tabTo(page, en.workbench.table)
  await expectAt(table(page), 'the table')
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  for (let more = 0; more < 2; more++) {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
  }
  await expect(page.getByText(en.workbench.selectedCount.replace('{count}', '3')).first()).toBeVisible()
  await expectAt(table(page), 'with three selected')
  await expectAccessible(page, 'three selected')

  await page.keyboard.press('Delete')
  await review(page).waitFor()
  await expect.poll(() => review(page).evaluate((dialog) => dialog.contains(document.activeElement)), 'in the review').toBe(true)
  await expect(review(page)).toContainText(en.review.notYet)
  expect(rowsOf(file)).toEqual(before)
  await expectAccessible(page, 'review')
  await page.keyboard.press('Escape')
  await expect(review(page)).toHaveCount(0)
  await expectAt(table(page), 'after going back')
  await page.keyboard.press('Delete')
  await review(page).waitFor()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('status').filter({ hasText: '3 sessions are deleted.' })).toBeVisible({ timeout: 30_000 })
  await expect(review(page)).toHaveCount(0)
  expect(rowsOf(file)).toHaveLength(2 * EXPIRED - 3)
  await expectFocus(page, 'after the rows are gone')
  await expectAccessible(page, 'three deleted')
  await tabTo(page, en.review.done.undoButton)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: '3 sessions are as they were.' })).toBeVisible({ timeout: 30_000 })
  expect(rowsOf(file)).toEqual(before)
  await expectFocus(page, 'after the undo')

  await page.keyboard.press('/')
  await expectAt(bar, 'the query again')
  await page.keyboard.press('Escape')
  await expectFocus(page, 'after leaving the query')
})

test('journey 12: cleaning up from the palette: dry run, confirm, progress and result told, undo', async ({ coatcheck, folder }) => {
  test.slow()
  const file = join(folder, 'ended.sqlite3')
  makeEndedShop(file)
  const before = rowsOf(file)
  const page = await coatcheck()
  await page.getByRole('heading', { name: en.welcome.name }).waitFor()
  await openFromPalette(page, file)
  await runFromPalette(page, en.actions.title['show-clean-up'])
  const region = page.getByRole('region', { name: /^Clean up / })
  await region.waitFor()
  await expectFocus(page, 'on the page')
  await expectAccessible(page, 'clean up')
  await tabTo(page, en.cleanUp.look)
  await page.keyboard.press('Enter')
  await expect(region.getByRole('heading', { name: `${EXPIRED} sessions would go. Nobody is logged out.` })).toBeVisible({ timeout: 30_000 })
  expect(rowsOf(file)).toEqual(before)
  await expectFocus(page, 'after the dry run')
  await expectAccessible(page, 'dry run')
  await tabTo(page, `Remove ${EXPIRED} sessions`)
  await page.keyboard.press('Enter')
  await expect(region.getByRole('heading', { name: `${EXPIRED} removed, 0 not reached, 0 errors` })).toBeVisible({ timeout: 60_000 })
  expect(rowsOf(file)).toHaveLength(EXPIRED)
  await expectFocus(page, 'after the run')
  await expectAccessible(page, 'report')
  await tabTo(page, `Put back ${EXPIRED}`)
  await page.keyboard.press('Enter')
  await expect(region.getByRole('heading', { name: `${EXPIRED} put back, 0 not reached, 0 errors` })).toBeVisible({ timeout: 60_000 })
  expect(rowsOf(file)).toEqual(before)
  await expectFocus(page, 'after the undo')
})

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
