import type { BrowserContextOptions, Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { currentDjango } from '../support/django.ts'
import { expect, test } from './fixtures.ts'
import { fillOpenDialog, inspector, openFile, openTab, pasteIntoDecoder, selectSession, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const LOGIN = `
from django.contrib.auth import get_user, login
from django.contrib.auth.models import User
from django.http import HttpRequest
def log_in(user):
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return request.session.session_key
`

async function makeSite(): Promise<DjangoProject | null> {
  const python = currentDjango()
  return python === null ? null : makeDjangoProject(python, { sample: 'startproject-5' })
}

async function openAnother(page: Page, folder: string): Promise<void> {
  await page.getByRole('button', { name: en.sources.openAnother }).click()
  await fillOpenDialog(page, folder, null)
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

test('journey 9, its last step: a session copied as Playwright’s storageState opens the running site as its user', async ({ coatcheck, context, browser, face }) => {
  test.skip(face !== 'browser', 'Reads the clipboard of the page.')
  await using site = await makeSite()
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  const key = await site.django<string>(`${LOGIN}answer(log_in(User.objects.create_superuser("ana", "ana@shop.example", "pw")))`)
  await using server = await site.serve()
  expect(await server.get('/admin/', '')).toMatchObject({ status: 302 })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await selectSession(page, key)
  await openTab(page, 'cookie')
  await inspector(page).getByLabel(en.cookie.page).fill(`http://127.0.0.1:${server.port}/admin/`)
  await inspector(page).getByRole('radio', { name: en.cookie.format.playwright }).click()
  await inspector(page).getByRole('button', { name: en.cookie.copy.replace('{format}', en.cookie.format.playwright) }).click()
  const state = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as Exclude<BrowserContextOptions['storageState'], string | undefined>
  expect(state.cookies).toMatchObject([{ name: 'sessionid', value: key, domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Lax' }])
  await using visitor = await browser.newContext({ storageState: state })
  const admin = await visitor.newPage()
  expect((await admin.goto(`http://127.0.0.1:${server.port}/admin/`))?.status()).toBe(200)
  await expect(admin.getByText('ana')).toBeVisible()
})

test('journey 10: why was I logged out? A new password is named as the cause, all before it is green, and Django agrees', async ({ coatcheck }) => {
  await using site = await makeSite()
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  const key = await site.django<string>(`${LOGIN}
ben = User.objects.create_user("ben", password="before")
key = log_in(ben)
ben.set_password("after")
ben.save()
answer(key)`)
  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await selectSession(page, key)
  await openTab(page, 'owner')
  await expect(inspector(page)).toContainText(en.why.sentence.hash)
  await expect(inspector(page)).toContainText(en.why.next.hash)
  await expect(inspector(page).locator('li.is-yes')).toHaveCount(7)
  await expect(inspector(page).locator('li.is-no')).toHaveText(new RegExp(en.why.check.hash.no))

  // The same of the cookie that the browser still sends.
  await page.getByRole('button', { name: en.sources.decoder }).first().click()
  await pasteIntoDecoder(page, `curl http://localhost:8000/ -H 'Cookie: csrftoken=x; sessionid=${key}'`)
  await page.getByRole('button', { name: en.why.ofPaste.open }).click()
  const dialog = page.getByRole('dialog', { name: en.why.ofPaste.title })
  await expect(dialog).toContainText(en.why.sentence.hash)
  await expect(dialog.locator('li.is-yes')).toHaveCount(9)
  expect(await wcagFaults(page)).toEqual([])

  const [name, left] = await site.django<readonly [string, number]>(`${LOGIN}
from django.contrib.sessions.models import Session
request = HttpRequest()
request.session = SessionStore(${JSON.stringify(key)})
answer([get_user(request).username, Session.objects.count()])`)
  expect([name, left], 'Django flushes the session').toEqual(['', 0])
})

test('journey 10, the second case: two open projects overwrite each other’s cookie on localhost, with the line that ends it', async ({ coatcheck }) => {
  await using shop = await makeSite()
  await using api = await makeSite()
  test.skip(shop === null || api === null, 'No Python with a current Django is here.')
  if (shop === null || api === null) return
  const mine = await shop.django<string>(`${LOGIN}answer(log_in(User.objects.create_user("ben", password="pw")))`)
  const theirs = await api.django<string>(`${LOGIN}answer(log_in(User.objects.create_user("carl", password="pw")))`)
  const page = await coatcheck()
  await openFile(page, shop.folder, null)
  await selectSession(page, mine)
  await openAnother(page, api.folder)
  await selectSession(page, theirs)
  await openTab(page, 'owner')
  await expect(inspector(page)).toContainText(en.why.sentence.live)
  await expect(inspector(page)).toContainText(/overwrite each other’s cookie/)
  await expect(inspector(page).getByText(/^SESSION_COOKIE_NAME = "\w+_sessionid"$/)).toBeVisible()

  // After a login at the one, the browser sends its key to the other too.
  await page.getByRole('button', { name: en.sources.decoder }).first().click()
  await pasteIntoDecoder(page, `Cookie: sessionid=${theirs}`)
  await page.getByRole('button', { name: en.why.ofPaste.open }).click()
  const dialog = page.getByRole('dialog', { name: en.why.ofPaste.title })
  await dialog.getByLabel(en.why.ofPaste.site).selectOption({ index: 0 })
  await expect(dialog).toContainText(/both sites use the same cookie name, and the login there has overwritten the cookie/)
  expect(await shop.django<string>(`${LOGIN}request = HttpRequest()\nrequest.session = SessionStore(${JSON.stringify(theirs)})\nanswer(get_user(request).username)`)).toBe('')
  await expect(table(page)).toBeHidden()
})
