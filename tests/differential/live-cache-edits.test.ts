import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatNotation, parseNotation } from '../../shared/values/notation.ts'
import { startApp } from '../support/app.ts'
import { couldImport, findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'

/** Django's cache engine on a server; values are compared in Python, type by type. */
const SETUP = `
import datetime, decimal, json, sys, uuid
sys.path.append("/usr/lib/python3/dist-packages")
arg = json.load(sys.stdin)
from django.conf import settings
settings.configure(SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=[], CACHES={"default": arg["cache"]})
import django
django.setup()
from django.contrib.sessions.backends.cache import SessionStore
def rich():
    cart = [{"sku": "A1", "qty": 2, "price": decimal.Decimal("9.90")}]
    return {
        "_auth_user_id": "42", "cart": cart, "same": cart, "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc), "day": datetime.date(2026, 1, 2),
        "pair": (1, "x"), "seen": {1, 2, 3}, "raw": b"\\x00\\xff", "id": uuid.UUID(int=7), "big": 10 ** 40, "text": "é" * 400,
    }
def edited():
    value = rich(); value["cart"][0]["qty"] = 3; value["n"] = 2
    return value
def seen(wanted):
    value = dict(SessionStore(arg["key"]).items())
    return {"same": value == wanted and all(type(value[name]) is type(wanted[name]) for name in wanted), "shared": value["cart"] is value["same"]}
def answer(value):
    print(json.dumps(value))
`

interface Server extends AsyncDisposable {
  readonly cache: Readonly<Record<string, unknown>>
  readonly url: string
}

interface Kind {
  readonly name: string
  readonly modules: string
  readonly missing: string | null
  start(): Promise<Server>
}

async function redisFor(backend: string, options: object): Promise<Server> {
  const server = await startRedis()
  const url = `redis://127.0.0.1:${server.port}/1`
  return { cache: { BACKEND: backend, LOCATION: url, ...options }, url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function memcachedFor(backend: string, client: string): Promise<Server> {
  const server = await startMemcached()
  return { cache: { BACKEND: `django.core.cache.backends.memcached.${backend}`, LOCATION: `127.0.0.1:${server.port}` }, url: `memcached://127.0.0.1:${server.port}?client=${client}`, [Symbol.asyncDispose]: () => server.kill() }
}

const [noRedis, noMemcached] = [whyNoRedis(), whyNoMemcached()]
const COMPRESSORS = ['identity.IdentityCompressor', 'zlib.ZlibCompressor']
const KINDS: readonly Kind[] = [
  { name: 'RedisCache', modules: 'redis, django.core.cache.backends.redis', missing: noRedis, start: () => redisFor('django.core.cache.backends.redis.RedisCache', {}) },
  ...COMPRESSORS.map((compressor) => ({ name: `django-redis, ${compressor}`, modules: 'django_redis', missing: noRedis, start: () => redisFor('django_redis.cache.RedisCache', { OPTIONS: { COMPRESSOR: `django_redis.compressors.${compressor}` } }) })),
  { name: 'PyMemcacheCache', modules: 'pymemcache', missing: noMemcached, start: () => memcachedFor('PyMemcacheCache', 'pymemcache') },
  { name: 'PyLibMCCache', modules: 'pylibmc', missing: noMemcached, start: () => memcachedFor('PyLibMCCache', 'pylibmc') },
]

async function whyNo(python: DjangoPython, { modules, missing }: Kind): Promise<string | null> {
  if (missing !== null) return missing
  const why = await runPython(python, `import sys; sys.path.append("/usr/lib/python3/dist-packages")\nimport ${modules}`).then(() => null, () => `${python.label} has not all of ${modules}`)
  if (why !== null) console.warn(`\n*** ${why}: install it beside Django to compare with it. ***\n`)
  return why
}

const cases = await Promise.all(findDjangos().flatMap((python) => KINDS.filter(({ modules }) => couldImport(python, modules)).map(async (kind) => ({ python, kind, why: await whyNo(python, kind) }))))

describe.each(cases.map((one) => ({ ...one, title: `${one.kind.name} of ${one.python.label}${one.why === null ? '' : ` (skipped: ${one.why})`}` })))('a session in $title', ({ python, kind, why }) => {
  describe.skipIf(why !== null)('on a real server', () => {
    let server: Server
    beforeEach(async () => { server = await kind.start() })
    afterEach(() => server[Symbol.asyncDispose]())
    const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> => JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, cache: server.cache }) })) as T

    it('is read by Django as it was edited, equal type by type, and as it was before once that is undone', async () => {
      const key = await django<string>('s = SessionStore(); s.update(rich()); s.save(); answer(s.session_key)')
      await using app = await startApp()
      const { client } = app
      const { id: sourceId } = await client.call('sources.open', { target: { kind: 'url', url: server.url } })
      const before = await client.call('sessions.read', { sourceId, key })
      expect(before).toMatchObject({ row: { state: 'live', userId: '42', serializer: 'pickle' }, text: { djangoSees: 'data' } })
      const parsed = parseNotation((before?.text.data ?? '').replace('"qty": 2', '"qty": 3'))
      if (!parsed.ok || parsed.node.kind !== 'dict') throw new Error('not readable')
      const data = formatNotation({ kind: 'dict', entries: [...parsed.node.entries, { key: { kind: 'str', value: 'n' }, value: { kind: 'int', digits: '2' } }] }, { interchange: false })
      const plan = await client.call('changes.plan', { sourceId, change: { kind: 'edit', key, ifEtag: before?.etag ?? '', data, expiry: null } })
      expect(plan.checks.filter(({ level }) => level === 'warn')).toEqual([])
      const result = await client.call('changes.apply', { planId: plan.planId })
      expect(result).toMatchObject({ changed: 1, failed: 0 })
      expect(await django('answer(seen(edited()))', { key })).toEqual({ same: true, shared: true })
      const after = await client.call('sessions.read', { sourceId, key })
      expect(after?.row.serializer).toBe(before?.row.serializer)
      expect(Math.abs((after?.row.expireDate ?? 0) - (before?.row.expireDate ?? 0))).toBeLessThanOrEqual(2000)
      await client.call('changes.undo', { changeId: result.changeId ?? '' })
      expect(await django('answer(seen(rich()))', { key })).toEqual({ same: true, shared: true })
    })
  })
})
