import { appendFileSync, cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import { expect, test } from './fixtures.ts'
import { makeShop, openFile, sessionRow, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.projectView
const SAMPLE = join(import.meta.dirname, '../fixtures/projects/startproject-5')

/** startproject's layout with a database. Its settings leave a file behind when they are run. */
function makeProject(folder: string): { readonly project: string; readonly hasRun: () => boolean } {
  const project = join(folder, 'corner-shop')
  const canary = join(folder, 'settings-were-run')
  cpSync(SAMPLE, project, { recursive: true })
  appendFileSync(join(project, 'site_/settings.py'), `\nSESSION_COOKIE_AGE = 60 * 60\nopen(${JSON.stringify(canary)}, "w").close()\nimport os\nSESSION_SAVE_EVERY_REQUEST = os.getpid() > 0\n`)
  makeShop(project)
  return { project, hasRun: () => existsSync(canary) }
}

const line = (page: Page, name: string) => page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name })
const setting = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })

async function check(page: Page, screen: string): Promise<void> {
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

test('a folder opens as a project: its sessions, what the doctor says, and where each setting came from; none of it is run', async ({ coatcheck, folder }) => {
  const { project, hasRun } = makeProject(folder)
  const page = await coatcheck()
  await openFile(page, project, null)
  await sessionRow(page, 'cartcart').waitFor()

  await line(page, words.doctor.line).click()
  await expect(page.getByRole('list', { name: words.doctor.list }).getByText('security.W012')).toBeVisible()
  await expect(page.getByText(words.static)).toBeVisible()

  await line(page, words.settings.line).click()
  await page.getByLabel(words.settings.search).fill('cookie_age')
  await expect(setting(page, 'SESSION_COOKIE_AGE')).toContainText('3600')
  await expect(setting(page, 'SESSION_COOKIE_AGE')).toContainText(/site_\/settings\.py:\d+/)
  await page.getByLabel(words.settings.search).fill('SECRET_KEY')
  await expect(setting(page, 'SECRET_KEY')).toContainText(words.settings.kept)
  expect(await page.content()).not.toContain('django-insecure')

  await line(page, words.store.db).click()
  await expect(table(page)).toBeVisible()
  expect(hasRun()).toBe(false)
})

test('trust names the command, runs it only then, and can be taken back', async ({ coatcheck, folder }) => {
  const django = currentDjango()
  test.skip(django === null, 'No Python with a current Django is here to be trusted.')
  if (django === null) return
  const { project, hasRun } = makeProject(folder)
  symlinkSync(dirname(dirname(django.path)), join(project, '.venv'))
  const page = await coatcheck()
  await openFile(page, project, null)
  await table(page).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('trust')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: words.trust.title.replace('{name}', 'corner-shop') })
  await expect(dialog.getByText(`DJANGO_SETTINGS_MODULE=site_.settings ${project}/.venv/bin/python -B -`)).toBeVisible()
  expect(hasRun()).toBe(false)
  await dialog.getByRole('button', { name: words.trust.submit }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(hasRun()).toBe(true)

  await line(page, words.settings.line).click()
  await expect(page.getByText(words.trusted)).toBeVisible()
  await expect(setting(page, 'SESSION_SAVE_EVERY_REQUEST').last()).toContainText('True')
  await expect(page.getByRole('table', { name: words.settings.differences }).getByRole('row', { name: 'SESSION_SAVE_EVERY_REQUEST' })).toContainText(words.settings.difference['now-known'])
  await page.getByRole('button', { name: words.trust.revoke }).click()
  await expect(page.getByText(words.static)).toBeVisible()
})

test('a failure of the project’s Python is told in its own words, and what was read stays', async ({ coatcheck, folder }) => {
  const django = currentDjango()
  test.skip(django === null, 'No Python with a current Django is here to be trusted.')
  if (django === null) return
  const { project } = makeProject(folder)
  symlinkSync(dirname(dirname(django.path)), join(project, '.venv'))
  appendFileSync(join(project, 'site_/settings.py'), '\nimport a_module_that_is_not_here\n')
  const page = await coatcheck()
  await openFile(page, project, null)
  await table(page).waitFor()
  await line(page, words.doctor.line).click()
  await page.getByRole('button', { name: words.trust.open }).first().click()
  await page.getByRole('button', { name: words.trust.submit }).click()
  await expect(page.getByRole('alert').filter({ hasText: words.trust.failed })).toContainText("No module named 'a_module_that_is_not_here'")
  await expect(page.getByRole('list', { name: words.doctor.list }).getByText('security.W012')).toBeVisible()
})

test('a project whose sessions are on a server shows where, and connects to nobody', async ({ coatcheck, folder }) => {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const { project } = makeProject(folder)
    appendFileSync(join(project, 'site_/settings.py'), `\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "ana", "PASSWORD": "hunter2hunter2", "HOST": "127.0.0.1", "PORT": ${port}}}\n`)
    const page = await coatcheck()
    await openFile(page, project, null)
    await expect(page.getByRole('heading', { name: words.stores.heading })).toBeVisible()
    await expect(page.getByText(`postgresql://ana@127.0.0.1:${port}/shop`)).toBeVisible()
    expect(await page.content()).not.toContain('hunter2')
    await line(page, words.store.db).click()
    await expect(page.getByRole('button', { name: words.store.openOf.replace('{name}', words.store.db) }), 'a click in the list shows the place').toBeVisible()
    expect(connections).toBe(0)

    await page.getByRole('button', { name: words.store.openOf.replace('{name}', words.store.db) }).click()
    await expect(page.getByText(words.stores.failed)).toBeVisible()
    expect(connections).toBeGreaterThan(0)
    await expect(line(page, words.store.db)).toContainText(words.store.closed)
  } finally {
    server.close()
  }
})

test('two projects with one cookie name are told of each other', async ({ coatcheck, folder }) => {
  const { project } = makeProject(folder)
  const other = join(folder, 'ledger')
  cpSync(project, other, { recursive: true })
  const page = await coatcheck()
  await openFile(page, project, null)
  await table(page).waitFor()
  await page.getByRole('button', { name: en.sources.openAnother }).click()
  await page.getByRole('dialog').getByLabel(en.sources.open.path).fill(other)
  await page.getByRole('dialog').getByRole('button', { name: en.sources.open.submit, exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await line(page, words.doctor.line).first().click()
  await expect(page.getByRole('heading', { name: 'ledger and corner-shop share the cookie “sessionid”' })).toBeVisible()
})

for (const theme of ['light', 'dark'] as const) {
  test(`WCAG 2.2 AA, ${theme}: stores, doctor, settings, trust`, async ({ coatcheck, folder }) => {
    const { project } = makeProject(folder)
    writeFileSync(join(project, 'docker-compose.yml'), 'services:\n  cache:\n    image: redis:7\n    ports: ["6390:6379"]\n')
    const page = await coatcheck()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await openFile(page, project, null)
    await table(page).waitFor()
    await line(page, words.doctor.line).click()
    await page.getByRole('list', { name: words.doctor.list }).waitFor()
    await check(page, 'doctor')
    await page.getByRole('tab', { name: words.tabs.stores }).click()
    await check(page, 'stores')
    await page.getByRole('tab', { name: words.tabs.settings }).click()
    await check(page, 'settings')
    await page.getByRole('button', { name: words.trust.open }).click()
    await page.getByRole('dialog').waitFor()
    await check(page, 'trust')
  })
}
