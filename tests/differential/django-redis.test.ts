import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChangeResult, PlannedChange } from '../../shared/model/change.ts'
import { startApp } from '../support/app.ts'
import type { TestApp } from '../support/app.ts'
import { findDjangos, runPython } from '../support/django.ts'
import { startPeer } from '../support/python-peer.ts'
import type { PythonPeer } from '../support/python-peer.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { TestRedis } from '../support/redis-servers.ts'

/** django-redis behind the cache engine, in each of its serializers and compressors. `raw`: what it has put into Redis. */
const ANSWERS = `
import datetime, decimal, json, logging, sys
sys.path.append("/usr/lib/python3/dist-packages")
import django
from django.conf import settings
settings.configure(SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=[], CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}})
django.setup()
logging.disable(logging.CRITICAL)
from django.core.cache import caches
from django.contrib.sessions.backends.cache import SessionStore
def plain():
    return {"_auth_user_id": "42", "n": 1, "cart": [{"sku": "A1", "qty": 2, "price": 9.5}, None, True], "text": "é€😀" * 300, "float": 1e300, "deep": {"a": {"b": []}}}
def rich():
    return {**plain(), "price": decimal.Decimal("9.90"), "at": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), "pair": (1, "x"), "seen": {1, 2}, "raw": b"\\x00\\xff"}
def wanted(job, changes):
    return {**(rich() if "pickle" in job["cache"]["OPTIONS"]["SERIALIZER"] else plain()), **changes}
def respond(job):
    # Under an alias of its own: what was made of a cache once is kept for good.
    alias = json.dumps(job["cache"])
    caches.settings[alias] = settings.CACHES[alias] = job["cache"]
    settings.SESSION_CACHE_ALIAS = alias
    cache = caches[alias]
    if job["op"] == "make":
        keys = []
        for data, age in ((wanted(job, {}), None), ({"n": 2}, 3600), (wanted(job, {"n": 3}), 86400)):
            session = SessionStore(); session.update(data)
            if age is not None: session.set_expiry(age)
            session.save(); keys.append(session.session_key)
        cache.set("page", "<html>")
        return keys
    session = SessionStore(job["key"])
    data = dict(session.items())
    data.pop("_session_expiry", None)
    ttl = cache.ttl("django.contrib.sessions.cache" + job["key"])
    return {"alive": session.session_key is not None, "ttl": ttl, "same": data == wanted(job, job["changes"]) and all(type(data[name]) is type(value) for name, value in wanted(job, job["changes"]).items())}
`
const SERIALIZERS = ['pickle.PickleSerializer', 'json.JSONSerializer', 'msgpack.MSGPackSerializer']
const COMPRESSORS = ['identity.IdentityCompressor', 'zlib.ZlibCompressor', 'lzma.LzmaCompressor', 'lz4.Lz4Compressor', 'zstd.ZStdCompressor']
const FORMS = SERIALIZERS.flatMap((serializer) => COMPRESSORS.map((compressor) => ({ serializer, compressor })))
const PARTS = [...SERIALIZERS.map((name) => `serializers.${name}`), ...COMPRESSORS.map((name) => `compressors.${name}`)]
/** Which parts of django-redis this Python can import, each with the library that it needs. */
const PROBE = `
import importlib, json, sys
sys.path.append("/usr/lib/python3/dist-packages")
import django_redis
def has(name):
    try:
        return bool(importlib.import_module("django_redis." + name.rpartition(".")[0]))
    except ImportError:
        return False
print(json.dumps([name for name in sys.argv[1:] if has(name)]))`

interface Seen {
  readonly alive: boolean
  readonly ttl: number
  readonly same: boolean
}

const noRedis = whyNoRedis()
const pythons = await Promise.all(findDjangos().map(async (python) => {
  const parts = noRedis === null ? await runPython(python, PROBE, { args: PARTS }).then((text) => JSON.parse(text) as readonly string[], () => []) : []
  const why = noRedis ?? (parts.length === 0 ? `${python.label} has no django_redis` : null)
  const forms = FORMS.filter(({ serializer, compressor }) => parts.includes(`serializers.${serializer}`) && parts.includes(`compressors.${compressor}`))
  const lacking = PARTS.filter((part) => !parts.includes(part))
  if (why !== null || lacking.length > 0) console.warn(`\n*** ${why ?? `${python.label} has no library for ${lacking.join(', ')}`}: install it beside Django to compare with it. ***\n`)
  return { python, why, forms, name: `${python.label}${why === null ? '' : ` (skipped: ${why})`}` }
}))

describe.each(pythons)('django-redis of $name', ({ python, why, forms }) => {
  describe.skipIf(why !== null)('on a real server', () => {
    let server: TestRedis
    let peer: PythonPeer
    let app: TestApp
    beforeAll(async () => {
      server = await startRedis()
      peer = startPeer(python, ANSWERS)
      app = await startApp()
    })
    afterAll(async () => {
      await app[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    })

    async function carryOut(sourceId: string, change: PlannedChange): Promise<string> {
      const { planId } = await app.client.call('changes.plan', { sourceId, change })
      const result: ChangeResult = await app.client.call('changes.apply', { planId })
      expect(result).toMatchObject({ changed: 1, failed: 0 })
      return result.changeId ?? ''
    }

    it.each(forms.map((form, index) => ({ ...form, index })))('$serializer with $compressor: what Django writes is listed, read, edited, ended, deleted and put back, and Django reads exactly that', async ({ serializer, compressor, index }) => {
      const options = { SERIALIZER: `django_redis.serializers.${serializer}`, COMPRESSOR: `django_redis.compressors.${compressor}` }
      const space = { KEY_PREFIX: `shop${index}`, VERSION: 3 }
      const cache = { BACKEND: 'django_redis.cache.RedisCache', LOCATION: `redis://127.0.0.1:${server.port}/5`, ...space, OPTIONS: options }
      const keys = await peer.ask<string[]>({ op: 'make', cache })
      const [key = '', , other = ''] = keys
      const look = (of: string, changes: object = {}): Promise<Seen> => peer.ask<Seen>({ op: 'look', cache, key: of, changes })
      await server.app.select(5)
      const whole = (of: string): string => `${space.KEY_PREFIX}:${space.VERSION}:django.contrib.sessions.cache${of}`
      const raw = await Promise.all(keys.map((one) => server.app.getBuffer(whole(one))))

      const { id: sourceId } = await app.client.call('sources.open', { target: { kind: 'url', url: `redis://127.0.0.1:${server.port}/5?prefix=${space.KEY_PREFIX}&version=3&format=django-redis` } })
      const { rows } = await app.client.call('sessions.listPage', { sourceId, order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 10 })
      expect(rows.map((row) => row.key).sort()).toEqual([...keys].sort())
      for (const row of rows) expect(row).toMatchObject({ state: 'live', serializer: serializer.split('.')[0], userId: row.key === keys[1] ? null : '42' })
      const before = await app.client.call('sessions.read', { sourceId, key })
      expect(before?.text.djangoSees).toBe('data')
      expect(await look(key)).toMatchObject({ alive: true, same: true })

      const data = (before?.text.data ?? '').replace('"n": 1', '"n": 7').replace('"qty": 2', '"qty": 9')
      const edit = await carryOut(sourceId, { kind: 'edit', key, ifEtag: before?.etag ?? '', data, expiry: null })
      const edited = await look(key, { n: 7, cart: [{ sku: 'A1', qty: 9, price: 9.5 }, null, true] })
      expect(edited).toMatchObject({ alive: true, same: true })
      expect(Math.abs(edited.ttl - 14 * 86_400)).toBeLessThan(60)

      const end = await carryOut(sourceId, { kind: 'expire', sessions: [{ key: other, ifEtag: null }], expiry: { kind: 'in', seconds: 120 } })
      const ending = await look(other, { n: 3 })
      expect(ending).toMatchObject({ alive: true, same: true })
      expect(ending.ttl).toBeGreaterThan(100)
      expect(ending.ttl).toBeLessThanOrEqual(120)

      const removal = await carryOut(sourceId, { kind: 'delete', sessions: [{ key, ifEtag: null }] })
      expect(await look(key)).toMatchObject({ alive: false })
      for (const changeId of [removal, end, edit]) expect(await app.client.call('changes.undo', { changeId })).toMatchObject({ changed: 1, failed: 0 })
      expect(await Promise.all(keys.map((one) => server.app.getBuffer(whole(one))))).toEqual(raw)
      expect(await look(key)).toMatchObject({ alive: true, same: true })
      const back = await look(other, { n: 3 })
      expect(back).toMatchObject({ alive: true, same: true })
      expect(Math.abs(back.ttl - 86_400)).toBeLessThan(60)
      expect(await server.app.exists(`${space.KEY_PREFIX}:${space.VERSION}:page`)).toBe(1)
    })
  })
})
