import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openFile, openTab, review, sessionRow, table, tree } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.mint
const PEOPLE = `
from django.contrib.auth.models import User
for name, staff in [("ana", True), ("anastasia", False), ("ben", False)]:
    User.objects.create_user(name, name + "@shop.example", "a-long-password", is_staff=staff)
answer(None)
`
const dialogOf = (page: Page) => page.getByRole('dialog', { name: words.title })
const options = (page: Page) => dialogOf(page).getByRole('listbox', { name: words.users }).getByRole('option')

async function check(page: Page, screen: string): Promise<void> {
  expect.soft(await wcagFaults(page), screen).toEqual([])
}

async function makeSite(settings = ''): Promise<DjangoProject | null> {
  const python = currentDjango()
  if (python === null) return null
  const project = await makeDjangoProject(python, { sample: 'startproject-5', settings })
  await project.django(PEOPLE)
  return project
}

test('journey 9, become a user: found by name, reviewed, made; the running site takes its cookie for a login, and undo ends it', async ({ coatcheck, context }) => {
  await using site = await makeSite()
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  await using server = await site.serve()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await page.getByRole('button', { name: words.open, exact: true }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('combobox', { name: words.user }).fill('ana')
  await expect(options(page)).toHaveCount(2)
  await expect(options(page).first()).toContainText('ana@shop.example')
  await dialog.getByRole('combobox', { name: words.user }).press('Enter')
  await dialog.getByLabel(words.data).fill('{"cart": {"total": {"$decimal": ')
  await expect(dialog.getByRole('alert')).toBeVisible()
  await dialog.getByLabel(words.data).fill('{"cart": {"sku": "A1"}}')
  await expect(dialog.getByLabel(words.expiry)).toHaveValue('hour')
  await dialog.getByRole('button', { name: words.review }).click()
  await expect(review(page)).toContainText('ana logged in')
  expect(await site.django('answer(__import__("django.contrib.sessions.models", fromlist=["Session"]).Session.objects.count())')).toBe(0)

  // Back keeps what was chosen.
  await review(page).getByRole('button', { name: en.review.back }).click()
  await expect(dialog.getByRole('listbox', { name: words.users }).getByRole('option', { selected: true })).toContainText('ana@shop.example')
  await dialog.getByRole('button', { name: words.review }).click()
  await review(page).getByRole('button', { name: en.review.create }).click()
  await expect(page.getByText(en.review.done.create)).toBeVisible()

  await expect(inspector(page).getByRole('tab', { name: en.inspector.tabs.cookie, selected: true })).toBeVisible()
  await inspector(page).getByRole('radio', { name: en.cookie.format.header, exact: true }).click()
  await inspector(page).getByRole('button', { name: en.cookie.copy.replace('{format}', en.cookie.format.header) }).click()
  const header = (await page.evaluate(() => navigator.clipboard.readText())).replace(/^Cookie:\s*/, '')
  expect(await server.get('/admin/', header)).toMatchObject({ status: 200 })
  expect(await server.get('/admin/', '')).toMatchObject({ status: 302 })
  const key = header.replace(/^sessionid=/, '').trim()
  expect(await site.django<number>(`answer(round((SessionStore(${JSON.stringify(key)}).get_expiry_date() - __import__("django.utils.timezone", fromlist=["now"]).now()).total_seconds() / 60))`)).toBe(60)
  await openTab(page, 'data')
  await expect(tree(page)).toContainText('A1')
  await expect(sessionRow(page, key)).toHaveAttribute('aria-selected', 'true')

  await page.getByRole('button', { name: en.review.done.undoButton, exact: true }).click()
  await expect(page.getByText('Taken back.')).toBeVisible()
  expect(await server.get('/admin/', header)).toMatchObject({ status: 302 })
})

test('an anonymous session is made by keyboard alone, and Django reads what it holds', async ({ coatcheck }) => {
  await using site = await makeSite()
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await expect(page.getByText(en.workbench.empty.title)).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('new session')
  await page.keyboard.press('Enter')
  const dialog = dialogOf(page)
  await expect(dialog.getByRole('combobox', { name: words.user })).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ArrowRight', { delay: 50 })
  await expect(dialog.getByRole('radio', { name: words.whoAnonymous })).toBeChecked()
  await page.keyboard.press('Tab')
  await expect(dialog.getByLabel(words.data)).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('{"price": 1}')
  for (let stop = 0; stop < 3; stop++) await page.keyboard.press('Tab')
  await expect(dialog.getByRole('button', { name: words.review })).toBeFocused()
  await page.keyboard.press('Enter')
  await review(page).waitFor()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(en.review.done.create)).toBeVisible()
  await expect(table(page).getByRole('row')).toHaveCount(2)
  expect(await site.django('from django.contrib.sessions.models import Session\nanswer([dict(s.get_decoded()) for s in Session.objects.all()])')).toEqual([{ price: 1, _session_expiry: 3600 }])
})

for (const theme of ['light', 'dark'] as const) {
  test(`WCAG 2.2 AA, ${theme}: the dialog, its review, and the mark of what was made`, async ({ coatcheck }) => {
    await using site = await makeSite()
    test.skip(site === null, 'No Python with a current Django is here.')
    if (site === null) return
    const page = await coatcheck()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await openFile(page, site.folder, null)
    await page.getByRole('button', { name: words.open, exact: true }).click()
    await expect(options(page)).toHaveCount(3)
    await options(page).first().click()
    await check(page, 'dialog')
    await dialogOf(page).getByRole('button', { name: words.review }).click()
    await review(page).waitFor()
    await check(page, 'review')
    await review(page).getByRole('button', { name: en.review.create }).click()
    await expect(inspector(page).getByText(words.madeHere)).toBeVisible()
    await expect(table(page).getByText(words.madeHere, { exact: true })).toBeVisible()
    await check(page, 'made')
  })
}
