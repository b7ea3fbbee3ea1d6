import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { expect, test } from './fixtures.ts'
import { CART_KEY, fillOpenDialog, inspector, makeShop, openDemo, openFile, selectSession, sessionRow, table, treeLine } from './steps.ts'

test('a database file: every session, with its state, size and keys', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  await openFile(page, makeShop(folder))
  await expect(table(page)).toHaveAttribute('aria-rowcount', '5')
  await expect(sessionRow(page, CART_KEY)).toContainText('user 42')
  await expect(sessionRow(page, CART_KEY)).toContainText('cart')
  await expect(sessionRow(page, 'botsbots')).toContainText('anonymous')
  await expect(sessionRow(page, 'pastpast').getByRole('img', { name: en.workbench.state.expired })).toBeVisible()
  await expect(page.getByText('4 sessions')).toBeVisible()
  await selectSession(page, 'anonanon')
  await expect(treeLine(page, 'price'), 'a float stays a float').toContainText('1.0')
})

test('without a key: readable, and says that nothing is verified', async ({ coatcheck, folder }) => {
  const page = await coatcheck()
  await openFile(page, makeShop(folder), null)
  await expect(page.getByText(en.workbench.noKey.title)).toBeVisible()
  await selectSession(page, CART_KEY)
  await expect(treeLine(page, 'sku')).toContainText('"A1"')
})

test('a project folder: its one database with sessions, named at the start', async ({ coatcheck, folder }) => {
  const project = join(folder, 'mysite')
  await mkdir(project)
  await writeFile(join(project, 'manage.py'), 'raise SystemExit("never run")\n')
  makeShop(project)
  const page = await coatcheck({ source: project })
  await expect(table(page)).toHaveAttribute('aria-rowcount', '5')
})

test('the demo: live and expired sessions of today', async ({ coatcheck }) => {
  const page = await coatcheck()
  await openDemo(page)
  await expect(page.getByText(/1\d\d sessions/).first()).toBeVisible()
  await expect(table(page).getByRole('row').nth(1)).toContainText(/in \d/)
  await expect(inspector(page).getByRole('tab', { name: en.inspector.tabs.data })).toBeVisible()
})

test('an empty table says what it is and what fills it', async ({ coatcheck, folder }) => {
  const file = join(folder, 'empty.sqlite3')
  makeSessionTable(file, [])
  const page = await coatcheck()
  await openFile(page, file)
  await expect(page.getByRole('heading', { name: en.workbench.empty.title })).toBeVisible()
})

test.describe('what cannot be opened is named, with the next step, and the dialog stays', () => {
  const cases: readonly { readonly name: string; readonly code: keyof typeof en.errors; readonly make: (path: string) => Promise<unknown> }[] = [
    { name: 'nothing there', code: 'STORE_NOT_FOUND', make: async () => undefined },
    { name: 'a text file', code: 'STORE_NOT_DATABASE', make: (path) => writeFile(path, 'not a database, but long enough to be looked at') },
    { name: 'another database', code: 'STORE_NOT_DJANGO', make: async (path) => void new Database(path).exec('CREATE TABLE shop (id)').close() },
    { name: 'an empty folder', code: 'STORE_NOT_FOUND', make: (path) => mkdir(path) },
  ]
  for (const { name, code, make } of cases) {
    test(name, async ({ coatcheck, folder }) => {
      const path = join(folder, 'db.sqlite3')
      await make(path)
      const page = await coatcheck()
      await openFile(page, path)
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByRole('alert').filter({ hasText: en.errors[code] })).toBeVisible()
      const shop = makeShop(await mkdir(join(folder, 'other'), { recursive: true }) ?? folder)
      await fillOpenDialog(page, shop, null)
      await expect(table(page)).toBeVisible()
    })
  }
})
