import { join } from 'node:path'
import { en } from '../../../shared/words/en.ts'
import { makeSessionTable } from '../../support/session-table.ts'
import { CART_KEY, inspector, makeShop, openDemo, openFile, sessionRow, table, tree } from '../steps.ts'
import type { Scene } from './scene.ts'
import { act, ask, bar, dialog } from './scene.ts'

const HOUR_MS = 3_600_000
const LONG = 30_000

/** Sessions of five weeks; one in a hundred is large. */
function* manySessions() {
  const now = Math.floor(Date.now() / 1000) * 1000
  for (let n = 0; n < LONG; n++) {
    const cart = Array.from({ length: n % 100 === 3 ? 400 : n % 4 }, (_, index) => ({ sku: `B${index}`, qty: 1 + index % 3 }))
    yield { key: `${String(n).padStart(6, '0')}${'s'.repeat(26)}`, json: JSON.stringify({ ...(n % 3 === 0 ? { _auth_user_id: String(n % 900) } : {}), visit_count: n, cart }), expireDate: now + Math.round((n / LONG - 0.4) * 24 * 35) * HOUR_MS }
  }
}

export const workbench: readonly Scene[] = [
  { title: 'the workbench', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await page.getByText(/All \d+ read/).first().waitFor()
    await tree(page).waitFor()
    await show(page, 'workbench')
    const leave = (): Promise<void> => page.keyboard.press('Escape')
    await show(page, 'columns', async () => {
      await leave()
      await page.getByRole('button', { name: en.workbench.columns.open, exact: true }).click()
    })
    await show(page, 'reports-menu', async () => {
      await leave()
      await page.getByRole('button', { name: en.reports.menu }).or(page.getByRole('button', { name: en.workbench.more })).click()
    })
    await show(page, 'jump', async () => {
      await leave()
      await page.getByRole('button', { name: en.workbench.jump.open }).click()
    })
    await show(page, 'row-menu', async () => {
      await leave()
      await table(page).getByRole('row').nth(3).click({ button: 'right' })
    })
  } },
  { title: 'palette, shortcuts, settings', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await tree(page).waitFor()
    await page.keyboard.press('Control+k')
    await show(page, 'palette')
    await page.getByRole('combobox', { name: en.actions.placeholder }).fill('nothing of the kind')
    await show(page, 'palette-nothing')
    await page.keyboard.press('Escape')
    await table(page).focus()
    await page.keyboard.press('?')
    await show(page, 'shortcuts')
    await page.keyboard.press('Escape')
    const openSettings = async (): Promise<void> => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: en.sources.settings }).click()
    }
    await show(page, 'settings', openSettings)
    await openSettings()
    await page.getByRole('radio', { name: en.sources.preferences.compact }).click()
    await page.keyboard.press('Escape')
    await show(page, 'compact-rows')
  } },
  { title: 'finding', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await page.getByText(/All \d+ read/).first().waitFor()
    await ask(page, 'state:live')
    await ask(page, 'has:cart user:any')
    await page.locator('[data-search-status]').getByText('looked at').waitFor()
    await show(page, 'found')
    await page.getByRole('button', { name: en.query.kept.menu }).click()
    await page.getByRole('menuitem', { name: en.query.kept.save }).click()
    await dialog(page).getByLabel(en.query.kept.name).fill('Users with a cart')
    await show(page, 'query-name')
    await page.keyboard.press('Enter')
    await show(page, 'queries', async () => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: en.query.kept.menuSaved.replace('{name}', 'Users with a cart') }).click()
    })
    await page.keyboard.press('Escape')
    await bar(page).fill('ca')
    await page.getByRole('listbox', { name: en.query.bar.suggestions }).waitFor()
    await show(page, 'query-suggestions')
    await ask(page, 'has:cart state:dead')
    await page.getByRole('search').getByRole('alert').waitFor()
    await show(page, 'query-wrong')
    await ask(page, 'cart.sku="NOWHERE"')
    await page.getByText(en.query.bar.none.title).waitFor()
    await show(page, 'nothing-found')
  } },
  { title: 'a narrow window’s facets', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await page.getByText(/All \d+ read/).first().waitFor()
    await show(page, 'facets-narrow', async () => {
      await page.keyboard.press('Escape')
      if (await page.getByRole('button', { name: en.overview.facets.show }).isVisible()) await page.getByRole('button', { name: en.overview.facets.show }).click()
      await page.getByRole('group', { name: en.overview.facets.label }).waitFor()
    })
  } },
  { title: 'several sessions', play: async ({ folder, open, show }) => {
    const page = await open()
    await openFile(page, makeShop(folder))
    await sessionRow(page, CART_KEY).click({ modifiers: ['Control'] })
    await sessionRow(page, 'anonanon').click({ modifiers: ['Control'] })
    await show(page, 'selected')
    await page.getByRole('button', { name: en.history.compare.open, exact: true }).click()
    await page.getByRole('region', { name: en.history.compare.heading }).getByText('visit_count').first().waitFor()
    await show(page, 'compare')
    await table(page).focus()
    await page.keyboard.press('Delete')
    await dialog(page).getByText(en.review.notYet).waitFor()
    await show(page, 'delete-review')
  } },
  { title: 'many sessions', play: async ({ folder, open, show }) => {
    const file = join(folder, 'many.sqlite3')
    makeSessionTable(file, manySessions())
    const page = await open(file)
    await page.locator(`[role="grid"][aria-rowcount="${LONG + 1}"]`).waitFor()
    await page.getByText(/All 30,000 read/).first().waitFor({ timeout: 60_000 })
    await table(page).focus()
    await page.keyboard.press('PageDown')
    await tree(page).waitFor()
    await show(page, 'many')
    await page.keyboard.press('Control+a')
    await page.getByRole('button', { name: en.query.matching.begin }).click()
    await page.getByRole('toolbar', { name: en.query.matching.label }).getByRole('status').getByText('All').waitFor({ state: 'attached' })
    await show(page, 'all-of-store')
    await page.keyboard.press('Escape')
    await ask(page, 'state:live cart[].qty>1')
    await page.locator('[data-search-status]').getByText(/all [\d,]+ looked at/).waitFor({ timeout: 60_000 })
    await table(page).focus()
    await page.keyboard.press('Control+a')
    await show(page, 'all-found')
    await act(page, 'show-summary')
    await page.getByRole('button', { name: en.overview.summary.again }).waitFor({ timeout: 60_000 })
    await show(page, 'summary-many')
  } },
  { title: 'a session that is gone', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await inspector(page).getByRole('tab').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: en.actions.placeholder }).fill('0123456789abcdef0123456789abcdef')
    await page.keyboard.press('Enter')
    await inspector(page).getByText(en.inspector.gone).waitFor()
    await show(page, 'gone')
  } },
]
