import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CleanupAction } from '../../shared/model/cleanup.ts'
import type { SourceTarget } from '../../shared/model/source.ts'
import { startApp } from '../support/app.ts'
import { clean, openFile, undo } from '../support/cleanup.ts'
import { currentDjango, runPython } from '../support/django.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { whyNoDriver } from '../differential/server-peer.ts'

const { signal } = new AbortController()
const KEYS = { secretKey: 'new secret', fallbacks: ['old secret'] }
const MONTH = 30 * 86_400

const SETUP = `
import json, sys, time
sys.path.append("/usr/lib/python3/dist-packages")
job = json.load(sys.stdin)
engine = job["engine"]
import django
from django.conf import settings
settings.configure(SECRET_KEY="new secret", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField", INSTALLED_APPS=["django.contrib.sessions"], SESSION_ENGINE="django.contrib.sessions.backends." + engine,
    SESSION_SERIALIZER="django.contrib.sessions.serializers.JSONSerializer", SESSION_FILE_PATH=job["path"], DATABASES={"default": job["rows"]}, CACHES={"default": job["cache"]})
django.setup()
from importlib import import_module
from django.core.cache import cache
from django.core.management import call_command
module = import_module(settings.SESSION_ENGINE)
SessionStore = module.SessionStore
def copy(key):
    return repr(cache.get(module.KEY_PREFIX + key))
def row(key):
    from django.contrib.sessions.models import Session
    return Session.objects.get(pk=key)
def stored(key):
    if engine == "file":
        return open(SessionStore(key)._key_to_file()).read()
    if engine == "cache":
        return copy(key)
    return [row(key).session_data, row(key).expire_date.isoformat()] + ([copy(key)] if engine == "cached_db" else [])
def end(key):
    if engine == "file":
        return SessionStore(key).get_expiry_date().timestamp()
    if engine == "cache":
        return time.time() + cache._cache.get_client().ttl(cache.make_key(module.KEY_PREFIX + key))
    return row(key).expire_date.timestamp()
`
/** One session for each action; the third is signed with the old key. */
const FILL = `
if engine in ("db", "cached_db"):
    call_command("migrate", verbosity=0)
keys = []
for n in range(5):
    session = SessionStore()
    session.update({"n": n, "cart": {"a": [1, 2]}})
    if n == 2:
        settings.SECRET_KEY = "old secret"
    session.save(must_create=True)
    settings.SECRET_KEY = "new secret"
    keys.append(session.session_key)
print(json.dumps({"keys": keys, "stored": [stored(key) for key in keys], "end": end(keys[4])}))
`
const LOAD = 'print(json.dumps({"data": [SessionStore(key).load() for key in job["keys"]], "end": end(job["keys"][4])}))'
const STORED = 'print(json.dumps([stored(key) if SessionStore().exists(key) else None for key in job["keys"]]))'

interface Filled { readonly keys: readonly string[]; readonly stored: readonly unknown[]; readonly end: number }
interface Loaded { readonly data: readonly unknown[]; readonly end: number }

interface Site extends AsyncDisposable {
  readonly target: SourceTarget
  readonly settings: Readonly<Record<string, unknown>>
}

const SQLITE = { ENGINE: 'django.db.backends.sqlite3', NAME: ':memory:' }
const MEMORY = { BACKEND: 'django.core.cache.backends.locmem.LocMemCache' }
const python = currentDjango()
const folderOf = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `coatcheck-actions-${name}-`))

async function postgres(): Promise<Site> {
  const database = await makeDatabase('postgres', '')
  const { host, port, user, password } = database.profile()
  return {
    target: { kind: 'url', url: `postgresql://${user}${password === '' ? '' : `:${password}`}@${host}:${port}/${database.name}?mode=rw` },
    settings: { engine: 'db', path: '', cache: MEMORY, rows: { ENGINE: 'django.db.backends.postgresql', HOST: host, PORT: port, USER: user, PASSWORD: password, NAME: database.name } },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function redis(engine: 'cache' | 'cached_db'): Promise<Site> {
  const server = await startRedis()
  const location = `redis://127.0.0.1:${server.port}/0`
  const cache = `${location}?format=django`
  const file = join(await folderOf('rows'), 'db.sqlite3')
  return {
    target: engine === 'cache' ? { kind: 'url', url: cache } : { kind: 'pair', row: file, cache },
    settings: { engine, path: '', cache: { BACKEND: 'django.core.cache.backends.redis.RedisCache', LOCATION: location }, rows: { ...SQLITE, NAME: file } },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function files(): Promise<Site> {
  const path = await folderOf('files')
  return { target: { kind: 'url', url: `file://${path}` }, settings: { engine: 'file', path, cache: MEMORY, rows: SQLITE }, async [Symbol.asyncDispose]() { /* The system's folder for temporary files. */ } }
}

interface Place { readonly name: string; readonly missing: string | null; readonly isSigned: boolean; readonly open: () => Promise<Site> }

const PLACES: readonly Place[] = [
  { name: 'PostgreSQL', missing: (await whyNoServer('postgres')) ?? (await whyNoDriver(python, 'postgres')), isSigned: true, open: postgres },
  { name: 'files', missing: null, isSigned: true, open: files },
  { name: 'Redis', missing: whyNoRedis(), isSigned: false, open: () => redis('cache') },
  { name: 'cached_db', missing: whyNoRedis(), isSigned: true, open: () => redis('cached_db') },
]

describe.each(PLACES)('$name', ({ missing, isSigned, open }) => {
  test.skipIf(python === null || missing !== null)('what actions write is what real Django reads; undo leaves what stood there, byte for byte', async () => {
    if (python === null) return
    await using site = await open()
    const django = async <T>(script: string, keys: readonly string[] = []): Promise<T> => JSON.parse(await runPython(python, SETUP + script, { input: JSON.stringify({ ...site.settings, keys }) })) as T
    const before = await django<Filled>(FILL)
    await using app = await startApp()
    const { id } = await app.client.call('sources.open', { target: site.target, keys: KEYS }, signal)
    const on = async (index: number, action: CleanupAction): Promise<string> => {
      const report = await clean(app.client, { sourceId: id, rules: [{ kind: 'selection', sessions: [{ key: before.keys[index] ?? '', ifEtag: null }] }], action }, { pace: 'full' })
      expect(report, JSON.stringify(report)).toMatchObject({ state: 'done', counts: { matched: 1, done: 1 } })
      return report.runId
    }
    const runs = [await on(0, { kind: 'set-key', name: 'note', value: '{"b":[1,"ü",null]}' }), await on(1, { kind: 'remove-key', name: 'cart' }), await on(4, { kind: 'extend', seconds: MONTH })]
    if (isSigned) runs.push(await on(2, { kind: 're-sign' }))
    else await expect(on(2, { kind: 're-sign' })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })

    const from = join(await folderOf('from'), 'db.sqlite3')
    const copied = 'abcdefghijklmnop0123456789abcdef'
    makeSessionTable(from, [{ key: copied, json: '{"from":"elsewhere"}', expireDate: Date.now() + 86_400_000 }])
    const other = await openFile(app.client, from, { secretKey: TABLE_KEY, fallbacks: [] })
    const copy = await clean(app.client, { sourceId: other.id, rules: [{ kind: 'query', where: 'key:*' }], action: { kind: 'copy', to: id } }, { pace: 'full' })
    const { exceptions } = await app.client.call('cleanup.exceptions', { runId: copy.runId, offset: 0, limit: 5 }, signal)
    expect([copy.counts.done, exceptions, copy.reason]).toEqual([1, [], null])

    const { data, end } = await django<Loaded>(LOAD, [...before.keys, copied])
    const cart = { a: [1, 2] }
    const ended = data.map((one) => Object.fromEntries(Object.entries(one as object).filter(([name]) => name !== '_session_expiry')))
    expect(ended).toEqual([{ n: 0, cart, note: { b: [1, 'ü', null] } }, { n: 1 }, { n: 2, cart }, { n: 3, cart }, { n: 4, cart }, { from: 'elsewhere' }])
    expect(Math.abs(end - before.end - MONTH)).toBeLessThan(5)

    for (const runId of [...runs, copy.runId]) await undo(app.client, { runId, pace: 'full' })
    expect(await django(STORED, [...before.keys, copied])).toEqual([...before.stored, null])
    expect(app.reported).toEqual([])
  })
})
