import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, makeShop, selectSession, sessionRow, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const NEW_KEY = 'newnewnewnewnewnewnewnewnewnewne'

test('what the site adds is told and waits; rows keep their place until they are asked for', async ({ coatcheck, folder }) => {
  const file = makeShop(folder)
  const page = await coatcheck({ source: file })
  await selectSession(page, CART_KEY)
  const { look } = en.workbench
  await page.getByRole('button', { name: look.open.replace('{every}', look.every[0]) }).click()
  await page.getByRole('menuitem', { name: look.every[5] }).click()
  const place = await sessionRow(page, CART_KEY).boundingBox()

  const site = new Database(file)
  site.prepare("INSERT INTO django_session (session_key, session_data, expire_date) SELECT ?, session_data, '2099-01-01 00:00:00' FROM django_session WHERE session_key = ?").run(NEW_KEY, CART_KEY)
  site.close()
  const show = page.getByRole('button', { name: '1 new, show' })
  await show.waitFor({ timeout: 15_000 })
  await expect(page.getByRole('status').filter({ hasText: /^1 new$/ })).toHaveCount(1)
  expect(await sessionRow(page, CART_KEY).boundingBox()).toEqual(place)
  await expect(sessionRow(page, NEW_KEY)).toHaveCount(0)
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    expect(await wcagFaults(page)).toEqual([])
  }
  await page.setViewportSize({ width: 900, height: 600 })
  await page.screenshot({ path: test.info().outputPath('fresh-900.png') })

  await show.click()
  await expect(sessionRow(page, NEW_KEY)).toBeVisible()
  await expect(sessionRow(page, CART_KEY)).toHaveAttribute('aria-selected', 'true')
  await expect(show).toHaveCount(0)
  await expect(table(page)).toHaveAttribute('aria-rowcount', '6')
})

test('counts follow what the site does, once a search has seen it; the rows of the table stay', async ({ coatcheck, folder }) => {
  const file = makeShop(folder)
  const page = await coatcheck({ source: file })
  await selectSession(page, CART_KEY)
  const facets = page.getByRole('group', { name: en.overview.facets.label }).locator('..')
  await expect(facets).toContainText('All 4 read.')
  await expect(page.getByText('4 in this store')).toBeVisible()

  const site = new Database(file)
  site.prepare("INSERT INTO django_session (session_key, session_data, expire_date) SELECT ?, session_data, '2099-01-01 00:00:00' FROM django_session WHERE session_key = ?").run(NEW_KEY, CART_KEY)
  site.close()
  const bar = page.getByRole('combobox', { name: en.query.bar.label })
  await bar.fill('state:live')
  await bar.press('Enter')
  await expect(page.getByText('5 in this store')).toBeVisible()
  await bar.press('Escape')
  await bar.fill('')
  await bar.press('Enter')
  await expect(table(page)).toHaveAttribute('aria-rowcount', '5')
  await expect(facets).toContainText('All 5 read.')
  await expect(page.getByText('5 in this store')).toBeVisible()
  await expect(sessionRow(page, NEW_KEY)).toHaveCount(0)
})
