import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { formatNotation } from '../../shared/values/notation.ts'
import { never, readAll } from '../conformance/store/harness.ts'
import { findDjangos, isCurrent, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { redisProfile, startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { RedisProfile, TestRedis } from '../support/redis-servers.ts'

const order = { by: 'stored', direction: 'asc' } as const
const BACKENDS = [
  { backend: 'django.core.cache.backends.redis.RedisCache', module: 'django.core.cache.backends.redis, redis', format: 'django' },
  { backend: 'django_redis.cache.RedisCache', module: 'django_redis', format: 'django-redis' },
] as const

/** RedisCache came with Django 4.0. */
const backendsOf = (python: DjangoPython): readonly (typeof BACKENDS)[number][] => BACKENDS.filter(({ format }) => format !== 'django' || isCurrent(python))

const SETUP = `
import json, logging, sys
sys.path.append("/usr/lib/python3/dist-packages")
arg = json.load(sys.stdin)
from django.conf import settings
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=[],
    CACHES={"default": {"BACKEND": arg["backend"], "LOCATION": arg["location"], "KEY_PREFIX": "shop", "VERSION": 2}},
)
import django
django.setup()
logging.disable(logging.CRITICAL)
from django.core.cache import cache
from django.contrib.sessions.backends.cache import SessionStore
def answer(value):
    print(json.dumps(value))
`
const LOOK = 's = SessionStore(arg["key"]); data = dict(s.items()); answer({"key": s.session_key, "data": data})'

async function whyNo(python: DjangoPython, module: string): Promise<string | null> {
  const why = await runPython(python, `import sys; sys.path.append("/usr/lib/python3/dist-packages")\nimport ${module}`).then(() => null, () => `${python.label} has no ${module}`)
  if (why !== null) console.warn(`\n*** ${why}: install it beside Django to compare with it. ***\n`)
  return why
}

const missing = whyNoRedis()
const pairs = missing === null ? await Promise.all(findDjangos().flatMap((python) => backendsOf(python).map(async (one) => ({ ...one, python, why: await whyNo(python, one.module) })))) : []

describe.skipIf(missing !== null)(`sessions of Django in Redis${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  describe.each(pairs.map((pair) => ({ ...pair, name: `${pair.backend} of ${pair.python.label}${pair.why === null ? '' : ` (skipped: ${pair.why})`}` })))('$name', ({ python, backend, format, why }) => {
    describe.skipIf(why !== null)('on one server', () => {
      let server: TestRedis
      let store: SessionStore
      beforeEach(async () => {
        server = await startRedis()
        store = await openStore(redisProfile(server, { prefix: 'shop', version: '2', format, db: 3 }))
      })
      afterEach(async () => {
        await store[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      })

      const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> =>
        JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, backend, location: `redis://127.0.0.1:${server.port}/3` }) })) as T

      it('are all found, with their data and the second of their end, and nothing else is', async () => {
        const made = await django<Record<string, number>>(`
made = {}
for number in range(40):
    session = SessionStore(); session["n"] = number; session.set_expiry(1000 + number if number % 2 else 40 * 86400); session.save()
    made[session.session_key] = number
cache.set("page", "<html>"); cache.set("django.contrib", 5)
answer(made)`)
        expect((await readAll(store, order, 7)).sort()).toEqual(Object.keys(made).sort())
        const { payload } = await store.describe(never)
        for (const [key, number] of Object.entries(made)) {
          const session = await store.read(key, never)
          const age = number % 2 === 1 ? 1000 + number : 40 * 86_400
          expect(dataOf(session?.data)).toBe(`{"n":${number},"_session_expiry":${age}}`)
          expect(Math.abs((session?.expireDate ?? 0) / 1_000_000 - Date.now() / 1000 - age)).toBeLessThan(30)
        }
        expect(payload).toMatchObject({ kind: 'cache-value', container: 'redis', reader: format })
      })

      it('are read by Django as they were edited, ended, deleted and restored here', async () => {
        const made = await django<{ key: string; other: string }>('a = SessionStore(); a["n"] = 1; a.save(); b = SessionStore(); b["n"] = 2; b.save(); answer({"key": a.session_key, "other": b.session_key})')
        const { key } = made
        const [before, other] = await Promise.all([store.read(key, never), store.read(made.other, never)])
        if (before === null || other === null) throw new Error('Django’s sessions are not there.')
        const edited = await store.write({ key, ifEtag: before.etag, data: other.data }, never)
        expect(await django(LOOK, { key })).toEqual({ key, data: { n: 2 } })
        expect((await store.read(key, never))?.expireDate).toBe(before.expireDate)
        expect(await store.deleteMany([{ key, ifEtag: edited.etag }], never)).toMatchObject([{ outcome: 'done' }])
        expect(await django(LOOK, { key })).toEqual({ key: null, data: {} })
        expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
        expect(await django(LOOK, { key })).toEqual({ key, data: { n: 1 } })
        expect(await store.write({ key, ifEtag: before.etag, expireDate: Date.now() * 1000 - 1_000_000 }, never)).toMatchObject({ outcome: 'done', etag: null })
        expect(await django(LOOK, { key })).toEqual({ key: null, data: {} })
      })

      it('are neither overwritten nor brought back when Django was quicker', async () => {
        const [saved = '', deleted = ''] = await django<string[]>('answer([(s := SessionStore(), s.save(), s.session_key)[2] for _ in range(2)])')
        const etags = await Promise.all([saved, deleted].map(async (key) => (await store.read(key, never))?.etag ?? ''))
        await django('s = SessionStore(arg["saved"]); s["n"] = 3; s.save(); SessionStore(arg["deleted"]).delete(); answer(None)', { saved, deleted })
        expect(await store.write({ key: saved, ifEtag: etags[0] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'conflict' })
        expect(await store.write({ key: deleted, ifEtag: etags[1] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'gone' })
        expect(await django(LOOK, { key: saved })).toEqual({ key: saved, data: { n: 3 } })
      })

      it('lose nothing to a Django that saves all the while', async () => {
        const made = await django<{ key: string; other: string }>('a = SessionStore(); a["by"] = "django"; a.save(); b = SessionStore(); b["by"] = "coatcheck"; b.save(); answer({"key": a.session_key, "other": b.session_key})')
        const { key } = made
        const ours = (await store.read(made.other, never))?.data ?? new Uint8Array()
        let isOver = false
        const saving = django<string[]>(`
import time
seen = set()
end = time.time() + 2
number = 0
while time.time() < end:
    session = SessionStore(arg["key"])
    seen.add(session.get("by", "nothing"))
    number += 1
    session["by"] = "django"; session["n"] = number
    session.save()
answer(sorted(seen))`, { key }).finally(() => { isOver = true })
        const outcomes = new Set<string>()
        while (!isOver) outcomes.add((await store.write({ key, ifEtag: (await store.read(key, never))?.etag ?? '', data: ours }, never)).outcome)
        expect(await saving).toEqual(['coatcheck', 'django'])
        expect(outcomes.has('done')).toBe(true)
        for (const outcome of outcomes) expect(['done', 'conflict']).toContain(outcome)
      })
    })
  })

  describe('of an engine of the site’s own', () => {
    let server: TestRedis
    beforeEach(async () => { server = await startRedis() })
    afterEach(async () => { await server[Symbol.asyncDispose]() })
    const payloadOf = async (changes: Partial<RedisProfile>): Promise<unknown> => {
      const store = await openStore(redisProfile(server, { pattern: 'session:*', ...changes }))
      const { payload } = await store.describe(never)
      await store[Symbol.asyncDispose]()
      return payload
    }

    it.each(findDjangos().map((python) => ({ python, label: python.label })))('are recognized by their values: signed text of $label, JSON, or a mixture', async ({ python }) => {
      const text = await runPython(python, `
from django.conf import settings
settings.configure(SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions"])
import django; django.setup()
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
print(SessionStore().encode({"n": 1, "text": "x" * 50}), end="")`)
      expect(await payloadOf({})).toMatchObject({ kind: 'cache-value', container: 'redis', reader: null })
      await server.app.setex('session:a', 600, text)
      expect(await payloadOf({})).toEqual({ kind: 'session-text' })
      await server.app.setex('session:b', 600, '{"n": 1}')
      expect(await payloadOf({})).toMatchObject({ kind: 'cache-value', reader: null })
      await server.app.del('session:a')
      expect(await payloadOf({})).toMatchObject({ reader: 'own-engine', serializer: 'json' })
      expect(await payloadOf({ format: 'signed' })).toEqual({ kind: 'session-text' })
    })
  })
})

function dataOf(data: Uint8Array | undefined): string {
  const { node } = decodeCacheValue(Buffer.from(data ?? []), { container: 'redis', flags: null, settings: null, now: Date.now() })
  return node === null ? 'nothing' : formatNotation(node, { interchange: true })
}
