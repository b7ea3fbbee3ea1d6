import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { never, readAll } from '../conformance/store/harness.ts'
import { findDjangos } from '../support/django.ts'
import type { DjangoPython } from '../support/django.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import type { ServerKind, TestDatabase } from '../support/sql-servers.ts'
import { runDjangoOn, whyNoDriver } from './server-peer.ts'

const CLOCKS = [{ useTz: true, timeZone: 'America/Chicago' }, { useTz: false, timeZone: 'Asia/Kolkata' }]
const KINDS: readonly ServerKind[] = ['postgres', 'mysql']

async function findPython(kind: ServerKind): Promise<{ readonly python: DjangoPython | null; readonly why: string | null }> {
  let why = await whyNoServer(kind)
  if (why !== null) return { python: null, why }
  for (const python of findDjangos()) {
    why = await whyNoDriver(python, kind)
    if (why === null) return { python, why }
  }
  if (process.env['CI'] === 'true') throw new Error(why ?? 'no Python with Django')
  return { python: null, why: why ?? 'no Python with Django' }
}
const peers = { postgres: await findPython('postgres'), mysql: await findPython('mysql') }

describe.each(KINDS)('Django’s own sessions on %s', (kind) => {
  const { python, why } = peers[kind]
  describe.skipIf(python === null).each(CLOCKS)(`USE_TZ $useTz, TIME_ZONE $timeZone${why === null ? '' : ` (skipped: ${why})`}`, (clock) => {
    let database: TestDatabase
    beforeEach(async () => { database = await makeDatabase(kind, '') })
    afterEach(() => database[Symbol.asyncDispose]())

    const django = <T>(script: string, arg?: Readonly<Record<string, unknown>>): Promise<T> => {
      if (python === null) throw new Error('skipped')
      return runDjangoOn<T>(python, clock, database.profile(), script, arg)
    }
    const open = (): Promise<SessionStore> => openStore(database.profile({ clock: { ...clock, origin: 'settings' } }))

    it('are read with the instants that Django has for them, and may be written', async () => {
      const dates = await django<Record<string, number>>(`
call_command("migrate", verbosity=0)
for value in [None, 0, 1, 300, 86400 * 400, timedelta(days=3), timedelta(microseconds=1)]:
    session = SessionStore()
    session["n"] = 1
    if value is not None:
        session.set_expiry(value)
    session.save()
for day, micro in [(21, 123456), (22, 0), (23, 1)]:
    value = datetime(2026, 11, day, 10, 0, 0, micro, tz.utc)
    value = value if settings.USE_TZ else value.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)
    Session.objects.create(session_key="fixed%d" % day, session_data="x", expire_date=value)
answer({row.pk: micros(row.expire_date) for row in Session.objects.all()})`)
      await using store = await open()
      expect((await store.describe(never)).readOnlyReason).toBeNull()
      const seen: Record<string, number | null> = {}
      for (const key of await readAll(store, { by: 'expireDate', direction: 'asc' }, 3)) seen[key] = (await store.read(key, never))?.expireDate ?? null
      expect(seen).toEqual(dates)
      // Columns of PostgreSQL hold instants whatever Django is set to.
      expect(dates['fixed21']).toBe(Date.UTC(2026, 10, 21, 10) * 1000 + 123_456)
    })

    it('are read by Django as they were written, deleted and restored here', async () => {
      const made = await django<{ key: string; other: string }>(`
call_command("migrate", verbosity=0)
session = SessionStore(); session["n"] = 1; session.save()
answer({"key": session.session_key, "other": session.encode({"n": 2, "é": "ü", "emoji": "🎟"})})`)
      const { key } = made
      await using store = await open()
      const before = await store.read(key, never)
      if (before === null) throw new Error('Django’s session is not there.')
      const expireDate = Date.UTC(2033, 0, 2, 3, 4, 5) * 1000 + 6
      const written = await store.write({ key, ifEtag: before.etag, data: Buffer.from(made.other), expireDate }, never)
      const look = `
row = Session.objects.filter(pk=arg["key"]).first()
answer(None if row is None else {"data": row.get_decoded(), "expires": micros(row.expire_date)})`
      expect(await django(look, { key })).toEqual({ data: { n: 2, 'é': 'ü', 'emoji': '🎟' }, expires: expireDate })
      expect(await store.deleteMany([{ key, ifEtag: written.etag }], never)).toMatchObject([{ outcome: 'done' }])
      expect(await django(look, { key })).toBeNull()
      expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(await django(look, { key })).toEqual({ data: { n: 1 }, expires: before.expireDate })
    })

    it('are not brought back, nor overwritten, when Django was quicker', async () => {
      const keys = await django<string[]>('call_command("migrate", verbosity=0); answer([(s := SessionStore(), s.save(), s.session_key)[2] for _ in range(2)])')
      const [saved = '', deleted = ''] = keys
      await using store = await open()
      const etags = await Promise.all(keys.map(async (key) => (await store.read(key, never))?.etag ?? ''))
      await django('s = SessionStore(arg["saved"]); s["n"] = 3; s.save(); SessionStore(arg["deleted"]).delete(); answer(None)', { saved, deleted })
      expect(await store.write({ key: saved, ifEtag: etags[0] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'conflict' })
      expect(await store.write({ key: deleted, ifEtag: etags[1] ?? '', data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'gone' })
      expect(await django('answer({row.pk: row.get_decoded() for row in Session.objects.all()})')).toEqual({ [saved]: { n: 3 } })
    })
  })
})
