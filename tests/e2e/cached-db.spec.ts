import { join } from 'node:path'
import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { en } from '../../shared/words/en.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { currentDjango } from '../support/django.ts'
import { expect, test } from './fixtures.ts'
import { inspector, openTab, review, selectSession, sessionRow, table } from './steps.ts'
import { wcagFaults } from './wcag.ts'

const python = currentDjango()

/** A site with cached_db over SQLite and FileBasedCache, and one user who is logged in. */
async function makeSite(folder: string): Promise<{ readonly site: CachedDbSite; readonly key: string; readonly cache: string }> {
  if (python === null) throw new Error('skipped')
  const cache = join(folder, 'cache')
  const site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: cache })
  const key = await site.django<string>('s = SessionStore(); s["_auth_user_id"] = "42"; s["cart"] = {"qty": 2}; s.save(); answer(s.session_key)')
  return { site, key, cache }
}

/** A site whose cache is a table: it tells its keys. One session's row was deleted by hand. */
async function makeGhost(): Promise<{ readonly site: CachedDbSite; readonly kept: string; readonly ghost: string }> {
  if (python === null) throw new Error('skipped')
  const site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.db.DatabaseCache', LOCATION: 'copies' })
  const [kept = '', ghost = ''] = await site.django<string[]>(`
keys = []
for name in ("kept", "ghost"):
    s = SessionStore(); s["_auth_user_id"] = "42"; s["name"] = name; s.save(); keys.append(s.session_key)
answer(keys)`)
  const database = new Database(site.database)
  database.prepare('DELETE FROM django_session WHERE session_key = ?').run(ghost)
  database.close()
  return { site, kept, ghost }
}

async function openPair(page: Page, site: CachedDbSite, cache: string): Promise<void> {
  await page.getByRole('button', { name: en.welcome.open }).click()
  const dialog = page.getByRole('dialog', { name: en.sources.open.title })
  await dialog.getByLabel(en.sources.open.path).fill(site.database)
  await dialog.getByLabel(en.sources.open.key, { exact: true }).fill(site.secret)
  await dialog.getByRole('button', { name: en.sources.open.advanced }).click()
  await dialog.getByLabel(en.sources.open.cache, { exact: true }).fill(cache)
  await dialog.getByRole('button', { name: en.sources.open.submit, exact: true }).click()
  await table(page).waitFor()
}

const load = (site: CachedDbSite, key: string): Promise<unknown> => site.django('answer(load(job["key"])[0])', { key })

test.describe('cached_db: row and copy', () => {
  test.skip(python === null, 'no Python with Django 5.2')

  test('ending a session ends both: the review lists row and copy, and the next request is anonymous', async ({ coatcheck, folder }) => {
    const { site, key, cache } = await makeSite(folder)
    const page = await coatcheck()
    await openPair(page, site, `djcache://${cache}`)
    await selectSession(page, key)
    await openTab(page, 'expiry')
    await inspector(page).getByRole('button', { name: en.expiry.set.expireNow }).click()
    await expect(review(page)).toContainText('django_session')
    await expect(review(page)).toContainText(`Copy in ${cache}`)
    await expect(review(page)).toContainText(/with 1,209,\d{3} s left/)
    expect(await load(site, key), 'a review writes nothing').toMatchObject({ _auth_user_id: '42' })
    await review(page).getByRole('button', { name: en.review.expireNow }).click()
    await expect.poll(() => load(site, key)).toEqual({})
    await inspector(page).getByRole('button', { name: en.review.done.undoButton, exact: true }).click()
    await expect.poll(() => load(site, key)).toMatchObject({ _auth_user_id: '42' })
  })

  test('drift is named where it is looked at; the row alone logs nobody out', async ({ coatcheck, folder }) => {
    const { site, key, cache } = await makeSite(folder)
    await site.django('row = Session.objects.get(pk=job["key"]); row.session_data = SessionStore().encode({"cart": {"qty": 99}}); row.save(); answer(None)', { key })
    const page = await coatcheck()
    await openPair(page, site, `djcache://${cache}`)
    await expect(sessionRow(page, key)).toContainText(en.layers.badge.data)
    await selectSession(page, key)
    await expect(inspector(page)).toContainText(en.layers.drift.data.claim)
    await openTab(page, 'anatomy')
    const cards = inspector(page).getByRole('list', { name: en.layers.label }).getByRole('listitem')
    await expect(cards).toHaveCount(2)
    await expect(cards.nth(1)).toContainText(en.layers.read)

    const database = new Database(site.database)
    database.prepare('DELETE FROM django_session').run()
    database.close()
    expect(await load(site, key), 'the row alone logs nobody out').toMatchObject({ _auth_user_id: '42' })
  })

  test('a ghost keeps its user logged in: it is counted, listed, explained, and deleted under review', async ({ coatcheck }) => {
    const { site, kept, ghost } = await makeGhost()
    const page = await coatcheck()
    await openPair(page, site, `dbcache+sqlite://${site.database}?table=copies`)
    await expect(sessionRow(page, kept)).toBeVisible()
    await page.getByRole('radio', { name: 'Ghosts (1)' }).click()
    await expect(sessionRow(page, kept)).toBeHidden()
    await sessionRow(page, ghost).click()
    await expect(inspector(page)).toContainText(en.layers.drift.rowless.claim)
    await expect(inspector(page)).toContainText('stays logged in')
    expect(await load(site, ghost)).toMatchObject({ _auth_user_id: '42' })
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      expect(await wcagFaults(page)).toEqual([])
      if (process.env['SHOTS'] !== undefined) await page.screenshot({ path: join(process.env['SHOTS'], `ghosts-${scheme}.png`) })
    }
    await openTab(page, 'expiry')
    await expect(inspector(page).getByRole('button', { name: en.expiry.set.expireNow }), 'there is no row to end').toHaveAttribute('aria-disabled', 'true')
    await inspector(page).getByRole('button', { name: en.expiry.set.delete }).click()
    await expect(review(page)).toContainText('Copy in')
    expect(await load(site, ghost), 'a review writes nothing').toMatchObject({ _auth_user_id: '42' })
    await review(page).getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => load(site, ghost)).toEqual({})
    await expect(page.getByRole('heading', { name: en.layers.ghosts.emptyTitle })).toBeVisible()
    await page.getByRole('button', { name: en.layers.ghosts.back }).click()
    await expect(sessionRow(page, kept)).toBeVisible()
    await expect(page.getByRole('radio', { name: 'Ghosts (0)' })).toBeVisible()
  })

  test('where the cache tells no keys, the pane says why there are no ghosts to see', async ({ coatcheck, folder }) => {
    const { site, cache } = await makeSite(folder)
    const page = await coatcheck()
    await openPair(page, site, `djcache://${cache}`)
    await expect(page.getByText(en.layers.ghosts.unlisted)).toHaveAttribute('title', en.layers.ghosts.unlistedReason)
    await expect(page.getByRole('radio', { name: /Ghosts/ })).toHaveCount(0)
  })
})
