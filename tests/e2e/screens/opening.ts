import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { en } from '../../../shared/words/en.ts'
import { makeSessionTable } from '../../support/session-table.ts'
import { fillOpenDialog, makeShop, sessionRow, table } from '../steps.ts'
import type { Scene } from './scene.ts'
import { dialog } from './scene.ts'

const words = en.connections
/** Nobody listens there. */
const REFUSED = 'postgresql://ana@127.0.0.1:9/shop'

export const opening: readonly Scene[] = [
  { title: 'welcome and the dialog that opens', play: async ({ folder, open, show }) => {
    const page = await open()
    await page.getByRole('heading', { name: en.welcome.name }).waitFor()
    await show(page, 'welcome')
    await page.getByRole('button', { name: en.welcome.open }).click()
    await show(page, 'open')
    await dialog(page).getByRole('button', { name: en.sources.open.advanced }).click()
    await show(page, 'open-advanced')
    await dialog(page).getByRole('radio', { name: en.sources.open.fromCookies }).click()
    await show(page, 'open-cookies')
    await dialog(page).getByRole('radio', { name: en.sources.open.fromPlace }).click()
    await fillOpenDialog(page, join(folder, 'missing.sqlite3'), null)
    await page.getByRole('alert').first().waitFor()
    await show(page, 'open-missing')
    writeFileSync(join(folder, 'damaged.sqlite3'), 'SQLite format 3\0 and nothing that one could read')
    await fillOpenDialog(page, join(folder, 'damaged.sqlite3'), null)
    await page.getByRole('alert').filter({ hasText: 'damaged' }).waitFor()
    await show(page, 'open-damaged')
    await fillOpenDialog(page, makeShop(folder), null)
    await table(page).waitFor()
    await show(page, 'no-key')
  } },
  { title: 'what was open before', play: async ({ folder, open, show }) => {
    const page = await open(makeShop(folder))
    await sessionRow(page, 'cartcart').waitFor()
    const openMenu = (): Promise<void> => page.getByRole('button', { name: en.sources.actionsOf.replace('{name}', 'db.sqlite3') }).click()
    await openMenu()
    await page.getByRole('menuitem', { name: en.sources.closeShort, exact: true }).click()
    await page.getByRole('heading', { name: en.welcome.name }).waitFor()
    await show(page, 'welcome-recent')
  } },
  { title: 'the form of each kind of store', play: async ({ open, show }) => {
    const page = await open()
    await page.getByRole('button', { name: en.welcome.connect }).click()
    for (const kind of ['postgresql', 'mysql', 'sqlite', 'redis', 'memcached', 'dbcache', 'djcache', 'file'] as const) {
      await dialog(page).getByRole('radio', { name: words.kind[kind], exact: true }).click()
      await show(page, `connect-${kind}`)
    }
    await dialog(page).getByLabel(words.url, { exact: true }).fill(REFUSED)
    await dialog(page).getByLabel(words.cache.use).press('Space')
    await show(page, 'connect-cached-db')
    await dialog(page).getByLabel(words.cache.use).press('Space')
    await dialog(page).getByRole('checkbox', { name: words.ssh.use }).press('Space')
    await show(page, 'connect-ssh')
    await dialog(page).getByRole('checkbox', { name: words.ssh.use }).press('Space')
    await dialog(page).getByRole('radio', { name: en.sources.environment.production }).click()
    await dialog(page).getByRole('button', { name: words.test, exact: true }).click()
    await dialog(page).getByRole('alert').filter({ hasText: en.errors.CONNECT_REFUSED }).waitFor()
    await show(page, 'connect-refused')
  } },
  { title: 'a store without sessions', play: async ({ folder, open, show }) => {
    const file = join(folder, 'empty.sqlite3')
    makeSessionTable(file, [])
    const page = await open(file)
    await page.getByRole('heading', { name: en.workbench.empty.title }).waitFor()
    await show(page, 'empty')
  } },
]
