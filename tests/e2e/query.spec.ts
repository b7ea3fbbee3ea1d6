import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openDemo, openTab, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const bar = (page: Page): Locator => page.getByRole('combobox', { name: en.query.bar.label })
const status = (page: Page): Locator => page.locator('[data-search-status]')
const rowCount = async (page: Page): Promise<number> => Number(await table(page).getAttribute('aria-rowcount')) - 1

async function ask(page: Page, query: string): Promise<void> {
  await bar(page).fill(query)
  await bar(page).press('Enter')
}

test('what fits stands in the table, by keyboard only, and Escape brings all of them back', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await expect.poll(() => rowCount(page)).toBeGreaterThan(100)
  const all = await rowCount(page)
  await page.keyboard.press('/')
  await expect(bar(page)).toBeFocused()
  await page.keyboard.type('has:cart')
  await page.keyboard.press('Enter')
  await expect(status(page)).toContainText(`all ${all.toLocaleString('en')} looked at`)
  const carts = await rowCount(page)
  expect(carts).toBeGreaterThan(0)
  expect(carts).toBeLessThan(all)
  await expect(inspector(page).getByRole('treeitem').filter({ hasText: /^cart:/ })).toBeVisible()

  await ask(page, 'user:admin')
  await expect(status(page)).toContainText('looked at')
  await expect(table(page).getByRole('gridcell', { name: 'admin', exact: true }).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect.poll(() => rowCount(page)).toBe(all)
})

test('a wrong query is marked where it is wrong, by the window and by the core', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  const alert = page.getByRole('search', { name: '' }).getByRole('alert')
  for (const [query, said, wrong] of [['has:cart state:dead', 'Character 16: state is never dead.', 'dead'], ['user:nobody9', 'Character 6: There is no user nobody9.', 'nobody9']] as const) {
    await ask(page, query)
    await expect(alert).toContainText(said)
    await expect(bar(page)).toBeFocused()
    expect(await bar(page).evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0))).toBe(wrong)
  }
  await expect(page.getByText(en.query.bar.wrong.title)).toBeVisible()
  expect(await wcagFaults(page)).toEqual([])
})

test('a search over many sessions shows the first hit early, and stops when it is told to', async ({ coatcheck, folder }) => {
  test.slow()
  const file = join(folder, 'many.sqlite3')
  const soon = Math.floor(Date.now() / 1000) * 1000 + 86_400_000
  makeSessionTable(file, Array.from({ length: 150_000 }, (_, index) => ({ key: `k${String(index).padStart(31, '0')}`, json: `{"n":${index}}`, expireDate: soon })))
  const page = await coatcheck({ source: file })
  await table(page).waitFor()
  // Few, and everywhere: 777 stands in one of some hundred numbers.
  await ask(page, '777')
  await expect(status(page)).toContainText(/[1-9]\d* found · looked at/)
  await page.getByRole('button', { name: en.query.bar.stop, exact: true }).click()
  await expect(status(page)).toContainText(/found · stopped after/)
  expect(await rowCount(page)).toBeGreaterThan(0)
  expect(await rowCount(page)).toBeLessThan(1000)
})

test('all sessions of a user, looked at and put under review from the Owner tab', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await table(page).getByRole('gridcell', { name: 'admin', exact: true }).first().click()
  await openTab(page, 'owner')
  await inspector(page).getByRole('button', { name: en.why.theirSessions }).click()
  await expect(bar(page)).toHaveValue(/^user:#\d+$/)
  await expect(status(page)).toContainText('all')
  const theirs = await rowCount(page)
  await inspector(page).getByRole('button', { name: en.why.logOut }).click()
  const sheet = page.getByRole('dialog', { name: en.everywhere.title.replace('{name}', 'admin') })
  await expect(sheet.getByRole('listitem')).toContainText(theirs === 1 ? 'One session' : `${theirs} sessions`)
  await expect(sheet).toContainText(en.everywhere.onlyThis)
  await sheet.getByRole('button', { name: /^Delete/ }).click()
  await sheet.getByRole('button', { name: en.everywhere.close, exact: true }).last().click()
  await expect(page.getByText(en.query.bar.none.title)).toBeVisible()
  await expect(status(page)).toContainText('Nothing found')
})
