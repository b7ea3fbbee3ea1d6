import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { makeManySessions, manyKey } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { openFile, table } from './steps.ts'

/** More than a browser can lay out one below the other: beyond 285,714 rows the scrollbar stands for a fraction of the way. */
const ROWS = 400_000
const EVERY = 20

let folder: string
let file: string
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-many-'))
  file = join(folder, 'many.sqlite3')
  makeManySessions(file, { rows: ROWS, json: '{"visit_count":1}', other: { every: EVERY, json: '{"cart":{"sku":"A7"}}' }, expireDate: Math.floor(Date.now() / 1000) * 1000 + 86_400_000 })
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

/** In the order of keys, so that a row tells whether it stands in its place. */
async function openByKey(page: Page): Promise<Locator> {
  await openFile(page, file)
  const grid = table(page)
  await grid.getByRole('button', { name: en.workbench.column.key, exact: true }).click()
  await expect(grid.getByRole('row').nth(1)).toContainText('000000')
  await expect(grid).toHaveAttribute('aria-rowcount', String(ROWS + 1), { timeout: 60_000 })
  return grid
}

interface SeenRow { readonly at: number; readonly key: string }

/** Rows that are wholly on screen, from above, each with the place that it says it has. */
const rowsOnScreen = async (grid: Locator): Promise<readonly SeenRow[]> => grid.evaluate((element) => {
  const view = element.getBoundingClientRect()
  const rows = [...element.querySelectorAll('.row[aria-rowindex]')].map((row) => ({ row, box: row.getBoundingClientRect() })).filter(({ box }) => box.top >= view.top + 27 && box.bottom <= view.bottom + 1)
  return rows.sort((a, b) => a.box.top - b.box.top).map(({ row }) => ({ at: Number(row.getAttribute('aria-rowindex')) - 2, key: row.querySelector('.key')?.textContent?.slice(0, 6) ?? 'not read' }))
})

/** Every row on screen shows the session of its place, without a gap. @returns the first one's place */
async function expectInPlace(grid: Locator, about: (first: number) => boolean): Promise<number> {
  let first = -1
  await expect(async () => {
    const rows = await rowsOnScreen(grid)
    first = rows[0]?.at ?? -1
    expect(rows.length).toBeGreaterThan(10)
    expect(rows).toEqual(rows.map((_, index) => ({ at: first + index, key: manyKey(first + index).slice(0, 6) })))
    expect(about(first), `first row on screen: ${first}`).toBe(true)
  }).toPass({ timeout: 30_000 })
  return first
}

test('400,000 sessions: every part is reached, every row stands in its place, and the wheel always moves on', async ({ coatcheck }) => {
  test.setTimeout(240_000)
  const page = await coatcheck()
  const grid = await openByKey(page)
  await expectInPlace(grid, (first) => first === 0)

  const turn = async (by: number): Promise<void> => {
    for (let count = 0; count < 5; count++) await page.mouse.wheel(0, by)
  }
  /** Five turns of 700 px are 125 rows; what a browser makes of each is its own. */
  const wheelOn = async (from: number, direction: 1 | -1): Promise<number> => {
    await grid.hover()
    await turn(700 * direction)
    return expectInPlace(grid, (first) => (first - from) * direction > 60 && (first - from) * direction < 250)
  }

  let at = 0
  for (let burst = 0; burst < 3; burst++) at = await wheelOn(at, 1)
  at = await wheelOn(at, -1)
  for (const part of [0.5, 0.13, 0.87]) {
    await grid.evaluate((element, share) => { element.scrollTop = (element.scrollHeight - element.clientHeight) * share }, part)
    at = await expectInPlace(grid, (first) => Math.abs(first - ROWS * part) < ROWS / 50)
    at = await wheelOn(at, 1)
    at = await wheelOn(at, -1)
  }

  await grid.focus()
  await page.keyboard.press('End')
  const last = await expectInPlace(grid, (first) => first > ROWS - 60)
  await expect(grid.locator(`[aria-rowindex="${ROWS + 1}"]`)).toBeInViewport()
  await turn(700)
  await expectInPlace(grid, (first) => Math.abs(first - last) <= 1)
  // The active row is far below now, and stretches nothing.
  for (let burst = 0; burst < 2; burst++) at = await wheelOn(burst === 0 ? last : at, -1)
  expect(await grid.evaluate((element) => element.scrollHeight)).toBeLessThan(8_100_000)
  await page.keyboard.press('PageUp')
  await expectInPlace(grid, (first) => first > ROWS - 100)
  await page.keyboard.press('Home')
  await expectInPlace(grid, (first) => first === 0)
})

test('400,000 sessions: jump, find by content, stop, and select all that fit', async ({ coatcheck }) => {
  test.setTimeout(240_000)
  const page = await coatcheck()
  const grid = await openByKey(page)
  await grid.focus()
  await page.keyboard.press('g')
  const place = page.getByRole('textbox', { name: en.workbench.jump.label })
  await place.fill(manyKey(234_567))
  await place.press('Enter')
  await expectInPlace(grid, (first) => first <= 234_567 && first > 234_500)
  await expect(grid.locator('.row.is-active')).toHaveAttribute('aria-rowindex', String(234_567 + 2))

  const bar = page.getByRole('combobox', { name: en.query.bar.label })
  const status = page.locator('[data-search-status]')
  const ask = async (query: string): Promise<void> => {
    await bar.fill(query)
    await bar.press('Enter')
  }
  await ask('has:nothing')
  await page.getByRole('button', { name: en.query.bar.stop, exact: true }).click()
  await expect(status).toContainText('stopped after')

  await ask('cart.sku="A7"')
  await expect(grid.getByRole('row').nth(1).locator('.key')).toBeVisible({ timeout: 30_000 })
  await expect(status).toContainText(/all 400,000 looked/, { timeout: 120_000 })
  await expect(grid).toHaveAttribute('aria-rowcount', String(ROWS / EVERY + 1))
  await grid.focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: en.query.matching.begin }).click()
  await expect(page.getByRole('toolbar', { name: en.query.matching.label })).toContainText(en.query.matching.found.replace('{count}', (ROWS / EVERY).toLocaleString('en')), { timeout: 120_000 })
})
