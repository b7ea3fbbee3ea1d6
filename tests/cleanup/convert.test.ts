import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SourceTarget } from '../../shared/model/source.ts'
import { startApp } from '../support/app.ts'
import { clean, dryRun, undo } from '../support/cleanup.ts'
import { currentDjango, oldDjango, runPython } from '../support/django.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { ServerKind } from '../support/sql-servers.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { whyNoDriver } from '../differential/server-peer.ts'

const { signal } = new AbortController()
const SECRET = 'key of the tests'

/** A site on an engine, of whichever Django runs it. Pickles are loaded by a serializer of the project's own, as in Django 5 they have to be. */
const SETUP = `
import datetime, json, pickle, sys, time, types
sys.path.append("/usr/lib/python3/dist-packages")
job = json.load(sys.stdin)
if job["rows"]["ENGINE"].endswith("mysql"):
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import django
from django.conf import settings
settings.configure(SECRET_KEY="${SECRET}", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField", INSTALLED_APPS=["django.contrib.sessions"], SESSION_ENGINE="django.contrib.sessions.backends." + job["engine"],
    SESSION_SERIALIZER="django.contrib.sessions.serializers." + job["serializer"], SESSION_FILE_PATH=job["path"], DATABASES={"default": job["rows"]}, CACHES={"default": job["cache"]})
django.setup()
from importlib import import_module
from django.core.cache import cache
from django.core.management import call_command
module = import_module(settings.SESSION_ENGINE)
SessionStore = module.SessionStore
def stored(key):
    if job["engine"] == "file":
        return open(SessionStore(key)._key_to_file()).read()
    from django.contrib.sessions.models import Session
    row = Session.objects.get(pk=key)
    return [row.session_data, row.expire_date.isoformat()] + ([repr(cache.get(module.KEY_PREFIX + key))] if job["engine"] == "cached_db" else [])
`
const FILL = `
if job["engine"] in ("db", "cached_db"):
    call_command("migrate", verbosity=0)
keys = []
for data in ({"n": 1, "cart": {"a": [1, 2.5, None, True, "ü"]}}, {"when": datetime.datetime(2026, 1, 2)}, {"t": (1, 2)}, {"_auth_user_id": "7", "n": 2}):
    session = SessionStore()
    session.update(data)
    session.save(must_create=True)
    keys.append(session.session_key)
print(json.dumps({"keys": keys, "stored": [stored(key) for key in keys] if job["engine"] != "cache" else []}))
`
const STORED = 'print(json.dumps([stored(key) for key in job["keys"]]))'
/** What a site on JSONSerializer gets for these cookies, without the cache's help. */
const LOAD = 'cache.clear()\nprint(json.dumps([SessionStore(key).load() for key in job["keys"]]))'

interface Site extends AsyncDisposable {
  readonly target: SourceTarget
  readonly settings: Readonly<Record<string, unknown>>
}

const [fresh, old] = [currentDjango(), oldDjango()]
const SQLITE = { ENGINE: 'django.db.backends.sqlite3', NAME: ':memory:' }
const MEMORY = { BACKEND: 'django.core.cache.backends.locmem.LocMemCache' }
const folderOf = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `coatcheck-convert-${name}-`))

async function sql(kind: ServerKind): Promise<Site> {
  const database = await makeDatabase(kind, '')
  const { host, port, user, password } = database.profile()
  const scheme = kind === 'postgres' ? 'postgresql' : 'mysql'
  return {
    target: { kind: 'url', url: `${scheme}://${user}${password === '' ? '' : `:${password}`}@${host}:${port}/${database.name}?mode=rw` },
    settings: { engine: 'db', path: '', cache: MEMORY, rows: { ENGINE: `django.db.backends.${scheme}`, HOST: host, PORT: port, USER: user, PASSWORD: password, NAME: database.name } },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function files(): Promise<Site> {
  const path = await folderOf('files')
  return { target: { kind: 'url', url: `file://${path}` }, settings: { engine: 'file', path, cache: MEMORY, rows: SQLITE }, async [Symbol.asyncDispose]() { /* The system's folder for temporary files. */ } }
}

async function memcached(engine: 'cache' | 'cached_db'): Promise<Site> {
  const server = await startMemcached()
  const file = join(await folderOf('rows'), 'db.sqlite3')
  const cache = `memcached://127.0.0.1:${server.port}`
  return {
    target: engine === 'cache' ? { kind: 'url', url: cache } : { kind: 'pair', row: file, cache },
    settings: { engine, path: '', cache: { BACKEND: 'django.core.cache.backends.memcached.PyMemcacheCache', LOCATION: `127.0.0.1:${server.port}` }, rows: { ...SQLITE, NAME: file } },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const django = async <T>(python: typeof fresh, site: Site, script: string, serializer: string, keys: readonly string[] = []): Promise<T> =>
  JSON.parse(await runPython(python ?? { label: '', path: 'python3', version: [0, 0] }, SETUP + script, { input: JSON.stringify({ ...site.settings, serializer, keys }) })) as T

const RULES = [{ kind: 'query' as const, where: 'key:*' }]
const TO_JSON = { kind: 'to-json' } as const
const noDjango = old === null || fresh === null ? 'no two Djangos, the one before 5.0' : null

describe.each([
  { name: 'PostgreSQL', missing: noDjango ?? (await whyNoServer('postgres')) ?? (await whyNoDriver(old, 'postgres')) ?? (await whyNoDriver(fresh, 'postgres')), open: () => sql('postgres') },
  { name: 'MariaDB', missing: noDjango ?? (await whyNoServer('mysql')) ?? (await whyNoDriver(old, 'mysql')) ?? (await whyNoDriver(fresh, 'mysql')), open: () => sql('mysql') },
  { name: 'files', missing: noDjango, open: files },
  { name: 'cached_db over memcached', missing: noDjango ?? whyNoMemcached(), open: () => memcached('cached_db') },
])('pickles that Django 3.2 wrote: $name', ({ missing, open }) => {
  test.skipIf(missing !== null)('become JSON that a newer Django loads, where nothing is lost; the others are left, and undo puts the bytes back', async () => {
    await using site = await open()
    const before = await django<{ keys: string[]; stored: unknown[] }>(old, site, FILL, 'PickleSerializer')
    await using app = await startApp()
    const { id } = await app.client.call('sources.open', { target: site.target, keys: { secretKey: SECRET, fallbacks: [] } }, signal)
    const found = await dryRun(app.client, { sourceId: id, rules: RULES, action: TO_JSON })
    expect(found.wouldSkip.map(({ sentence: { id: why, params }, sessions }) => [why, params['path'], sessions]).toSorted()).toEqual([['cleanup.skips.jsonChanges', 't', 1], ['cleanup.skips.jsonFails', 'when', 1]])
    if (site.target.kind === 'pair') expect(found.layers.map(({ layer, sentence, written }) => [layer, sentence.id, written])).toContainEqual(['cache-copy', 'cleanup.layers.copiesAsSet', false])
    const report = await clean(app.client, { sourceId: id, rules: RULES, action: TO_JSON }, { pace: 'full' })
    expect(report, JSON.stringify(report)).toMatchObject({ state: 'done', counts: { matched: 4, done: 2, skipped: 2, left: 0 } })

    const after = await django<unknown[]>(old, site, STORED, 'PickleSerializer', before.keys)
    expect([after[1], after[2]]).toEqual([before.stored[1], before.stored[2]])
    // Nothing of these is a pickle any more: done again, it says so of each.
    const again = await dryRun(app.client, { sourceId: id, rules: RULES, action: TO_JSON })
    expect(again.wouldSkip.find(({ sentence }) => sentence.id === 'cleanup.skips.isJson')?.sessions).toBe(2)
    expect((await clean(app.client, { sourceId: id, rules: RULES, action: TO_JSON }, { pace: 'full' })).counts).toMatchObject({ done: 0, skipped: 4 })

    await undo(app.client, { runId: report.runId, pace: 'full' })
    expect(await django(old, site, STORED, 'PickleSerializer', before.keys)).toEqual(before.stored)
    expect((await clean(app.client, { sourceId: id, rules: RULES, action: TO_JSON }, { pace: 'full' })).counts).toMatchObject({ done: 2 })
    const [first, , , last] = before.keys
    expect(await django(fresh, site, LOAD, 'JSONSerializer', [first ?? '', last ?? ''])).toEqual([{ n: 1, cart: { a: [1, 2.5, null, true, 'ü'] } }, { _auth_user_id: '7', n: 2 }])
    expect(app.reported).toEqual([])
  })
})

test.skipIf(fresh === null || whyNoMemcached() !== null || whyNoRedis() !== null)('values of a cache are not converted: the dry run says whose setting that is, and what to change', async () => {
  await using memory = await memcached('cache')
  await django(fresh, memory, FILL, 'JSONSerializer')
  await using redis = await startRedis()
  await redis.app.set(':1:django.contrib.sessions.cachek1', Buffer.from('\x80\x04}\x94.', 'latin1'))
  await using app = await startApp()
  for (const target of [memory.target, { kind: 'url', url: `redis://127.0.0.1:${redis.port}/0` } as const]) {
    const { id } = await app.client.call('sources.open', { target }, signal)
    const refused = await dryRun(app.client, { sourceId: id, rules: RULES, action: TO_JSON }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'STORE_UNSUPPORTED', message: expect.stringContaining('setting of the cache') as string, details: { hint: expect.stringContaining('SESSION_SERIALIZER has no part in it') as string } })
  }
})
