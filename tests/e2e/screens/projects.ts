import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { de } from '../../../shared/words/de.ts'
import { en } from '../../../shared/words/en.ts'
import { makeCachedDbSite } from '../../support/cached-db.ts'
import { currentDjango, oldDjango } from '../../support/django.ts'
import type { DjangoPython } from '../../support/django.ts'
import { makeDjangoProject } from '../../support/django-project.ts'
import { makePickleSite } from '../../support/pickle-site.ts'
import { inspector, openDemo, openFile, openTab, review, sessionRow, table } from '../steps.ts'
import type { Scene } from './scene.ts'
import { act, ask, dialog, line } from './scene.ts'

const words = en.projectView
const LOGINS = `
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
for name in ("ana", "anastasia", "ben"):
    user = User.objects.create_user(name, name + "@shop.example", "a-long-password", is_staff=name == "ana")
    for n in range(2):
        request = HttpRequest(); request.META["SERVER_NAME"] = "localhost"; request.META["SERVER_PORT"] = "80"; request.session = SessionStore()
        login(request, user); request.session["cart"] = {"sku": "A1", "qty": n}; request.session.save()
answer(None)
`

function needed(django: DjangoPython | null): DjangoPython {
  if (django === null) throw new Error('No Python with this Django is here: see CONTRIBUTING.md.')
  return django
}

export const projects: readonly Scene[] = [
  { title: 'a project', play: async ({ open, show }) => {
    await using site = await makeDjangoProject(needed(currentDjango()), { sample: 'startproject-5', settings: 'import os\nSESSION_SAVE_EVERY_REQUEST = os.getpid() > 0', withVenv: true })
    await site.django(LOGINS)
    writeFileSync(join(site.folder, 'docker-compose.yml'), 'services:\n  cache:\n    image: redis:7\n    ports: ["6390:6379"]\n')
    const page = await open()
    await openFile(page, site.folder, null)
    await sessionRow(page, '').nth(1).waitFor()
    await line(page, words.doctor.line).click()
    await page.getByRole('list', { name: words.doctor.list }).waitFor()
    await show(page, 'doctor')
    await page.getByRole('tab', { name: words.tabs.stores }).click()
    await show(page, 'stores')
    await page.getByRole('tab', { name: words.tabs.settings }).click()
    await show(page, 'project-settings')
    await page.getByRole('button', { name: words.trust.open }).click()
    await show(page, 'trust')
    await dialog(page).getByRole('button', { name: words.trust.submit }).click()
    await page.getByText(words.trusted).waitFor()
    await show(page, 'trusted')
    await line(page, words.store.db).click()
    await table(page).getByRole('gridcell', { name: 'ana', exact: true }).first().click()
    await openTab(page, 'owner')
    await inspector(page).getByRole('button', { name: en.why.logOut }).click()
    await dialog(page).getByText(en.everywhere.reason).waitFor()
    await show(page, 'everywhere')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: en.mint.open, exact: true }).click()
    await dialog(page).getByRole('combobox', { name: en.mint.user }).fill('ana')
    await dialog(page).getByRole('option').first().waitFor()
    await show(page, 'new-session')
    await dialog(page).getByRole('combobox', { name: en.mint.user }).press('Enter')
    await dialog(page).getByRole('button', { name: en.mint.review }).click()
    await review(page).waitFor()
    await show(page, 'new-session-review')
    await review(page).getByRole('button', { name: en.review.create }).click()
    await page.getByText(en.review.done.create).waitFor()
    await show(page, 'made-here')
  } },
  { title: 'a project in German', play: async ({ open, show }) => {
    await using site = await makeDjangoProject(needed(currentDjango()), { sample: 'startproject-5', settings: 'import os\nDEBUG = False\nSESSION_SAVE_EVERY_REQUEST = os.getpid() > 0\nSESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"' })
    const page = await open()
    await page.getByRole('heading', { name: en.welcome.name }).waitFor()
    await openFile(page, site.folder, null)
    await page.getByRole('heading', { name: en.workbench.empty.title }).waitFor()
    await show(page, 'project-empty')
    await act(page, 'language-de')
    const lines = page.getByRole('navigation', { name: de.sources.regionLabel })
    await lines.getByRole('button', { name: de.projectView.doctor.line }).click()
    await page.getByRole('list', { name: de.projectView.doctor.list }).waitFor()
    await show(page, 'de-doctor')
    await page.getByRole('tab', { name: de.projectView.tabs.stores }).click()
    await show(page, 'de-stores')
    await page.getByRole('tab', { name: de.projectView.tabs.settings }).click()
    await show(page, 'de-project-settings')
  } },
  { title: 'cookies of a project', play: async ({ open, show }) => {
    await using site = await makeDjangoProject(needed(currentDjango()), { sample: 'startproject-5', settings: 'SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"' })
    const page = await open()
    await openFile(page, site.folder, null)
    await page.getByRole('heading', { name: en.sources.cookies.none }).waitFor()
    await show(page, 'cookies-none')
    await page.getByRole('button', { name: en.sources.cookies.add }).last().click()
    await show(page, 'cookies')
  } },
  { title: 'ghosts', play: async ({ open, show }) => {
    await using site = await makeCachedDbSite(needed(currentDjango()), { BACKEND: 'django.core.cache.backends.db.DatabaseCache', LOCATION: 'copies' })
    await site.django('for n in range(4):\n    s = SessionStore(); s["_auth_user_id"] = "42"; s["n"] = n; s.save()\n    if n < 2: Session.objects.get(pk=s.session_key).delete()\nanswer(None)')
    const page = await open()
    await page.getByRole('button', { name: en.welcome.open }).click()
    await dialog(page).getByLabel(en.sources.open.path).fill(site.database)
    await dialog(page).getByLabel(en.sources.open.key, { exact: true }).fill(site.secret)
    await dialog(page).getByRole('button', { name: en.sources.open.advanced }).click()
    await dialog(page).getByLabel(en.sources.open.cache, { exact: true }).fill(`dbcache+sqlite://${site.database}?table=copies`)
    await dialog(page).getByRole('button', { name: en.sources.open.submit, exact: true }).click()
    await table(page).waitFor()
    await page.getByRole('radio', { name: /^Ghosts \(\d/ }).waitFor()
    await show(page, 'layers')
    await openTab(page, 'anatomy')
    await show(page, 'layers-anatomy')
    await page.getByRole('radio', { name: /^Ghosts/ }).click()
    await inspector(page).getByText(en.layers.drift.rowless.claim).waitFor()
    await show(page, 'ghosts')
  } },
  { title: 'reports', play: async ({ folder, open, show }) => {
    const page = await open()
    await openDemo(page)
    await act(page, 'report-rotation')
    await dialog(page).getByRole('rowheader').first().waitFor()
    await show(page, 'key-rotation')
    await page.keyboard.press('Escape')
    await line(page, en.overview.summary.line).click()
    await page.getByRole('button', { name: en.overview.summary.again }).waitFor()
    await show(page, 'summary')
    const { file } = await makePickleSite(needed(oldDjango()), folder)
    await page.getByRole('button', { name: en.sources.openAnother }).click()
    await dialog(page).getByLabel(en.sources.open.path).fill(file)
    await dialog(page).getByRole('button', { name: en.sources.open.submit, exact: true }).click()
    await dialog(page).waitFor({ state: 'hidden' })
    await act(page, 'report-json')
    await dialog(page).getByRole('rowheader').first().waitFor()
    await show(page, 'json-readiness')
    await page.keyboard.press('Escape')
    await ask(page, 'key:hostile*')
    await inspector(page).getByText(en.inspector.data.wouldRun).first().waitFor()
    await show(page, 'hostile')
  } },
]
