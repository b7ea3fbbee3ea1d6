import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { currentDjango, oldDjango, runPython } from '../support/django.ts'
import { makeDjangoProject } from '../support/django-project.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import { expect, test } from './fixtures.ts'
import { openFile, review, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const words = en.cleanUp
const python = currentDjango()

const SHOP = `
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
store = SessionStore()
Session.objects.bulk_create([Session(session_key=f"{i:032d}", session_data=store.encode({"visit_count": i, "pad": "x" * (i % 40)}), expire_date=timezone.now() + timedelta(days=-1 - i % 90 if i % 50 else 9)) for i in range(6000)])
answer(None)
`
const rowsOf = (file: string): unknown[] => {
  const database = new Database(file, { readonly: true })
  const rows = database.prepare('SELECT * FROM django_session ORDER BY session_key').all()
  database.close()
  return rows
}

const region = (page: Page): Locator => page.getByRole('region', { name: /^Clean up / })
const openPage = (page: Page): Promise<void> => page.getByRole('navigation', { name: en.sources.regionLabel }).getByRole('button', { name: words.page }).click()

test.describe('cleaning up', () => {
  test.skip(python === null, 'no Python with Django 5.2')

  test('journey 8: a table of expired rows is counted, cleaned in parts, reported, and put back byte for byte', async ({ coatcheck, folder }) => {
    // At the gentle pace, which waits for others.
    test.slow()
    if (python === null) return
    await using site = await makeDjangoProject(python, { sample: 'startproject-5' })
    await site.django(SHOP)
    const file = join(site.folder, 'db.sqlite3')
    const before = rowsOf(file)
    const copy = join(folder, 'copy.sqlite3')
    copyFileSync(file, copy)

    const page = await coatcheck()
    await openFile(page, site.folder, null)
    await table(page).waitFor()
    await openPage(page)
    await region(page).getByRole('button', { name: words.look, exact: true }).click()
    await expect(region(page).getByRole('heading', { name: '5,880 sessions would go. Nobody is logged out.' })).toBeVisible()
    expect(rowsOf(file)).toEqual(before)
    expect(await wcagFaults(page)).toEqual([])

    await region(page).getByRole('button', { name: 'Remove 5,880 sessions' }).click()
    await expect(region(page).getByRole('heading', { name: '5,880 removed, 0 not reached, 0 errors' })).toBeVisible({ timeout: 60_000 })
    await runPython(python, `import django\nfrom django.conf import settings\nsettings.configure(INSTALLED_APPS=["django.contrib.sessions"], USE_TZ=True, SECRET_KEY="x", DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ${JSON.stringify(copy)}}})\ndjango.setup()\nfrom django.contrib.sessions.backends.db import SessionStore\nSessionStore.clear_expired()\n`)
    expect(rowsOf(file)).toEqual(rowsOf(copy))
    expect(await wcagFaults(page)).toEqual([])

    await region(page).getByRole('button', { name: 'Put back 5,880' }).click()
    await expect(region(page).getByRole('heading', { name: '5,880 put back, 0 not reached, 0 errors' })).toBeVisible({ timeout: 60_000 })
    expect(rowsOf(file)).toEqual(before)
  })

  test('a run pauses, goes on and stops when told; the rest can be done later', async ({ coatcheck }) => {
    // At the gentle pace, which waits for others.
    test.slow()
    if (python === null) return
    await using site = await makeDjangoProject(python, { sample: 'startproject-5' })
    await site.django(SHOP.replaceAll('range(6000)', 'range(20000)'))
    const page = await coatcheck()
    await openFile(page, site.folder, null)
    await table(page).waitFor()
    await openPage(page)
    await region(page).getByRole('button', { name: words.look, exact: true }).click()
    await region(page).getByRole('button', { name: 'Remove 19,600 sessions' }).click()
    await region(page).getByRole('button', { name: words.run.pause }).click()
    await expect(region(page).getByText(`${words.run.state.paused}.`)).toBeVisible()
    await region(page).getByRole('button', { name: words.run.resume }).click()
    await region(page).getByRole('button', { name: words.run.stop }).click()
    await expect(region(page).getByText(words.report.stopped)).toBeVisible()
    await region(page).getByRole('button', { name: words.run.resume }).click()
    await expect(region(page).getByRole('heading', { name: '19,600 removed, 0 not reached, 0 errors' })).toBeVisible({ timeout: 60_000 })
    expect(rowsOf(join(site.folder, 'db.sqlite3'))).toHaveLength(400)
  })

  test('what cannot be cleaned is explained: cookies live in browsers, a server forgets by itself', async ({ coatcheck }) => {
    test.skip(whyNoRedis() !== null, 'no redis-server')
    await using redis = await startRedis()
    if (python === null) return
    await using site = await makeDjangoProject(python, { sample: 'startproject-5', settings: `SESSION_ENGINE = "django.contrib.sessions.backends.cache"\nCACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:${redis.port}"}}` })
    await site.django('s = SessionStore(); s["cart"] = 1; s.save(); answer(None)')
    const page = await coatcheck()
    await openFile(page, site.folder, null)
    await openClosedStore(page)
    await openPage(page)
    await region(page).getByRole('button', { name: words.look, exact: true }).click()
    await expect(region(page).getByRole('heading', { name: words.looked.nothing })).toBeVisible()
    await expect(region(page).getByText(/removes what has ended by itself/)).toBeVisible()
  })
})

test('journey 7: Ana is logged out of django-redis: her three keys go, the rest stay, undo brings value and life back', async ({ coatcheck }) => {
  const old = oldDjango()
  test.skip(old === null || whyNoRedis() !== null, 'no Python with django-redis, or no redis-server')
  if (old === null) return
  await using redis = await startRedis()
  await using site = await makeDjangoProject(old, { sample: 'startproject-old', settings: `
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:${redis.port}/1", "OPTIONS": {"COMPRESSOR": "django_redis.compressors.zlib.ZlibCompressor"}}}
` })
  await site.django(`
from django.contrib.auth.models import User
ana, ben = (User.objects.create_user(name, "", "a-long-password") for name in ("ana", "ben"))
for i in range(1000):
    s = SessionStore()
    if i % 5 == 0: s["_auth_user_id"] = str((ana if i in (100, 200, 300) else ben).pk); s["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    s["pad"] = "cart" * 80; s["n"] = i; s.save()
answer(None)`)
  await redis.app.select(1)
  const contents = async (): Promise<Map<string, string>> => {
    const keys = await redis.app.keys('*')
    return new Map(await Promise.all(keys.sort().map(async (key) => [key, (await redis.app.getBuffer(key))?.toString('hex') ?? ''] as const)))
  }
  const before = await contents()
  expect(before.size).toBe(1000)

  const page = await coatcheck()
  await openFile(page, site.folder, null)
  await openClosedStore(page)
  await page.getByRole('combobox', { name: en.query.bar.label }).fill('user:ana')
  await page.keyboard.press('Enter')
  await expect(table(page)).toHaveAttribute('aria-rowcount', '4')
  await table(page).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await expect(review(page)).toContainText('3 sessions')
  await redis.app.config('RESETSTAT')
  await review(page).getByRole('button', { name: 'Delete 3 sessions' }).click()
  await expect(page.getByText('3 sessions are deleted.')).toBeVisible()
  expect(await redis.app.dbsize()).toBe(997)
  expect(/cmdstat_unlink:calls=(\d+)/.exec(await redis.app.info('commandstats'))?.[1]).toBe('3')
  await page.getByRole('button', { name: en.review.done.undoButton }).first().click()
  await expect.poll(() => redis.app.dbsize()).toBe(1000)
  expect(await contents()).toEqual(before)
  for (const key of before.keys()) expect(await redis.app.ttl(key)).toBeGreaterThan(1_209_000)
})

/** The store that the site uses is on a server: it is opened when people say so. */
async function openClosedStore(page: Page): Promise<void> {
  await page.getByRole('button', { name: en.projectView.store.openOf.replace('{name}', 'Cache “default”') }).click()
  await table(page).waitFor()
}
