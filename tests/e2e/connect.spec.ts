import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import { signedText } from '../support/session-table.ts'
import type { TestDatabase } from '../support/sql-servers.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { expect, test } from './fixtures.ts'
import { makeShop, table } from './steps.ts'

const words = en.connections
const SECRET = 'hunter2-of-the-page'

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: words.title })
const field = (page: Page, id: keyof typeof words.field): Locator => page.getByRole('dialog').getByLabel(words.field[id], { exact: true })
const step = (page: Page, id: keyof typeof words.step): Locator => page.getByRole('listitem').filter({ hasText: words.step[id] })

test.describe('a PostgreSQL connection', () => {
  let missing: string | null = null
  let database: TestDatabase
  let user = ''
  test.beforeAll(async () => { missing = await whyNoServer('postgres') })
  test.beforeEach(async () => {
    test.skip(missing !== null, missing ?? '')
    database = await makeDatabase('postgres')
    user = `u${database.name.slice(-16)}`
    for (const statement of [
      `INSERT INTO django_session VALUES ('k', '${signedText({ json: '{"n":1}', expireDate: Date.UTC(2027, 0, 1) })}', '2027-01-01 00:00:00')`,
      `CREATE ROLE ${user} LOGIN PASSWORD '${SECRET}'`, `GRANT ALL ON django_session TO ${user}`,
    ]) await database.app.run(statement)
  })
  test.afterEach(async () => {
    if (missing !== null) return
    await database.app.run(`DROP OWNED BY ${user}; DROP ROLE ${user}`)
    await database[Symbol.asyncDispose]()
  })

  test('from a URL, through a test that says what is wrong, to a saved one that opens again', async ({ coatcheck }) => {
    const { host, port } = database.profile()
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.connect }).click()
    await dialogOf(page).getByLabel(words.url, { exact: true }).fill(`postgresql://${user}:${SECRET}@${host}:${port}/no_such_database`)
    await expect(field(page, 'user')).toHaveValue(user)
    await expect(field(page, 'password'), 'the password leaves the URL for its own field').toHaveValue(SECRET)
    await expect(dialogOf(page).getByLabel(words.url, { exact: true })).not.toHaveValue(new RegExp(SECRET))

    await dialogOf(page).getByRole('button', { name: words.test, exact: true }).click()
    await expect(dialogOf(page).getByRole('alert').filter({ hasText: en.errors.STORE_NOT_FOUND })).toBeVisible()
    await expect(step(page, 'sign-in')).toContainText(words.result.state.ok)
    await expect(step(page, 'place')).toContainText(words.result.state.failed)
    await expect(step(page, 'sessions')).toContainText(words.result.state.skipped)

    await field(page, 'database').fill(database.name)
    await dialogOf(page).getByRole('button', { name: words.test, exact: true }).click()
    await expect(dialogOf(page).getByText(words.result.good)).toBeVisible()
    await expect(step(page, 'write')).toContainText(words.result.state.ok)

    await dialogOf(page).getByLabel(words.name, { exact: true }).fill('shop on my desk')
    await dialogOf(page).getByLabel(words.group, { exact: true }).fill('Corner shop')
    await dialogOf(page).getByRole('button', { name: words.saveOpen, exact: true }).click()
    await expect(table(page)).toHaveAttribute('aria-rowcount', '2')

    await page.getByRole('button', { name: en.sources.actionsOf.replace('{name}', 'shop on my desk') }).click()
    await page.getByRole('menuitem', { name: en.sources.closeShort, exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Corner shop' })).toBeVisible()
    await page.getByRole('button', { name: words.openSaved.replace('{name}', 'shop on my desk') }).click()
    await expect(table(page)).toHaveAttribute('aria-rowcount', '2')
  })

  test('what is labelled production is locked, and unlocked by its name', async ({ coatcheck }) => {
    const { host, port } = database.profile()
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.connect }).click()
    await dialogOf(page).getByLabel(words.url, { exact: true }).fill(`postgresql://postgres@${host}:${port}/${database.name}`)
    await dialogOf(page).getByRole('radio', { name: en.sources.environment.production }).click()
    await dialogOf(page).getByLabel(words.name, { exact: true }).fill('orders')
    await dialogOf(page).getByRole('button', { name: words.saveOpenReadOnly }).click()
    await expect(table(page)).toBeVisible()
    await page.getByRole('contentinfo').getByRole('button', { name: words.lock.unlock }).click()
    const dialog = page.getByRole('dialog', { name: words.lock.title.replace('{name}', 'orders') })
    const type = dialog.getByLabel(words.lock.type.replace('{name}', 'orders'))
    await type.fill('order')
    await type.press('Enter')
    await expect(dialog).toBeVisible()
    await type.fill('orders')
    await type.press('Enter')
    await expect(dialog).toBeHidden()
    await page.getByRole('contentinfo').getByRole('button', { name: words.lock.relock }).click()
    await expect(page.getByRole('contentinfo').getByRole('button', { name: words.lock.unlock })).toBeVisible()
  })
})

test.describe('cached_db by the form', () => {
  test('rows, and a cache with a password of its own: tested, kept apart from what is saved, and filled in again', async ({ coatcheck, folder }) => {
    test.skip(whyNoRedis() !== null, whyNoRedis() ?? '')
    await using stack = new AsyncDisposableStack()
    const { port } = stack.use(await startGuardedRedis())
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.connect }).click()
    await dialogOf(page).getByLabel(words.url, { exact: true }).fill(`sqlite://${makeShop(folder)}`)
    await dialogOf(page).getByLabel(words.cache.use).press('Space')
    const cache = (): Locator => page.getByRole('dialog').getByRole('region', { name: words.cache.heading })
    await cache().getByLabel(words.field.host, { exact: true }).fill('127.0.0.1')
    await cache().getByLabel(words.field.port, { exact: true }).fill(String(port))
    await dialogOf(page).getByRole('button', { name: words.test, exact: true }).click()
    await expect(dialogOf(page).getByRole('alert').filter({ hasText: en.errors.CONNECT_AUTH }), 'without its password').toBeVisible()
    await cache().getByLabel(words.field.password, { exact: true }).fill(SECRET)
    await dialogOf(page).getByRole('button', { name: words.test, exact: true }).click()
    await expect(dialogOf(page).getByText(words.result.good)).toBeVisible()
    await dialogOf(page).getByLabel(words.name, { exact: true }).fill('shop with a cache')
    await dialogOf(page).getByRole('button', { name: words.saveOpen, exact: true }).click()
    await expect(table(page)).toHaveAttribute('aria-rowcount', '5')
    await expect(page.getByRole('radio', { name: 'Ghosts (0)' })).toBeVisible()

    const kept = await readFile(globSync(`${folder}/data-0/**/connections.json`)[0] ?? '', 'utf8')
    expect(kept).toContain(`redis://127.0.0.1:${port}`)
    expect(kept).not.toContain(SECRET)
    await page.getByRole('button', { name: en.sources.actionsOf.replace('{name}', 'shop with a cache') }).first().click()
    await page.getByRole('menuitem', { name: words.saveThis, exact: true }).click()
    await expect(cache().getByLabel(words.field.port, { exact: true })).toHaveValue(String(port))
    await expect(cache().getByLabel(words.field.password, { exact: true })).toHaveValue('')
  })
})

/** A Redis that answers nobody without a password. */
async function startGuardedRedis(): ReturnType<typeof startRedis> {
  const server = await startRedis()
  await server.app.config('SET', 'requirepass', SECRET)
  return server
}
