import { globSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { en } from '../../shared/words/en.ts'
import type { DjangoPython } from '../support/django.ts'
import { currentDjango, runPython } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { loadCookieInDjango } from '../support/django-session.ts'
import { loadAnywhere } from '../support/load-anywhere.ts'
import { whyNoMemcached } from '../support/memcached.ts'
import { whyNoRedis } from '../support/redis-servers.ts'
import { TABLE_KEY } from '../support/session-table.ts'
import type { SourceForm } from '../support/source-forms.ts'
import { SOURCE_FORMS } from '../support/source-forms.ts'
import { whyNoServer } from '../support/sql-servers.ts'
import { expect, test } from './fixtures.ts'
import { editValue, fillOpenDialog, inspector, openTab, review, table } from './steps.ts'

const python = currentDjango()
const words = en.connections

async function whyNot(form: string): Promise<string | null> {
  if (python === null) return 'no Python with Django 5.2'
  if (/redis|unix/.test(form) && whyNoRedis() !== null) return whyNoRedis()
  if (form.includes('memcached') && whyNoMemcached() !== null) return whyNoMemcached()
  if (form.includes('postgresql') && (await whyNoServer('postgres')) !== null) return whyNoServer('postgres')
  return form.includes('mysql') ? whyNoServer('mysql') : null
}

/** Servers are reached by the connection form, what is a file or a folder by the dialog that opens sources. */
const isServer = (url: string): boolean => !/^(?:sqlite|dbcache\+sqlite|djcache|file|jar):/.test(url)

async function openByForm(page: Page, { url, cache }: SourceForm): Promise<void> {
  await page.getByRole('button', { name: en.welcome.connect }).click()
  const dialog = page.getByRole('dialog', { name: words.title })
  await dialog.getByLabel(words.url, { exact: true }).fill(url)
  if (cache !== undefined) {
    await dialog.getByLabel(words.cache.use).press('Space')
    await dialog.getByRole('region', { name: words.cache.heading }).getByLabel(words.url, { exact: true }).fill(cache)
  }
  await dialog.getByRole('button', { name: words.saveOpen, exact: true }).click()
  await table(page).waitFor({ timeout: 20_000 })
}

async function giveKey(page: Page, key: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('SECRET_KEY of this source')
  await page.getByRole('option', { name: en.actions.title['set-keys'] }).click()
  const dialog = page.getByRole('dialog').filter({ hasText: en.sources.keys.description })
  await dialog.getByLabel(en.sources.open.key, { exact: true }).fill(key)
  await dialog.getByRole('button', { name: en.sources.keys.submit }).click()
  await expect(dialog).toBeHidden()
}

const rows = (page: Page) => table(page).getByRole('row')

/** Changes the one session's `n` from 1 to 2, under review. */
async function editTheOne(page: Page): Promise<void> {
  await expect(table(page)).toHaveAttribute('aria-rowcount', '2')
  await rows(page).nth(1).click()
  await editValue(page, 'n', '2')
  await page.keyboard.press('Control+s')
  await review(page).getByRole('button', { name: /^Apply/ }).click()
  await expect(inspector(page).getByText(en.review.done.edit)).toBeVisible()
}

test.describe('every form of a source, in the window, with Django to confirm', () => {
  for (const [form, make] of Object.entries(SOURCE_FORMS)) {
    test(form, async ({ coatcheck, context, face }) => {
      const why = await whyNot(form)
      test.skip(why !== null, why ?? '')
      if (python === null) return
      await using stack = new AsyncDisposableStack()
      const source = await make(stack)
      const page = await coatcheck()
      if (isServer(source.url)) {
        await openByForm(page, source)
        await giveKey(page, TABLE_KEY)
      } else {
        await page.getByRole('button', { name: en.welcome.open }).click()
        await fillOpenDialog(page, source.url, TABLE_KEY)
        await table(page).waitFor()
      }
      await editTheOne(page)
      if (form !== 'jar://') expect(await loadAnywhere(python, source)).toEqual({ n: 2 })
      else if (face === 'browser') expect(JSON.parse(await loadCookieInDjango(python, await copyCookie(page, () => context.grantPermissions(['clipboard-read', 'clipboard-write']))))).toEqual({ n: 2 })
    })
  }

  test('a path of a SQLite file', async ({ coatcheck }) => {
    test.skip(python === null, 'no Python with Django 5.2')
    if (python === null) return
    await using stack = new AsyncDisposableStack()
    const source = await SOURCE_FORMS['sqlite://']?.(stack)
    if (source === undefined) return
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.open }).click()
    await fillOpenDialog(page, source.url.replace('sqlite://', ''), TABLE_KEY)
    await editTheOne(page)
    expect(await loadAnywhere(python, source)).toEqual({ n: 2 })
  })

  test('a project folder, with the key of its settings', async ({ coatcheck }) => {
    test.skip(python === null, 'no Python with Django 5.2')
    if (python === null) return
    await using project = await makeDjangoProject(python, { sample: 'startproject-5' })
    const key = await project.django<string>('from django.contrib.sessions.backends.db import SessionStore\ns = SessionStore()\ns["n"] = 1\ns.save()\nanswer(s.session_key)')
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.open }).click()
    await fillOpenDialog(page, project.folder, null)
    await editTheOne(page)
    expect(await project.django(`from django.contrib.sessions.backends.db import SessionStore\nanswer(dict(SessionStore("${key}").load()))`)).toEqual({ n: 2 })
  })

  test('the demo: a session that is ended is one that Django does not load any more', async ({ coatcheck, folder }) => {
    test.skip(python === null, 'no Python with Django 5.2')
    if (python === null) return
    const page = await coatcheck()
    await page.getByRole('button', { name: en.welcome.demo }).click()
    await table(page).waitFor({ timeout: 30_000 })
    const [database = ''] = globSync(`${folder}/data-0/**/*.sqlite3`)
    const before = await countLive(python, database)
    await rows(page).nth(1).click()
    await openTab(page, 'expiry')
    await inspector(page).getByRole('button', { name: en.expiry.set.expireNow }).click()
    await review(page).getByRole('button', { name: en.review.expireNow }).click()
    await expect.poll(() => countLive(python, database)).toBe(before - 1)
  })
})

async function copyCookie(page: Page, allow: () => Promise<void>): Promise<string> {
  await allow()
  await openTab(page, 'cookie')
  await inspector(page).getByRole('radio', { name: en.cookie.format.header }).click()
  await inspector(page).getByRole('button', { name: 'Copy Cookie header' }).click()
  return (await page.evaluate(() => navigator.clipboard.readText())).replace('Cookie: sessionid=', '')
}

const COUNT = `
import sys
from django.conf import settings
settings.configure(SECRET_KEY="x", USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}})
import django
django.setup()
from django.contrib.sessions.models import Session
from django.utils import timezone
print(Session.objects.filter(expire_date__gt=timezone.now()).count(), end="")
`

/** Sessions that Django would load. */
async function countLive(django: DjangoPython, database: string): Promise<number> {
  return Number(await runPython(django, COUNT, { args: [database] }))
}
