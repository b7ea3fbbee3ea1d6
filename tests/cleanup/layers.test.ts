import Database from 'better-sqlite3'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, dryRun, openFile, rowsOf, undo } from '../support/cleanup.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import { currentDjango, oldDjango, runPython } from '../support/django.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import { TABLE_KEY } from '../support/session-table.ts'

const python = currentDjango()
const old = oldDjango()
const { signal } = new AbortController()

describe.skipIf(python === null || whyNoRedis() !== null)('cached_db of real Django', () => {
  test('rows go with their copies; copies without a row are found, removed and put back', async () => {
    if (python === null) return
    await using redis = await startRedis()
    const url = `redis://127.0.0.1:${redis.port}/0`
    await using site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.redis.RedisCache', LOCATION: url })
    const keys = await site.django<string[]>('keys = []\nfor n in range(12):\n    s = SessionStore(); s["n"] = n; s.save(); keys.append(s.session_key)\nanswer(keys)')
    const database = new Database(site.database)
    const expire = database.prepare("UPDATE django_session SET expire_date = '2001-01-01 00:00:00' WHERE session_key = ?")
    const drop = database.prepare('DELETE FROM django_session WHERE session_key = ?')
    for (const key of keys.slice(0, 4)) expire.run(key)
    for (const key of keys.slice(4, 7)) drop.run(key)
    database.close()
    await using app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'pair', row: site.database, cache: url }, keys: { secretKey: site.secret, fallbacks: [] } }, signal)

    const expired = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    expect(expired).toMatchObject({ matched: 4, clearsessions: { wouldRemove: 4 } })
    expect(expired.layers.map(({ layer, written }) => [layer, written])).toEqual([['row', true], ['cache-copy', true], ['cookie', false]])
    const before = [await redis.app.dbsize(), rowsOf(site.database)]
    const first = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    expect(first).toMatchObject({ layers: { db: 4, cache: 4 }, counts: { done: 4, left: 0 } })
    expect([await redis.app.dbsize(), rowsOf(site.database).length]).toEqual([8, 5])

    const ghosts = await clean(app.client, { sourceId: source.id, rules: [{ kind: 'ghosts' }], action: DELETE })
    expect(ghosts.counts).toMatchObject({ matched: 3, done: 3 })
    expect([await redis.app.dbsize(), rowsOf(site.database).length]).toEqual([5, 5])
    await undo(app.client, { runId: ghosts.runId })
    await undo(app.client, { runId: first.runId })
    expect([await redis.app.dbsize(), rowsOf(site.database)]).toEqual(before)
    expect(app.reported).toEqual([])
  })
})

describe.skipIf(old === null)('pickles of a Django that wrote them', () => {
  test('become JSON where nothing is lost; the others are left and told with what they would lose', async () => {
    if (old === null) return
    const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-json-')), 'db.sqlite3')
    await runPython(old, `
import sys, datetime
import django
from django.conf import settings
settings.configure(SECRET_KEY="${TABLE_KEY}", USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], SESSION_SERIALIZER="django.contrib.sessions.serializers.PickleSerializer", DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}})
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.sessions.backends.db import SessionStore
for data in ({"n": 1, "cart": {"a": [1, 2]}}, {"when": datetime.datetime(2026, 1, 2)}, {"t": (1, 2)}):
    s = SessionStore(); s.update(data); s.save()
`, { args: [file] })
    await using app = await startApp()
    const source = await openFile(app.client, file, { secretKey: TABLE_KEY, fallbacks: [] })
    const before = rowsOf(file)
    const rules = [{ kind: 'query', where: 'serializer:pickle' } as const]
    const found = await dryRun(app.client, { sourceId: source.id, rules, action: { kind: 'to-json' } })
    expect(found.matched).toBe(3)
    expect(found.wouldSkip.map(({ sentence: { id, params }, sessions }) => [id, params['path'], sessions]).toSorted()).toEqual([['cleanup.skips.jsonChanges', 't', 1], ['cleanup.skips.jsonFails', 'when', 1]])
    const report = await clean(app.client, { sourceId: source.id, rules, action: { kind: 'to-json' } })
    expect(report.counts).toMatchObject({ done: 1, skipped: 2, left: 0 })
    expect(await dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'serializer:json cart.a=1' }], action: DELETE }).then(({ matched }) => matched)).toBe(0)
    expect(await dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'serializer:json n=1' }], action: DELETE }).then(({ matched }) => matched)).toBe(1)
    await undo(app.client, { runId: report.runId })
    expect(rowsOf(file)).toEqual(before)
    expect(app.reported).toEqual([])
  })
})
