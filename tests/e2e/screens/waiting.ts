import { join } from 'node:path'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import { en } from '../../../shared/words/en.ts'
import { makeSessionTable, TABLE_KEY } from '../../support/session-table.ts'
import { CART_KEY, fillOpenDialog, inspector, makeShop, openFile, sessionRow, table } from '../steps.ts'
import { holdLine } from './held.ts'
import type { Scene } from './scene.ts'
import { ask, bar, line } from './scene.ts'

const DAY_MS = 86_400_000
const ROWS = 3000

function* sessions() {
  const now = Math.floor(Date.now() / 1000) * 1000
  for (let n = 0; n < ROWS; n++) yield { key: `${String(n).padStart(6, '0')}${'w'.repeat(26)}`, json: JSON.stringify({ visit_count: n, ...(n % 3 === 0 ? { _auth_user_id: String(n % 40) } : {}) }), expireDate: now + (n % 30 - 10) * DAY_MS }
}

/** What people see while something takes its time, and when nothing comes any more. */
export const waiting: readonly Scene[] = [
  { title: 'while it takes time', play: async ({ folder, open, show }) => {
    const file = join(folder, 'slow.sqlite3')
    makeSessionTable(file, sessions())
    const page = await open()
    const host = await holdLine(page)
    await page.getByRole('button', { name: en.welcome.open }).click()
    const opens = host.hold('sources.open')
    const [lists, tallies, overviews] = [host.hold('sessions.listPage'), host.hold('sessions.tally', 1), host.hold('reports.overview', 2)]
    await fillOpenDialog(page, file, TABLE_KEY)
    await page.getByRole('dialog').getByRole('button', { name: en.sources.open.busy, exact: true }).waitFor()
    await show(page, 'opening')
    opens()
    await page.getByRole('status').filter({ hasText: en.workbench.loadingRows }).locator('.row').first().waitFor()
    await show(page, 'loading-rows')
    const reads = host.hold('sessions.read')
    lists()
    await inspector(page).getByRole('status').filter({ hasText: en.inspector.loading }).locator('.row').first().waitFor()
    await show(page, 'loading-session')
    reads()
    await line(page, en.overview.summary.line).click()
    await page.getByRole('button', { name: en.overview.summary.stop }).waitFor()
    await show(page, 'loading-summary')
    tallies()
    overviews()
    await page.getByRole('button', { name: en.overview.summary.again }).waitFor()
    await line(page, en.cleanUp.page).click()
    const looks = host.hold('cleanup.dryRun', 1)
    await page.getByRole('button', { name: en.cleanUp.look, exact: true }).click()
    await page.getByRole('button', { name: en.cleanUp.looking.stop }).waitFor()
    await show(page, 'loading-dry-run')
    looks()
    await line(page, 'Database').click()
    const finds = host.hold('sessions.search', 1)
    await ask(page, 'visit_count>100')
    await page.getByRole('button', { name: en.query.bar.stop, exact: true }).waitFor()
    await show(page, 'searching')
    finds()
    await bar(page).press('Escape')
    await page.getByRole('button', { name: en.sources.decoder }).first().click()
    host.hold('decoder.decode')
    await page.getByLabel(en.decoder.pasteLabel).fill('sessionid=eyJhIjoxfQ:1wZZZZ:aaaa')
    await show(page, 'decoding')
  } },
  { title: 'a store that does not answer any more', play: async ({ folder, open, show }) => {
    const page = await open()
    const host = await holdLine(page)
    await openFile(page, makeShop(folder), TABLE_KEY)
    await sessionRow(page, CART_KEY).waitFor()
    await inspector(page).getByRole('tab').first().waitFor()
    const closed = new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
    const reaches = host.fail('sessions.listPage', closed)
    await table(page).press('r')
    await page.getByText(en.workbench.pageFailed).waitFor()
    await show(page, 'unreachable')
    reaches()
    await table(page).press('r')
    await sessionRow(page, 'anonanon').waitFor()
    host.fail('sessions.read', closed)
    await sessionRow(page, 'anonanon').click()
    await inspector(page).getByRole('alert').waitFor()
    await show(page, 'unreachable-session')
    host.send('app.events', { kind: 'source-lost', sourceId: host.sourceId(), error: serializeError(new CoatcheckError('WORKER_LOST', 'stores.closed')) })
    await page.getByText(en.workbench.lost.title).first().waitFor()
    await show(page, 'worker-lost')
  } },
]
