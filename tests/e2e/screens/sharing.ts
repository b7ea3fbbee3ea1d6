import { join } from 'node:path'
import Database from 'better-sqlite3'
import { de } from '../../../shared/words/de.ts'
import { en } from '../../../shared/words/en.ts'
import { makeSessionTable, TABLE_KEY } from '../../support/session-table.ts'
import { openDemo, openFile, openTab, table, tree } from '../steps.ts'
import type { Scene } from './scene.ts'
import { act, ask, bar, dialog, line } from './scene.ts'

const DAY_MS = 86_400_000
/** What nobody but its owner may see of the session; not one of them is a word of the window. */
export const SECRETS = { key: 'seentailtailtailtailtailtailtail', tail: 'tailtailtail', id: '90210', name: 'marker-owner', mail: 'marker-mail', value: 'marker-value', hash: 'feedface' } as const

/** One user with one session, and their own user table. */
function makeSecretShop(folder: string): string {
  const file = join(folder, 'shop.sqlite3')
  const json = JSON.stringify({ _auth_user_id: SECRETS.id, _auth_user_backend: 'django.contrib.auth.backends.ModelBackend', _auth_user_hash: SECRETS.hash, cart: { sku: SECRETS.value } })
  makeSessionTable(file, [{ key: SECRETS.key, json, expireDate: Math.floor(Date.now() / 1000) * 1000 + 9 * DAY_MS }])
  const database = new Database(file)
  database.exec('CREATE TABLE auth_user (id integer PRIMARY KEY, password varchar(128), last_login datetime, is_superuser bool, username varchar(150), first_name varchar(150), last_name varchar(150), email varchar(254), is_staff bool, is_active bool, date_joined datetime)')
  database.prepare("INSERT INTO auth_user VALUES (?, '', NULL, 0, ?, '', '', ?, 0, 1, '2026-01-01 00:00:00')").run(SECRETS.id, SECRETS.name, `${SECRETS.mail}@shop.example`)
  database.close()
  return file
}

/** Asked for with values in the query, so that they could show wherever queries do. */
export const shared: Scene = {
  title: 'a screen that others see',
  play: async ({ folder, open, show }) => {
    const page = await open()
    await openFile(page, makeSecretShop(folder), TABLE_KEY)
    await table(page).getByRole('gridcell', { name: SECRETS.name }).waitFor()
    await ask(page, `user:${SECRETS.name} cart.sku="${SECRETS.value}"`)
    await page.locator('[data-search-status]').getByText('One found').waitFor()
    await act(page, 'screen-share')
    await page.getByText(en.states.veiled.mark).first().waitFor()
    await show(page, 'shared')
    await bar(page).click()
    await show(page, 'shared-query')
    await show(page, 'shared-queries', async () => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: en.query.kept.menu }).click()
    })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await show(page, 'shared-palette')
    await page.keyboard.press('Escape')
    for (const tab of ['anatomy', 'expiry', 'owner', 'cookie', 'history'] as const) {
      await openTab(page, tab)
      await show(page, `shared-${tab}`)
    }
    await table(page).focus()
    await page.keyboard.press('Delete')
    await dialog(page).getByText(en.review.notYet).waitFor()
    await show(page, 'shared-delete')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.mint.open, exact: true }).click()
    await show(page, 'shared-new-session')
    await page.keyboard.press('Escape')
    await act(page, 'report-json')
    await show(page, 'shared-json-readiness')
    await page.keyboard.press('Escape')
    await line(page, en.overview.summary.line).click()
    await page.getByText(en.states.veiled.title).waitFor()
    await show(page, 'shared-summary')
    await line(page, en.cleanUp.page).click()
    await show(page, 'shared-clean-up')
  },
}

export const sharing: readonly Scene[] = [
  shared,
  { title: 'in German', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await page.getByText(/All \d+ read/).first().waitFor()
    await tree(page).waitFor()
    await act(page, 'language-de')
    await page.getByRole('grid', { name: de.workbench.table }).waitFor()
    const pane = page.getByRole('complementary', { name: de.workbench.paneInspector })
    await show(page, 'de-workbench')
    for (const tab of ['anatomy', 'expiry', 'owner', 'cookie', 'history'] as const) {
      await pane.getByRole('tab', { name: de.inspector.tabs[tab] }).click()
      await show(page, `de-${tab}`)
    }
    const sources = page.getByRole('navigation', { name: de.sources.regionLabel })
    await sources.getByRole('button', { name: de.overview.summary.line }).click()
    await page.getByRole('button', { name: de.overview.summary.again }).waitFor()
    await show(page, 'de-summary')
    await sources.getByRole('button', { name: de.cleanUp.page }).click()
    await page.getByRole('button', { name: de.cleanUp.look, exact: true }).click()
    await page.getByText(de.cleanUp.clearsessions, { exact: true }).waitFor()
    await show(page, 'de-clean-up')
    await page.getByRole('button', { name: de.sources.openAnother }).click()
    await show(page, 'de-open')
    await page.keyboard.press('Escape')
    await show(page, 'de-settings', async () => {
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: de.sources.settings }).click()
    })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: de.connections.add }).click()
    await show(page, 'de-connect')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await show(page, 'de-palette')
  } },
]
