import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import { currentDjango } from '../support/django.ts'
import type { DevServer, DjangoProject } from '../support/django-project.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { expect, test } from './fixtures.ts'
import { sessionRow, table } from './steps.ts'

const words = en.projectView
const line = (page: Page, name: string) => page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name })
const setting = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })

/** Ana and Ben are logged in, somebody is not, and one session has ended. */
const SESSIONS = `
from datetime import timedelta
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
keys = {}
for name in ("ana", "ben"):
    user = User.objects.create_superuser(name, name + "@shop.example", "a-long-password")
    request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"; request.session = SessionStore()
    login(request, user)
    request.session.save()
    keys[name] = request.session.session_key
for name in ("anonymous", "ended"):
    session = SessionStore(); session["cart"] = {"sku": "A1"}; session.create(); keys[name] = session.session_key
Session.objects.filter(pk=keys["ended"]).update(expire_date=timezone.now() - timedelta(days=2))
answer(keys)
`

/** Requests that read and write Ana's session, one after the other, until they are stopped; their statuses. */
function keepAsking(server: DevServer, key: string): { stop(): Promise<readonly number[]> } {
  const statuses: number[] = []
  let isOn = true
  const asking = (async () => {
    while (isOn) statuses.push((await server.get('/admin/', `sessionid=${key}`)).status)
  })()
  return {
    async stop() {
      isOn = false
      await asking
      return statuses
    },
  }
}

async function makeSite(settings: string): Promise<DjangoProject | null> {
  const python = currentDjango()
  return python === null ? null : makeDjangoProject(python, { sample: 'startproject-5', settings, withVenv: true })
}

test('journey 3, first open: a stock project shows its sessions with nothing typed, and its own Python after two clicks, while the site goes on', async ({ coatcheck }) => {
  await using site = await makeSite('SESSION_SAVE_EVERY_REQUEST = True')
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  const keys = await site.django<Readonly<Record<'ana' | 'ben' | 'anonymous' | 'ended', string>>>(SESSIONS)
  await using server = await site.serve()
  const asking = keepAsking(server, keys.ana)

  const page = await coatcheck({ source: site.folder })
  await expect(table(page).getByRole('row')).toHaveCount(5)
  await expect(sessionRow(page, keys.ana)).toContainText(/ana.*in 1[34] d.*\d+ B.*key/)
  await expect(sessionRow(page, keys.ben)).toContainText('ben')
  await expect(sessionRow(page, keys.anonymous)).toContainText(/anonymous.*cart/)
  await expect(sessionRow(page, keys.ended).getByRole('img', { name: en.workbench.state.expired })).toBeVisible()
  await expect(sessionRow(page, keys.ended)).toContainText('2 d ago')
  await expect(line(page, words.store.db)).toBeVisible()

  await line(page, words.doctor.line).click()
  await page.getByRole('tab', { name: words.tabs.stores }).click()
  await expect(page.getByText(`sqlite://${site.folder}/db.sqlite3`)).toBeVisible()
  await page.getByRole('tab', { name: words.tabs.settings }).click()
  await expect(setting(page, 'SESSION_COOKIE_NAME')).toContainText('sessionid')
  await expect(page.getByText(words.static)).toBeVisible()

  await page.getByRole('button', { name: words.trust.open }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: words.trust.submit }).click()
  await expect(page.getByText(words.trusted)).toBeVisible()
  await line(page, words.store.db).click()
  await expect(sessionRow(page, keys.ana)).toContainText('ana')

  const statuses = await asking.stop()
  expect(statuses.length).toBeGreaterThan(10)
  expect(statuses.filter((status) => status !== 200), 'a locked database would answer 500').toEqual([])
})

test('who does not trust the folder sees what was read of it, and which values are unknown', async ({ coatcheck }) => {
  await using site = await makeSite('')
  test.skip(site === null, 'No Python with a current Django is here.')
  if (site === null) return
  const keys = await site.django<Readonly<Record<string, string>>>(SESSIONS)
  appendFileSync(join(site.folder, 'site_/settings.py'), '\nimport os\nSESSION_COOKIE_AGE = os.getpid()\n')
  const page = await coatcheck({ source: site.folder })
  await sessionRow(page, keys['ana'] ?? '').waitFor()
  await line(page, words.doctor.line).click()
  await page.getByRole('button', { name: words.trust.open }).first().click()
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: words.tabs.settings }).click()
  await expect(page.getByText(words.static)).toBeVisible()
  await expect(setting(page, 'SESSION_COOKIE_AGE')).toContainText('Not known: computed by os.getpid()')
  await expect(setting(page, 'SESSION_COOKIE_NAME')).toContainText('sessionid')
  await line(page, words.store.db).click()
  await expect(sessionRow(page, keys['ana'] ?? '')).toContainText('ana')
})
