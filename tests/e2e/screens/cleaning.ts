import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../../shared/words/en.ts'
import { makeSessionTable } from '../../support/session-table.ts'
import { openDemo, table } from '../steps.ts'
import type { Scene } from './scene.ts'
import { dialog, line } from './scene.ts'

const words = en.cleanUp
const DAY_MS = 86_400_000
const ROWS = 20_000

/** Nineteen in twenty have ended. */
function* staleSessions() {
  const now = Math.floor(Date.now() / 1000) * 1000
  for (let n = 0; n < ROWS; n++) yield { key: `${String(n).padStart(6, '0')}${'s'.repeat(26)}`, json: JSON.stringify({ visit_count: n, ...(n % 5 === 0 ? { _auth_user_id: String(n % 40) } : {}) }), expireDate: now + (n % 20 === 0 ? 9 : -1 - n % 90) * DAY_MS }
}

export const region = (page: Page): Locator => page.getByRole('region', { name: /^Clean up / })

export const cleaning: readonly Scene[] = [
  { title: 'the rules of a cleaning', play: async ({ open, show }) => {
    const page = await open()
    await openDemo(page)
    await line(page, words.page).click()
    await show(page, 'clean-up')
    await region(page).getByRole('radio', { name: words.rule['keep-newest'] }).click()
    await show(page, 'clean-up-newest')
    await region(page).getByRole('radio', { name: new RegExp(`^${words.rule.query}`) }).click()
    await show(page, 'clean-up-query')
    await region(page).getByRole('radio', { name: words.rule.expired }).click()
    await region(page).getByRole('button', { name: words.look, exact: true }).click()
    await page.getByText(words.clearsessions, { exact: true }).waitFor()
    await show(page, 'clean-up-dry-run')
  } },
  { title: 'a cleaning of many', play: async ({ folder, open, show }) => {
    const file = join(folder, 'stale.sqlite3')
    makeSessionTable(file, staleSessions())
    const page = await open(file)
    await table(page).waitFor()
    await line(page, words.page).click()
    await region(page).getByRole('button', { name: words.look, exact: true }).click()
    await region(page).getByRole('button', { name: 'Remove 19,000 sessions' }).click()
    await region(page).getByRole('button', { name: words.run.pause }).click()
    await region(page).getByText(`${words.run.state.paused}.`).waitFor()
    await show(page, 'clean-up-running')
    await region(page).getByRole('button', { name: words.run.stop }).click()
    await region(page).getByText(words.report.stopped).waitFor()
    await show(page, 'clean-up-stopped')
    await region(page).getByText(words.report.trash).first().click()
    await show(page, 'clean-up-removed')
    await region(page).getByRole('button', { name: words.report.new }).click()
    await show(page, 'clean-up-earlier')
    await region(page).getByRole('button', { name: words.runs.trash }).click()
    const trash = page.getByRole('region', { name: en.trash.region, exact: true })
    await trash.getByRole('row').nth(1).waitFor()
    await trash.getByRole('checkbox').nth(1).check()
    await trash.getByRole('checkbox').nth(2).check()
    await show(page, 'trash')
    await trash.getByRole('row').nth(1).getByRole('button').click()
    await dialog(page).getByRole('tree').waitFor()
    await show(page, 'trash-look')
    await page.keyboard.press('Escape')
    await trash.getByRole('button', { name: 'Put back 2…' }).click()
    await dialog(page).getByText(en.trash.sheet.claim).waitFor()
    await show(page, 'trash-review')
  } },
]
