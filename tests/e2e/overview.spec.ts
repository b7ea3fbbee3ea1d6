import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, openDemo, openFile, sessionRow, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.overview

async function check(page: Page, screen: string): Promise<void> {
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

const bar = (page: Page): Locator => page.getByRole('combobox', { name: en.query.bar.label })
const status = (page: Page): Locator => page.locator('[data-search-status]')
const timeline = (page: Page): Locator => page.getByRole('region', { name: words.timeline.label })
const facets = (page: Page): Locator => page.getByRole('group', { name: words.facets.label })
const facet = (page: Page, name: string): Locator => facets(page).getByRole('button', { name: new RegExp(`^${name} ?[\\d,]*$`) })
const countOf = async (facet: Locator): Promise<number> => Number(((await facet.locator('.count').textContent()) ?? '').replaceAll(',', ''))
const rowCount = async (page: Page): Promise<number> => Number(await table(page).getAttribute('aria-rowcount')) - 1
const summary = (page: Page): Locator => page.getByRole('main').filter({ hasText: en.overview.summary.owners })

async function openCounted(page: Page): Promise<void> {
  await openDemo(page)
  await expect(facets(page).locator('..')).toContainText(/All \d+ read/)
}

test('a facet finds as many sessions as it counts, takes the place of another one, and lets go when it is clicked again', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openCounted(page)
  const names = [words.facets.value.live, words.facets.value.ending, words.facets.value.expired]
  const counts = await Promise.all(names.map((name) => countOf(facet(page, name))))
  for (const [index, name] of names.entries()) {
    const count = counts[index] ?? 0
    await facet(page, name).click()
    await expect(facet(page, name)).toHaveAttribute('aria-pressed', 'true')
    await expect(status(page)).toContainText(`${count} found`)
    await expect.poll(() => rowCount(page)).toBe(count)
  }
  await expect(bar(page)).toHaveValue('state:expired')
  // The others count within the query, and say so; without it they count all again.
  await expect(facets(page).locator('..')).toContainText(`Within the query: ${counts[2]} found.`)
  const within = await countOf(facet(page, words.facets.value['bot-like']))
  expect(within).toBeLessThanOrEqual(counts[2] ?? 0)
  await facet(page, words.facets.value['bot-like']).click()
  await expect.poll(() => rowCount(page)).toBe(within)
  await expect(bar(page)).toHaveValue('state:expired is:bot')
  await facet(page, words.facets.value.expired).click()
  await expect(bar(page)).toHaveValue('is:bot')
  await facet(page, words.facets.value['bot-like']).press('Enter')
  await expect(status(page)).toHaveCount(0)
  await expect(bar(page)).toHaveValue('')
  await expect(facets(page).locator('..')).toContainText(/All \d+ read/)
  expect(await countOf(facet(page, words.facets.value.live))).toBe(counts[0])
})

test('a stretch of the timeline is picked with the pointer, moved by keys, and is a term of the query', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openCounted(page)
  await expect(timeline(page)).toContainText(words.exact)
  const box = await timeline(page).locator('svg').boundingBox()
  if (box === null) throw new Error('There is no picture.')
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20)
  await expect(timeline(page).locator('.said')).toContainText('UTC:')
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 })
  await page.mouse.up()
  await expect(bar(page)).toHaveValue(/^expires>=\S+ expires<\S+$/)
  await expect(status(page)).toContainText('looked at')
  const [before, asked] = [await rowCount(page), await bar(page).inputValue()]
  const from = timeline(page).getByRole('slider', { name: words.timeline.from })
  await from.focus()
  await from.press('Shift+ArrowLeft')
  await expect(bar(page)).not.toHaveValue(asked)
  await expect(from).toBeFocused()
  await expect.poll(() => rowCount(page)).toBeGreaterThanOrEqual(before)
  await from.press('Escape')
  await expect(bar(page)).toHaveValue('')
})

test('timeline and facets are folded away, and stay so', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openCounted(page)
  await page.getByRole('button', { name: words.timeline.hide }).click()
  await page.getByRole('button', { name: words.facets.hide }).click()
  await expect(timeline(page)).toHaveCount(0)
  await expect(facets(page)).toHaveCount(0)
  await page.waitForTimeout(600)
  await page.reload()
  await table(page).waitFor()
  await expect(page.getByRole('button', { name: words.timeline.show })).toBeVisible()
  await expect(timeline(page)).toHaveCount(0)
  await page.setViewportSize({ width: 900, height: 600 })
  await page.getByRole('button', { name: words.facets.show }).click()
  await facet(page, words.facets.value.expired).click()
  await expect(bar(page)).toHaveValue('state:expired')
})

test('the summary counts what is there, leads to the sessions, and is kept as a file', async ({ coatcheck, folder, face }) => {
  const page = await coatcheck()
  const file = join(folder, 'shop.sqlite3')
  const soon = Math.floor(Date.now() / 1000) * 1000 + 3 * 86_400_000
  makeSessionTable(file, [
    { key: CART_KEY, json: '{"_auth_user_id":"42","cart":1}', expireDate: soon },
    ...Array.from({ length: 20 }, (_, index) => ({ key: `bots${index}`.padEnd(32, 'x'), json: '{"next":"/"}', expireDate: soon - index * 86_400_000 })),
  ])
  await openFile(page, file, TABLE_KEY)
  await table(page).waitFor()
  await page.getByRole('button', { name: words.summary.line, exact: true }).click()
  await expect(page.getByRole('heading', { name: '21 sessions, 4 still good' })).toBeVisible()
  await expect(summary(page)).toContainText('1 person holds 1 of them. 81% of the store is past its date.')
  if (face === 'browser') {
    for (const format of ['JSON', 'CSV'] as const) {
      await page.getByRole('button', { name: words.summary.export }).click()
      const [kept] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: words.summary[`export${format === 'JSON' ? 'Json' : 'Csv'}`] }).click()])
      const text = await readFile(await kept.path(), 'utf8')
      expect(kept.suggestedFilename()).toMatch(new RegExp(`^shop.*-summary-\\d{4}-\\d\\d-\\d\\d\\.${format.toLowerCase()}$`))
      expect(text).toContain(format === 'JSON' ? '"total": 21' : 'visitor,bot-like,20,is:bot')
    }
  }
  await page.getByRole('button', { name: words.summary.again }).click()
  await page.getByRole('main').getByRole('button', { name: /^Signed in 1$/ }).click()
  await expect(bar(page)).toHaveValue('user:any')
  await expect(sessionRow(page, CART_KEY)).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('summary')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '21 sessions, 4 still good' })).toBeVisible()
})

for (const theme of ['light', 'dark'] as const) {
  test(`WCAG 2.2 AA, ${theme}: timeline, facets, summary`, async ({ coatcheck }) => {
    const page = await coatcheck()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await openCounted(page)
    await check(page, 'timeline and facets')
    await facet(page, words.facets.value.live).click()
    await expect(status(page)).toContainText('all')
    await check(page, 'a facet in the query')
    await page.setViewportSize({ width: 900, height: 600 })
    await page.getByRole('button', { name: words.facets.show }).click()
    await facets(page).waitFor()
    await check(page, 'facets in a popover')
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.getByRole('button', { name: words.summary.line, exact: true }).click()
    await summary(page).waitFor()
    await check(page, 'summary')
  })
}
