import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FollowEvent } from '../../shared/model/follow.ts'
import type { SourceTarget } from '../../shared/model/source.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import { findDjangos, runPython } from '../support/django.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import type { TestRedis } from '../support/redis-servers.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { ServerKind } from '../support/sql-servers.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'

const MAKE = 's = SessionStore(); s["step"] = 1; s.save(); answer(s.session_key)'
const SAVE = 's = SessionStore(job["key"]); s["step"] = job["step"]; s.save(); answer(None)'

/** Any engine of Django, on any store: `answer(…)` is what comes back. */
const SETUP = `
import json, sys
sys.path.append("/usr/lib/python3/dist-packages")
job = json.load(sys.stdin)
if job.get("databases", {}).get("ENGINE", "").endswith("mysql"):
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=["django.contrib.sessions"], SESSION_FILE_PATH=job.get("folder"),
    **({"DATABASES": {"default": job["databases"]}} if "databases" in job else {}), **({"CACHES": {"default": job["cache"]}} if "cache" in job else {}),
)
django.setup()
from importlib import import_module
SessionStore = import_module("django.contrib.sessions.backends." + job["engine"]).SessionStore
def answer(value):
    print(json.dumps(value))
`

interface Site extends AsyncDisposable {
  readonly engine: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly url: string
  readonly modules: string
  /** How each save is noticed. */
  readonly way: 'asked' | 'announced'
  readonly redis?: TestRedis
}

async function onServer(kind: ServerKind): Promise<Site> {
  const database = await makeDatabase(kind)
  const { host, port, user, password } = database.profile()
  const ENGINE = `django.db.backends.${kind === 'postgres' ? 'postgresql' : 'mysql'}`
  return {
    engine: 'db', way: 'asked', modules: kind === 'postgres' ? 'psycopg2' : 'pymysql', settings: { databases: { ENGINE, HOST: host, PORT: port, USER: user, PASSWORD: password, NAME: database.name } },
    url: `${kind === 'postgres' ? 'postgresql' : 'mysql'}://${user}@${host}:${port}/${database.name}`, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function inMemcached(): Promise<Site> {
  const server = await startMemcached()
  return { engine: 'cache', way: 'asked', modules: 'pymemcache', settings: { cache: { BACKEND: 'django.core.cache.backends.memcached.PyMemcacheCache', LOCATION: `127.0.0.1:${server.port}` } }, url: `memcached://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.kill() }
}

async function inFiles(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-followed-'))
  return { engine: 'file', way: 'asked', modules: 'json', settings: { folder }, url: `file://${folder}`, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

async function inRedis(way: Site['way']): Promise<Site> {
  const redis = await startRedis({ args: way === 'announced' ? ['--notify-keyspace-events', 'KA'] : [] })
  const LOCATION = `redis://127.0.0.1:${redis.port}/1`
  return { engine: 'cache', way, redis, modules: 'redis, django.core.cache.backends.redis', settings: { cache: { BACKEND: 'django.core.cache.backends.redis.RedisCache', LOCATION } }, url: `${LOCATION}?format=django`, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() }
}

const PLACES = {
  'PostgreSQL': { why: () => whyNoServer('postgres'), start: () => onServer('postgres') },
  'MariaDB': { why: () => whyNoServer('mysql'), start: () => onServer('mysql') },
  'memcached': { why: async () => whyNoMemcached(), start: inMemcached },
  'session files': { why: async () => null, start: inFiles },
  'Redis that announces nothing': { why: async () => whyNoRedis(), start: () => inRedis('asked') },
  'Redis that announces': { why: async () => whyNoRedis(), start: () => inRedis('announced') },
} as const
const places = await Promise.all(Object.entries(PLACES).map(async ([name, { why, start }]) => ({ name, start, missing: await why() })))

describe.each(places)('a session in $name that is followed', ({ start, missing }) => {
  it.skipIf(missing !== null)('shows each save of Django, and that it was deleted', async (context) => {
    await using site = await start()
    const pythons = await Promise.all(findDjangos().map(async (python) => ({ python, has: await runPython(python, `import sys; sys.path.append("/usr/lib/python3/dist-packages")\nimport ${site.modules}`).then(() => true, () => false) })))
    const python = pythons.find(({ has }) => has)?.python
    if (python === undefined) return context.skip(`no Django here has ${site.modules}`)
    const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> => JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, ...site.settings, engine: site.engine }) })) as T
    await using app = await startApp()
    const key = await django<string>(MAKE)
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: site.url }, keys: { secretKey: 'key of the tests' } })
    const ways: string[] = []
    const controller = new AbortController()
    const events = app.client.stream('sessions.follow', { sourceId: source.id, key, everyMs: 200 }, controller.signal)[Symbol.asyncIterator]()
    const next = async (): Promise<FollowEvent> => {
      for (;;) {
        const event = await events.next()
        if (event.done === true) throw new Error('The stream has ended.')
        if (event.value.kind !== 'way') return event.value
        ways.push(event.value.way)
      }
    }
    const saved = (at: number): object => ({ kind: 'state', state: { data: expect.stringContaining(`"step": ${at}`) as string } })
    expect(await next()).toMatchObject(saved(1))
    for (const at of [2, 3]) {
      const [event] = await Promise.all([next(), django(SAVE, { key, step: at })])
      expect(event).toMatchObject(saved(at))
    }
    if (site.redis !== undefined && site.way === 'announced') {
      // What loses the subscription loses no save.
      await site.redis.app.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      const [event] = await Promise.all([next(), django(SAVE, { key, step: 4 })])
      expect(event).toMatchObject(saved(4))
    }
    const [gone] = await Promise.all([next(), django('SessionStore(job["key"]).delete(); answer(None)', { key })])
    expect(gone).toMatchObject({ kind: 'gone', wasThere: true })
    expect(ways.slice(0, 2)).toEqual(site.way === 'announced' ? ['announced', 'asked'] : [])
    controller.abort()
    expect(app.reported).toEqual([])
  }, 120_000)
})

describe.each(findDjangos())('a session of $label that is followed', (python) => {
  let folder = ''
  let site: CachedDbSite
  let app: TestApp

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-followed-'))
    site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: folder })
    app = await startApp()
  })
  afterEach(async () => {
    await app[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function follow(target: SourceTarget, key: string): Promise<{ next(): Promise<FollowEvent>; stop(): void }> {
    const source = await app.client.call('sources.open', { target, keys: { secretKey: site.secret } })
    const controller = new AbortController()
    const events = app.client.stream('sessions.follow', { sourceId: source.id, key, everyMs: 200 }, controller.signal)[Symbol.asyncIterator]()
    return {
      async next() {
        const step = await events.next()
        if (step.done === true) throw new Error('The stream has ended.')
        return step.value
      },
      stop: () => controller.abort(),
    }
  }
  const step = (at: number): unknown => expect.stringContaining(`"step": ${at}`)

  it.each(['rows alone', 'row and copy'])('%s: each save, what cycle_key leaves behind, and one made again', async (what) => {
    const key = await site.django<string>(MAKE)
    const { next, stop } = await follow(what === 'rows alone' ? { kind: 'sqlite', path: site.database, table: 'django_session' } : { kind: 'pair', row: `sqlite://${site.database}`, cache: `djcache://${folder}` }, key)
    const drift = what === 'rows alone' ? {} : { drift: 'same' }
    const first = await next()
    expect(first).toMatchObject({ kind: 'state', reason: 'first', state: { data: step(1), state: 'live', ...drift } })
    for (const at of [2, 3]) {
      await site.django(SAVE, { key, step: at })
      let saved = await next()
      // Django writes row and copy one after the other: a reading may fall between them.
      while (saved.kind === 'state' && ((saved.state.drift ?? 'same') !== 'same' || saved.state.data?.includes(`"step": ${at}`) !== true)) saved = await next()
      expect(saved).toMatchObject({ kind: 'state', reason: 'saved', state: { data: step(at), ...drift } })
    }
    await site.django('s = SessionStore(job["key"]); s.load(); s.cycle_key(); answer(None)', { key })
    let gone = await next()
    while (gone.kind === 'state') gone = await next()
    expect(gone).toMatchObject({ kind: 'gone', wasThere: true })
    await site.django('s = SessionStore(); s["step"] = 4; s._session_key = job["key"]; s.save(must_create=True); answer(None)', { key })
    expect(await next()).toMatchObject({ kind: 'state', reason: 'made-again' })
    stop()
    expect(app.reported).toEqual([])
  })
})
