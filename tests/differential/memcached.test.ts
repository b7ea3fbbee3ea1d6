import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { chooseServer } from '../../electron/core/stores/memcached/server-choice.ts'
import type { MemcachedClient } from '../../electron/core/stores/memcached/server-choice.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { formatNotation } from '../../shared/values/notation.ts'
import { memcachedProfile } from '../conformance/store/memcached-harness.ts'
import { never, readAll } from '../conformance/store/harness.ts'
import { findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import type { TestMemcached } from '../support/memcached.ts'

const order = { by: 'stored', direction: 'asc' } as const
const BACKENDS = { pymemcache: 'PyMemcacheCache', pylibmc: 'PyLibMCCache' } as const

/** Debian's libraries serve the Django of the virtual environment too, where that has none of its own. */
const SETUP = `
import json, logging, sys
sys.path.append("/usr/lib/python3/dist-packages")
arg = json.load(sys.stdin)
from django.conf import settings
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=True, INSTALLED_APPS=[],
    CACHES={"default": {"BACKEND": "django.core.cache.backends.memcached." + arg["backend"], "LOCATION": arg["servers"], "KEY_PREFIX": "shop", "VERSION": 2}},
)
import django
django.setup()
logging.disable(logging.CRITICAL)
from django.core.cache import cache
from django.contrib.sessions.backends.cache import SessionStore
def answer(value):
    print(json.dumps(value))
`

const missing = whyNoMemcached()
const pairs = findDjangos().flatMap((python) => (['pymemcache', 'pylibmc'] as const).map((client) => ({ python, client, label: python.label })))
const usable = missing === null ? (await Promise.all(pairs.map(async (pair) => ({ pair, why: await whyNoLibrary(pair.python, pair.client) })))) : []

async function whyNoLibrary(python: DjangoPython, library: MemcachedClient): Promise<string | null> {
  const why = await runPython(python, `import sys; sys.path.append("/usr/lib/python3/dist-packages"); import ${library}`).then(() => null, () => `${python.label} has no ${library}`)
  if (why !== null) console.warn(`\n*** ${why}: install it beside Django to compare with it. ***\n`)
  return why
}

if (process.env['CI'] === 'true' && usable.every(({ why }) => why !== null)) throw new Error('No Django here has a library for memcached.')

describe.skipIf(missing !== null)(`sessions of Django in memcached${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  describe.each(usable.map(({ pair, why }) => ({ ...pair, why, name: `${pair.client} of ${pair.label}${why === null ? '' : ` (skipped: ${why})`}` })))('$name', ({ python, client, why }) => {
    describe.skipIf(why !== null)('on three servers', () => {
      const servers: TestMemcached[] = []
      let store: SessionStore
      beforeEach(async () => {
        servers.push(...(await Promise.all([startMemcached(), startMemcached(), startMemcached()])))
        store = await openStore(memcachedProfile(servers, { client, prefix: 'shop', version: '2' }))
      })
      afterEach(async () => {
        await store[Symbol.asyncDispose]()
        for (const server of servers.splice(0)) await server.kill()
      })

      const names = (): string[] => servers.map(({ port }) => `127.0.0.1:${port}`)
      const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> =>
        JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, backend: BACKENDS[client], servers: names() }) })) as T
      const look = 'session = SessionStore(arg["key"]); data = session.load(); answer({"key": session.session_key, "data": dict(data)})'
      const dataOf = (bytes: Uint8Array, flags: number | undefined): string => {
        const { node } = decodeCacheValue(Buffer.from(bytes), { container: 'memcached', flags: flags ?? null, settings: { reader: client, serializer: 'pickle', compressor: null }, now: Date.now() })
        return node === null ? 'nothing' : formatNotation(node, { interchange: true })
      }

      it('each key lies on the server that is chosen here', async () => {
        const keys = [...Array.from({ length: 300 }, (_, index) => `key-${index}-${'x'.repeat(index % 7)}`), ...(client === 'pymemcache' ? ['clé', 'ключ-1', '鍵鍵鍵', '🔑🔑'] : [])]
        await django('cache.set_many({key: 1 for key in arg["keys"]}); answer(None)', { keys })
        for (const key of keys) {
          const whole = `shop:2:${key}`
          const held = await Promise.all(servers.map(async (server) => (await server.run(Buffer.from(`mg ${whole}\r\n`), 1)).startsWith('HD')))
          expect([key, held.indexOf(true)]).toEqual([key, chooseServer(client, names(), whole)])
        }
      })

      it('all are found, with their data, flags and the second of their end', async () => {
        const made = await django<Record<string, number>>(`
made = {}
for number in range(40):
    session = SessionStore(); session["n"] = number; session.set_expiry(1000 + number if number % 2 else 40 * 86400); session.save()
    made[session.session_key] = number
cache.set("page", "<html>")
answer(made)`)
        expect((await readAll(store, order, 7)).sort()).toEqual(Object.keys(made).sort())
        const page = await store.listPage({ order, cursor: null, limit: 100 }, never)
        for (const [key, number] of Object.entries(made)) {
          const session = await store.read(key, never)
          const age = number % 2 === 1 ? 1000 + number : 40 * 86_400
          expect(dataOf(session?.data ?? new Uint8Array(), session?.flags)).toContain(`"n":${number},"_session_expiry":${age}`)
          expect(session?.flags).toBe(1)
          expect(Math.abs((session?.expireDate ?? 0) / 1_000_000 - Date.now() / 1000 - age)).toBeLessThan(30)
          expect(page.expireDates[page.keys.indexOf(key)]).toBe(session?.expireDate)
        }
        expect(page.flags).toEqual(page.keys.map(() => 1))
      })

      it('are read by Django as they were edited, ended, deleted and restored here', async () => {
        const made = await django<{ key: string; other: string }>('a = SessionStore(); a["n"] = 1; a.save(); b = SessionStore(); b["n"] = 2; b.save(); answer({"key": a.session_key, "other": b.session_key})')
        const { key } = made
        const [before, other] = await Promise.all([store.read(key, never), store.read(made.other, never)])
        if (before === null || other === null) throw new Error('Django’s sessions are not there.')
        const edited = await store.write({ key, ifEtag: before.etag, data: other.data }, never)
        expect(edited).toMatchObject({ outcome: 'done' })
        expect(await django(look, { key })).toEqual({ key, data: { n: 2 } })
        expect((await store.read(key, never))?.expireDate).toBe(before.expireDate)
        expect(await store.deleteMany([{ key, ifEtag: edited.etag }], never)).toMatchObject([{ outcome: 'done' }])
        expect(await django(look, { key })).toEqual({ key: null, data: {} })
        expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
        expect(await django(look, { key })).toEqual({ key, data: { n: 1 } })
        await store.write({ key, ifEtag: before.etag, expireDate: Date.now() * 1000 - 1_000_000 }, never)
        expect(await django(look, { key })).toEqual({ key: null, data: {} })
      })

      it('are neither overwritten nor brought back when Django was quicker', async () => {
        const keys = await django<string[]>('answer([(s := SessionStore(), s.save(), s.session_key)[2] for _ in range(2)])')
        const [saved = '', deleted = ''] = keys
        const etags = await Promise.all(keys.map(async (key) => (await store.read(key, never))?.etag ?? ''))
        await django('s = SessionStore(arg["saved"]); s["n"] = 3; s.save(); SessionStore(arg["deleted"]).delete(); answer(None)', { saved, deleted })
        expect(await store.write({ key: saved, ifEtag: etags[0] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'conflict' })
        expect(await store.write({ key: deleted, ifEtag: etags[1] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'gone' })
        expect(await django(look, { key: saved })).toEqual({ key: saved, data: { n: 3 } })
      })

      it('lose nothing to a Django that saves all the while', async () => {
        const made = await django<{ key: string; other: string }>('a = SessionStore(); a["by"] = "django"; a.save(); b = SessionStore(); b["by"] = "coatcheck"; b.save(); answer({"key": a.session_key, "other": b.session_key})')
        const { key } = made
        const ours = (await store.read(made.other, never))?.data ?? new Uint8Array()
        let isOver = false
        const saving = django<{ overwritten: number; seen: string[] }>(`
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
answer({"seen": sorted(seen)})`, { key }).finally(() => { isOver = true })
        const outcomes = new Set<string>()
        while (!isOver) {
          const session = await store.read(key, never)
          outcomes.add((await store.write({ key, ifEtag: session?.etag ?? '', data: ours }, never)).outcome)
        }
        const { seen } = await saving
        expect(seen).toEqual(['coatcheck', 'django'])
        expect(outcomes.has('done')).toBe(true)
        for (const outcome of outcomes) expect(['done', 'conflict']).toContain(outcome)
      })
    })
  })
})
