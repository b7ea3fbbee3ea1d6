import Database from 'better-sqlite3'
import { en } from '../../../shared/words/en.ts'
import { signedText, TABLE_KEY } from '../../support/session-table.ts'
import { CART_KEY, editValue, inspector, makeShop, openDemo, openFile, openTab, review, selectSession, table, tree } from '../steps.ts'
import type { Scene } from './scene.ts'

const DAY_MS = 86_400_000

/** As the app does it: the same session, saved with other data. */
function saveBesides(file: string, key: string, json: string): void {
  const database = new Database(file)
  database.prepare('UPDATE django_session SET session_data = ? WHERE session_key = ?').run(signedText({ json, expireDate: Date.now() + 10 * DAY_MS, savedAt: Date.now() }), key)
  database.close()
}

export const inspecting: readonly Scene[] = [
  { title: 'one session, tab by tab', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await page.getByText(/All \d+ read/).first().waitFor()
    await table(page).getByRole('gridcell', { name: 'ana', exact: true }).first().click()
    await tree(page).waitFor()
    await tree(page).getByRole('treeitem').first().click()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('a')
    await show(page, 'data-search')
    await page.keyboard.press('Escape')
    await inspector(page).getByText(en.inspector.data.text, { exact: true }).click()
    await inspector(page).getByRole('textbox', { name: en.inspector.data.textLabel }).waitFor()
    await show(page, 'data-text')
    for (const tab of ['anatomy', 'expiry', 'owner', 'cookie', 'history'] as const) {
      await openTab(page, tab)
      await inspector(page).getByRole('tabpanel').getByText(/\S/).first().waitFor()
      await show(page, tab)
    }
    await inspector(page).getByRole('button', { name: en.inspector.raw.title }).click()
    await show(page, 'raw-facts')
    await table(page).getByRole('gridcell', { name: 'user 999, deleted' }).first().click()
    await openTab(page, 'owner')
    await inspector(page).getByText(en.why.sentence.user).waitFor()
    await show(page, 'owner-logged-out')
  } },
  { title: 'an edit, and a save of the app meanwhile', play: async ({ folder, open, show }) => {
    const file = makeShop(folder)
    const page = await open()
    await openFile(page, file, TABLE_KEY)
    await selectSession(page, CART_KEY)
    await editValue(page, 'qty', '3')
    await show(page, 'edited')
    await inspector(page).getByRole('button', { name: en.inspector.editBar.review }).click()
    await review(page).waitFor()
    await show(page, 'review')
    await review(page).getByRole('radio', { name: en.review.bytesView }).click()
    await show(page, 'review-bytes')
    saveBesides(file, CART_KEY, '{"_auth_user_id":"42","cart":{"sku":"A1","qty":7},"coupon":"WELCOME10"}')
    await review(page).getByRole('button', { name: /^Apply/ }).click()
    await page.getByRole('dialog').getByText(en.review.conflict.nothing).waitFor()
    await show(page, 'conflict')
    await page.getByRole('dialog').getByRole('button', { name: en.review.conflict.keepMine }).click()
    await review(page).getByRole('button', { name: /^Apply/ }).click()
    await inspector(page).getByText(en.review.done.edit).waitFor()
    await show(page, 'applied')
    await openTab(page, 'history')
    await inspector(page).getByRole('button', { name: en.history.follow.start, exact: true }).click()
    await inspector(page).getByText(en.history.follow.entry.first).waitFor()
    saveBesides(file, CART_KEY, '{"_auth_user_id":"42","cart":{"sku":"A1","qty":8}}')
    await inspector(page).getByText(en.history.follow.entry.saved, { exact: true }).first().waitFor()
    await show(page, 'follow')
  } },
]
