import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import type { DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { setTrap } from '../support/trap-server.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openFile, openTab, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.everywhere
const settings = (port: number): string => `
SESSION_FILE_PATH = str(BASE_DIR / "session-files")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(BASE_DIR / "cache-files")},
    "far": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:${port}"},
    "here": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
`
const LOGINS = `
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
os.makedirs(settings.SESSION_FILE_PATH)
ana, ben = (User.objects.create_user(name, name + "@shop.example", "a-long-password", is_staff=name == "ana") for name in ("ana", "ben"))
for engine in ("db", "cache", "file"):
    for user in (ana, ana, ben):
        request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"
        request.session = import_module("django.contrib.sessions.backends." + engine).SessionStore()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
answer(None)
`

async function makeSite(port: number): Promise<DjangoProject | null> {
  const python = currentDjango()
  if (python === null) return null
  const site = await makeDjangoProject(python, { sample: 'startproject-5', settings: settings(port) })
  await site.django(LOGINS)
  return site
}

const sheetOf = (page: Page, name: string) => page.getByRole('dialog', { name: words.title.replace('{name}', name) })
const line = (page: Page, name: string, store: string) => sheetOf(page, name).getByRole('list', { name: words.list }).getByRole('listitem').filter({ has: page.getByText(store, { exact: true }) })
const ofUser = async (site: DjangoProject, user: string): Promise<number> => site.django<number>(`
import glob, os
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
id = str(User.objects.get(username=${JSON.stringify(user)}).pk)
File = import_module("django.contrib.sessions.backends.file").SessionStore
files = [File(name.removeprefix("sessionid")).load() for name in os.listdir(settings.SESSION_FILE_PATH)]
answer(sum(s.get_decoded().get("_auth_user_id") == id for s in Session.objects.all()) + sum(s.get("_auth_user_id") == id for s in files))
`)

test('a user is logged out of every store of the project at once; servers are only named; each store has its undo', async ({ coatcheck }) => {
  await using trap = await setTrap()
  await using site = await makeSite(trap.port)
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await table(page).getByRole('gridcell', { name: 'ana', exact: true }).first().click()
  await openTab(page, 'owner')
  await inspector(page).getByRole('button', { name: en.why.logOut }).click()

  const sheet = sheetOf(page, 'ana')
  await expect(sheet.getByRole('status').first()).toContainText('6 sessions in 3 stores, 6 of them live')
  await expect(line(page, 'ana', 'Database')).toContainText('2 sessions')
  await expect(line(page, 'ana', 'Cache “default”')).toContainText('2 sessions')
  await expect(line(page, 'ana', 'Files')).toContainText('2 sessions')
  await expect(line(page, 'ana', 'Cache “far”')).toContainText(words.ask)
  await expect(line(page, 'ana', 'Cache “here”')).toContainText('memory of each Django process')
  expect(trap.count()).toBe(0)
  expect(await wcagFaults(page)).toEqual([])

  await sheet.getByRole('button', { name: words.connectTo.replace('{name}', 'Cache “far”') }).click()
  await expect(line(page, 'ana', 'Cache “far”')).toContainText('closed the connection')
  expect(trap.count()).toBeGreaterThan(0)
  await sheet.getByRole('button', { name: /^Delete 6 sessions/ }).click()
  await expect(sheet.getByRole('status').first()).toContainText('ana is logged out: 6 sessions are deleted.')
  expect([await ofUser(site, 'ana'), await ofUser(site, 'ben')]).toEqual([0, 2])

  await sheet.getByRole('button', { name: words.undoOf.replace('{name}', 'Files') }).click()
  await expect(line(page, 'ana', 'Files')).toContainText('2 are back')
  expect(await ofUser(site, 'ana')).toBe(2)
  await sheet.getByRole('button', { name: words.undoAll }).click()
  await expect(sheet.getByRole('status').first()).toContainText('6 sessions are back: ana is logged in there again.')
  expect(await ofUser(site, 'ana')).toBe(4)
})
