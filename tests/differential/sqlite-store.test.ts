import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { currentDjango } from '../support/django.ts'
import { collect, never, readAll } from '../conformance/store/harness.ts'
import { runDjango } from './django-peer.ts'

const python = currentDjango()
const CLOCKS = [
  { useTz: true, timeZone: 'America/Chicago' },
  { useTz: false, timeZone: 'America/Chicago' },
  { useTz: false, timeZone: 'Asia/Kolkata' },
]

describe.skipIf(python === null)('Django’s own sessions (skipped: no Python with Django)', () => {
  let folder = ''
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'coatcheck-django-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  describe.each(CLOCKS)('USE_TZ $useTz, TIME_ZONE $timeZone', (clock) => {
    const database = (): string => join(folder, 'db.sqlite3')
    const django = <T>(script: string, arg?: Readonly<Record<string, unknown>>): Promise<T> => {
      if (python === null) throw new Error('skipped')
      return runDjango<T>(python, clock, database(), script, arg)
    }
    const open = (): Promise<SessionStore> => openStore({ kind: 'sqlite', path: database(), table: 'django_session', clock: { ...clock, origin: 'settings' } })

    it('are read with the instants that Django has for them, in Django’s order', async () => {
      const made = await django<{ dates: Record<string, number>; orders: Record<string, string[]> }>(`
call_command("migrate", verbosity=0)
variants = [None, 0, 1, 300, 86400 * 400, timedelta(days=3), timedelta(microseconds=1)]
aware = [datetime(2026, 11, 21, 10, 0, 0, 123456, tz.utc), datetime(2030, 7, 1, tzinfo=tz.utc)]
for value in variants + [item if settings.USE_TZ else item.replace(tzinfo=None) for item in aware]:
    session = SessionStore()
    session["n"] = 1
    if value is not None:
        session.set_expiry(value)
    session.save()
for i in range(40):
    Session.objects.create(session_key="tie%02d" % i, session_data="x", expire_date=moment(1795255200000000 + i // 4))
answer({
    "dates": {row.pk: micros(row.expire_date) for row in Session.objects.all()},
    "orders": {key: list(Session.objects.order_by(*fields).values_list("pk", flat=True)) for key, fields in {"key asc": ["pk"], "key desc": ["-pk"]}.items()},
})`)
      await using store = await open()
      expect((await store.describe(never)).readOnlyReason).toBeNull()
      const dates: Record<string, number | null> = {}
      for (const key of await readAll(store, { by: 'key', direction: 'asc' }, 7)) dates[key] = (await store.read(key, never))?.expireDate ?? null
      expect(dates).toEqual(made.dates)
      for (const direction of ['asc', 'desc'] as const) {
        expect(await readAll(store, { by: 'key', direction }, 7)).toEqual(made.orders[`key ${direction}`])
        // Ties have no order in Django.
        const byDate = (await readAll(store, { by: 'expireDate', direction }, 7)).map((key) => made.dates[key] ?? 0)
        expect(byDate).toEqual([...byDate].sort((a, b) => (direction === 'asc' ? a - b : b - a)))
      }
    })

    it('are live for Django’s load and expired for its clear_expired at the same instants as here', async () => {
      const now = Date.UTC(2026, 6, 1, 12) * 1000 + 500_000
      const offsets = [-1_000_000, -500_000, -1, 0, 1, 500_000, 1_000_000]
      await django('call_command("migrate", verbosity=0); answer(None)')
      await django(`
for offset in arg["offsets"]:
    session = SessionStore()
    Session.objects.create(session_key=session._get_new_session_key(), session_data=session.encode({"n": 1}), expire_date=moment(arg["now"] + offset))
answer(None)`, { now, offsets })
      await using store = await open()
      const [step] = (await collect(store.tally({ order: { by: 'expireDate', direction: 'asc' }, every: 50, now }, never))).slice(-1)
      const seen = await django<{ live: number; cleared: number }>(`
with at(arg["now"]):
    live = sum(1 for key in Session.objects.values_list("pk", flat=True) if SessionStore(key).load() == {"n": 1})
    before = Session.objects.count()
    SessionStore.clear_expired()
answer({"live": live, "cleared": before - Session.objects.count()})`, { now })
      expect(step).toMatchObject({ examined: 7, live: seen.live })
      expect(seen).toEqual({ live: 3, cleared: 3 })
    })

    it('see what is written, deleted and restored here', async () => {
      await django('call_command("migrate", verbosity=0); answer(None)')
      const key = await django<string>('session = SessionStore(); session["n"] = 1; session.save(); answer(session.session_key)')
      const other = await django<{ data: string }>('session = SessionStore(); answer({"data": session.encode({"n": 2, "é": "ü"})})')
      await using store = await open()
      const before = await store.read(key, never)
      if (before === null) throw new Error('Django’s session is not there.')
      const expireDate = Date.UTC(2033, 0, 2, 3, 4, 5) * 1000 + 6
      const written = await store.write({ key, ifEtag: before.etag, data: Buffer.from(other.data), expireDate }, never)
      const look = `
row = Session.objects.filter(pk=arg["key"]).first()
answer(None if row is None else {"data": row.get_decoded(), "expires": micros(row.expire_date), "raw": raw()[arg["key"]]})`
      expect(await django(look, { key })).toMatchObject({ data: { n: 2, 'é': 'ü' }, expires: expireDate })
      expect(await store.deleteMany([{ key, ifEtag: written.etag }], never)).toMatchObject([{ outcome: 'done' }])
      expect(await django(look, { key })).toBeNull()
      expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(await django(look, { key })).toMatchObject({ data: { n: 1 }, expires: before.expireDate, raw: before.image.columns['expire_date'] })
    })

    it('are not brought back, nor overwritten, when Django was quicker', async () => {
      await django('call_command("migrate", verbosity=0); answer(None)')
      const keys = await django<string[]>('answer([(s := SessionStore(), s.save(), s.session_key)[2] for _ in range(2)])')
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
