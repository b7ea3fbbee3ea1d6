import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { table, treeLine } from './steps.ts'

const ROWS = 20_000
const EVERY = 1000

const bar = (page: Page): Locator => page.getByRole('combobox', { name: en.query.bar.label })
const status = (page: Page): Locator => page.locator('[data-search-status]')

async function ask(page: Page, query: string): Promise<void> {
  await bar(page).fill(query)
  await bar(page).press('Enter')
}

/** Half of the sessions have ended; one in a thousand has the broken cart. */
function* shop() {
  const now = Math.floor(Date.now() / 1000) * 1000
  for (let n = 0; n < ROWS; n++) {
    const cart = { items: [{ sku: n % EVERY === 7 ? 'A1' : `B${n % 50}`, qty: 2 }] }
    yield { key: `${String(n).padStart(6, '0')}${'s'.repeat(26)}`, json: JSON.stringify({ visit_count: n, theme: 'dark', cart }), expireDate: now + (n % 2 === 0 ? -1 : 1) * (60_000 + n * 1000) }
  }
}

test('a broken cart is found by its content, and marked where it stands', async ({ coatcheck, folder }) => {
  test.slow()
  const file = join(folder, 'shop.sqlite3')
  makeSessionTable(file, shop())
  const page = await coatcheck({ source: file })

  await test.step('by what only the data tells: every session is looked at', async () => {
    await ask(page, 'cart.items[].sku="A1"')
    await expect(status(page)).toContainText(`20 found · all ${ROWS.toLocaleString('en')} looked at`)
    await expect(table(page).locator('mark', { hasText: 'cart' }).first()).toBeVisible()
    const hit = treeLine(page, 'sku')
    await expect(hit).toHaveClass(/is-match/)
    await expect(hit).toContainText('A1')
    await expect(treeLine(page, 'qty')).not.toHaveClass(/is-match/)
  })

  await test.step('by what the store knows too: it leaves the others out, and that is said', async () => {
    await ask(page, 'state:live key:0000* cart.items[].sku="A1"')
    await expect(status(page)).toContainText('One found')
    await expect(status(page)).toContainText('all 50 looked at that the store chose by key and end')
    await expect(table(page).locator('.key mark').first()).toHaveText('0000')
  })

  await test.step('nothing of that kind is there: so is it said', async () => {
    await ask(page, 'key:zz*')
    await expect(page.getByText('The store chose 0 sessions by key; all of them were looked at.')).toBeVisible()
  })
})

test('all that fit are a fact beyond the 10,000 that one change takes', async ({ coatcheck, folder }) => {
  test.slow()
  const file = join(folder, 'shop.sqlite3')
  makeSessionTable(file, shop())
  const page = await coatcheck({ source: file })
  const { matching } = en.query
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await expect(table(page)).toHaveAttribute('aria-rowcount', String(ROWS + 1))
  await table(page).focus()
  await page.keyboard.press('Control+a')
  await expect(page.getByText('10,000 selected')).toBeVisible()
  await page.getByRole('button', { name: matching.begin }).click()
  const toolbar = page.getByRole('toolbar', { name: matching.label })
  await expect(toolbar.getByRole('status')).toHaveText(`All ${ROWS.toLocaleString('en')} sessions of this store`)
  await expect(toolbar.getByRole('button', { name: matching.clean })).toBeVisible()

  await test.step('Delete does nothing to a part of them', async () => {
    await table(page).focus()
    await page.keyboard.press('Delete')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  await test.step('their keys are copied, all of them', async () => {
    await toolbar.getByRole('button', { name: matching.copy }).click()
    await expect(toolbar.getByText(en.states.copied)).toBeVisible()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    expect(new Set(String(copied).split('\n')).size).toBe(ROWS)
  })

  await test.step('Escape means none of them any more', async () => {
    await table(page).focus()
    await page.keyboard.press('Escape')
    await expect(toolbar).toHaveCount(0)
  })
})

test('a query is saved with a name by keyboard only, and is there after the window was loaded anew', async ({ coatcheck, folder }) => {
  const file = join(folder, 'shop.sqlite3')
  makeSessionTable(file, [{ key: 'k'.repeat(32), json: '{"cart":1}', expireDate: Math.floor(Date.now() / 1000) * 1000 + 86_400_000 }])
  const page = await coatcheck({ source: file })
  const { kept } = en.query
  const menu = page.getByRole('button', { name: kept.menu })
  await menu.press('Enter')
  await expect(page.getByRole('menuitem', { name: kept.save })).toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('Escape')

  await ask(page, 'has:cart')
  await expect(status(page)).toContainText('One found')
  await menu.press('Enter')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: kept.saveTitle })
  await dialog.getByLabel(kept.name).fill('With a cart')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: kept.menuSaved.replace('{name}', 'With a cart') })).toBeVisible()
  await ask(page, 'state:expired')
  await expect(page.getByText('The store chose 0 sessions by end; all of them were looked at.')).toBeVisible()

  // It is written a moment later.
  await page.waitForResponse(() => true, { timeout: 1000 }).catch(() => undefined)
  await page.reload()
  await menu.click()
  await expect(page.getByRole('menuitem', { name: 'state:expired' })).toBeVisible()
  await page.getByRole('menuitem', { name: 'With a cart' }).click()
  await expect(status(page)).toContainText('One found')
  await expect(bar(page)).toHaveValue('has:cart')

  await page.getByRole('button', { name: kept.menuSaved.replace('{name}', 'With a cart') }).click()
  await page.getByRole('menuitem', { name: kept.change }).click()
  await page.getByRole('dialog').getByRole('button', { name: kept.forget }).click()
  await menu.click()
  await expect(page.getByRole('menuitem', { name: 'With a cart' })).toHaveCount(0)
  await page.getByRole('menuitem', { name: kept.forgetRecent }).click()
  await menu.click()
  await expect(page.getByRole('menuitem')).toHaveCount(1)
})
