import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeCacheValue } from '../../electron/core/codecs/cache-value/decode.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { formatNotation } from '../../shared/values/notation.ts'
import { never, readAll } from '../conformance/store/harness.ts'
import { findDjangos, runPython } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import type { ServerKind, TestDatabase } from '../support/sql-servers.ts'
import { whyNoDriver } from './server-peer.ts'

const CLOCKS = [{ useTz: true, timeZone: 'America/Chicago' }, { useTz: false, timeZone: 'Asia/Kolkata' }]
const SPACE = { prefix: 'shop', version: '2' }

const SETUP = `
import json, logging, sys
arg = json.load(sys.stdin)
place = arg["place"]
if place["kind"] == "mysql":
    import pymysql
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.__version__ = "2.2.1"
    pymysql.install_as_MySQLdb()
import os, time
os.environ["TZ"] = arg["clock"]["timeZone"]
time.tzset()
from django.conf import settings
engines = {"sqlite": "sqlite3", "postgres": "postgresql", "mysql": "mysql"}
settings.configure(
    SECRET_KEY="key of the tests", USE_TZ=arg["clock"]["useTz"], TIME_ZONE=arg["clock"]["timeZone"], INSTALLED_APPS=[],
    DATABASES={"default": {"ENGINE": "django.db.backends." + engines[place["kind"]], "HOST": place.get("host", ""), "PORT": place.get("port", ""), "USER": place.get("user", ""), "PASSWORD": place.get("password", ""), "NAME": place.get("database") or place.get("path")}},
    CACHES={"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "my_cache", "KEY_PREFIX": "shop", "VERSION": 2}},
)
import django
django.setup()
logging.disable(logging.CRITICAL)
from datetime import datetime, timedelta, timezone as tz
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, models
from django.contrib.sessions.backends.cache import SessionStore
def answer(value):
    print(json.dumps(value))
def expires():
    "Instants, as Django reads its own column."
    from django.utils import timezone
    field = models.DateTimeField()
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, expires FROM my_cache")
        for key, value in cursor.fetchall():
            for convert in connection.ops.get_db_converters(models.expressions.Expression(output_field=field)):
                value = convert(value, models.expressions.Expression(output_field=field), connection)
            if value.year == 9999:
                continue
            if value.tzinfo is None:
                value = value.replace(tzinfo=tz.utc) if settings.USE_TZ else timezone.make_aware(value)
            found[key] = round((value - datetime(1970, 1, 1, tzinfo=tz.utc)).total_seconds())
    return found
`

type Kind = 'sqlite' | ServerKind
const KINDS: readonly Kind[] = ['sqlite', 'postgres', 'mysql']

async function peersOf(kind: Kind): Promise<{ readonly pythons: readonly DjangoPython[]; readonly why: string }> {
  const all = findDjangos()
  if (kind === 'sqlite') return { pythons: all, why: 'no Python with Django' }
  const noServer = await whyNoServer(kind)
  if (noServer !== null) return { pythons: [], why: noServer }
  const whys = await Promise.all(all.map((python) => whyNoDriver(python, kind)))
  return { pythons: all.filter((_, index) => whys[index] === null), why: whys.find((why) => why !== null) ?? 'no Python with Django' }
}
const peers = { sqlite: await peersOf('sqlite'), postgres: await peersOf('postgres'), mysql: await peersOf('mysql') }

describe.each(KINDS.map((kind) => ({ kind, name: `${kind}${peers[kind].pythons.length > 0 ? '' : ` (skipped: ${peers[kind].why})`}` })))('DatabaseCache on $name', ({ kind }) => {
  const { pythons } = peers[kind]
  const cases = pythons.flatMap((python) => CLOCKS.map((clock) => ({ python, clock, label: python.label })))
  describe.skipIf(cases.length === 0).each(cases)('$label, USE_TZ $clock.useTz, TIME_ZONE $clock.timeZone', ({ python, clock }) => {
    let folder = ''
    let database: TestDatabase | null = null
    let store: SessionStore | null = null
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'coatcheck-cache-'))
      if (kind !== 'sqlite') database = await makeDatabase(kind, '')
      await django('call_command("createcachetable"); answer(None)')
    })
    afterEach(async () => {
      await store?.[Symbol.asyncDispose]()
      await database?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    const django = async <T>(script: string, arg: Readonly<Record<string, unknown>> = {}): Promise<T> => {
      const place = database === null ? { kind: 'sqlite', path: join(folder, 'db.sqlite3') } : database.profile()
      return JSON.parse(await runPython(python, `${SETUP}\n${script}`, { input: JSON.stringify({ ...arg, clock, place }) })) as T
    }
    const open = async (): Promise<SessionStore> => {
      const siteClock = { ...clock, origin: 'settings' } as const
      store = await openStore(database === null ? { kind: 'sqlite', path: join(folder, 'db.sqlite3'), table: 'my_cache', clock: siteClock, cache: SPACE } : database.profile({ table: 'my_cache', clock: siteClock, cache: SPACE }))
      return store
    }
    const look = 'session = SessionStore(arg["key"]); data = session.load(); answer({"key": session.session_key, "data": dict(data)})'
    const dataOf = (bytes: Uint8Array): string => {
      const { node } = decodeCacheValue(Buffer.from(bytes), { container: 'database-cache', flags: null, settings: null, now: Date.now() })
      return node === null ? 'nothing' : formatNotation(node, { interchange: true })
    }

    it('gives all its sessions and nothing else, with the instants that Django has for them', async () => {
      const made = await django<{ data: Record<string, number>; expires: Record<string, number> }>(`
made = {}
for number in range(20):
    session = SessionStore(); session["n"] = number; session.set_expiry(5000 + number); session.save()
    made[session.session_key] = number
cache.set("page", "<html>"); cache.set("django.contrib.sessions.cached_db" + "k" * 32, {"n": 20}, None)
answer({"data": made, "expires": expires()})`)
      const all = await open()
      expect((await all.describe(never)).readOnlyReason).toBeNull()
      expect((await readAll(all, { by: 'expireDate', direction: 'asc' }, 7)).sort()).toEqual([...Object.keys(made.data), 'k'.repeat(32)].sort())
      for (const [key, number] of Object.entries(made.data)) {
        const session = await all.read(key, never)
        expect(dataOf(session?.data ?? new Uint8Array())).toContain(`"n":${number},`)
        expect((session?.expireDate ?? 0) / 1_000_000).toBe(made.expires[`shop:2:django.contrib.sessions.cache${key}`])
      }
    })

    it('is read by Django as it was edited, ended, deleted and restored here', async () => {
      const made = await django<{ key: string; other: string }>('a = SessionStore(); a["n"] = 1; a.save(); b = SessionStore(); b["n"] = 2; b.save(); answer({"key": a.session_key, "other": b.session_key})')
      const { key } = made
      const all = await open()
      const [before, other] = await Promise.all([all.read(key, never), all.read(made.other, never)])
      if (before === null || other === null) throw new Error('Django’s sessions are not there.')
      const later = (Math.floor(Date.now() / 1000) + 500) * 1_000_000
      const edited = await all.write({ key, ifEtag: before.etag, data: other.data, expireDate: later + 999_999 }, never)
      expect(edited).toMatchObject({ outcome: 'done' })
      expect(await django(look, { key })).toEqual({ key, data: { n: 2 } })
      expect((await django<Record<string, number>>('answer(expires())'))[`shop:2:django.contrib.sessions.cache${key}`]).toBe(later / 1_000_000)
      expect(await all.deleteMany([{ key, ifEtag: edited.etag }], never)).toMatchObject([{ outcome: 'done' }])
      expect(await django(look, { key })).toEqual({ key: null, data: {} })
      expect(await all.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(await django(look, { key })).toEqual({ key, data: { n: 1 } })
      await all.write({ key, ifEtag: before.etag, expireDate: Date.now() * 1000 - 2_000_000 }, never)
      expect(await django(look, { key })).toEqual({ key: null, data: {} })
    })

    it('is neither overwritten nor brought back when Django was quicker', async () => {
      const keys = await django<string[]>('answer([(s := SessionStore(), s.save(), s.session_key)[2] for _ in range(2)])')
      const [saved = '', deleted = ''] = keys
      const all = await open()
      const etags = await Promise.all(keys.map(async (key) => (await all.read(key, never))?.etag ?? ''))
      await django('s = SessionStore(arg["saved"]); s["n"] = 3; s.save(); SessionStore(arg["deleted"]).delete(); answer(None)', { saved, deleted })
      expect(await all.write({ key: saved, ifEtag: etags[0] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'conflict' })
      expect(await all.write({ key: deleted, ifEtag: etags[1] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'gone' })
      expect(await django(look, { key: saved })).toEqual({ key: saved, data: { n: 3 } })
    })
  })
})
