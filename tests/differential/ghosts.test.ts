import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReadinessReport, RotationReport, SummaryReport } from '../../shared/model/report.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import { findDjangos } from '../support/django.ts'

const ROWLESS = { by: 'rowless', direction: 'asc' } as const
const STORED = { by: 'stored', direction: 'asc' } as const

describe.each(findDjangos())('ghosts of cached_db of $label: copies whose row was deleted', (python) => {
  let site: CachedDbSite
  let app: TestApp
  let sourceId = ''
  let keys: { readonly kept: string; readonly uncached: string; readonly ghost: string }

  beforeEach(async () => {
    site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.db.DatabaseCache', LOCATION: 'copies' })
    keys = await site.django(`
keys = {}
for name, qty in [("kept", 1), ("uncached", 2), ("ghost", 3)]:
    s = SessionStore(); s["_auth_user_id"] = "42"; s["cart"] = {"qty": qty}; s.save(); keys[name] = s.session_key
cache.delete(KEY_PREFIX + keys["uncached"])
row = Session.objects.get(pk=keys["kept"]); row.session_data = SessionStore().encode({"cart": {"qty": 9}}); row.save()
answer(keys)`)
    const database = new Database(site.database)
    database.prepare('DELETE FROM django_session WHERE session_key = ?').run(keys.ghost)
    database.close()
    app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'pair', row: `sqlite://${site.database}`, cache: `dbcache+sqlite://${site.database}?table=copies` }, keys: { secretKey: site.secret }, clock: { useTz: true, timeZone: 'UTC' } })
    expect(source.cache?.enumerate).not.toBe('none')
    sourceId = source.id
  })
  afterEach(async () => {
    await app[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
  })

  const load = (key: string): Promise<unknown> => site.django('answer(load(job["key"])[0])', { key })
  async function find(where: string, order: typeof ROWLESS | typeof STORED): Promise<readonly string[]> {
    const pages = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, order, where }))
    return pages.flatMap(({ rows }) => rows.map(({ key }) => key)).toSorted()
  }
  async function last<T>(stream: AsyncIterable<T>): Promise<T> {
    const report = (await Array.fromAsync(stream)).at(-1)
    if (report === undefined) throw new Error('There is no report.')
    return report
  }

  it('are listed as Django loads them, and deleted for good', async () => {
    const { rows } = await app.client.call('sessions.listPage', { sourceId, order: ROWLESS, cursor: null, limit: 10 })
    expect(rows).toMatchObject([{ key: keys.ghost, state: 'live', userId: '42', drift: 'rowless' }])
    expect(await load(keys.ghost), 'Django goes on with a ghost').toEqual({ _auth_user_id: '42', cart: { qty: 3 } })
    const detail = await app.client.call('sessions.read', { sourceId, key: keys.ghost })
    const plan = await app.client.call('changes.plan', { sourceId, change: { kind: 'delete', sessions: [{ key: keys.ghost, ifEtag: detail?.etag ?? '' }] } })
    expect(await app.client.call('changes.apply', { planId: plan.planId })).toMatchObject({ changed: 1, failed: 0 })
    expect(await load(keys.ghost)).toEqual({})
    expect((await last(app.client.stream('sessions.tally', { sourceId, order: ROWLESS, every: 50 }))).examined).toBe(1)
    expect((await app.client.call('sessions.listPage', { sourceId, order: ROWLESS, cursor: null, limit: 10 })).rows).toEqual([])
    expect((await last(app.client.stream('sessions.tally', { sourceId, order: ROWLESS, every: 50 }))).examined).toBe(0)
  })

  it('are found by their data, and rows by what Django loads in their place', async () => {
    expect(await find('cart.qty=3', ROWLESS)).toEqual([keys.ghost])
    expect(await find('cart.qty=1', ROWLESS)).toEqual([])
    expect(await find('size>1', ROWLESS)).toEqual([keys.ghost])
    expect(await find('cart.qty=1', STORED), 'the copy counts, not the row').toEqual([keys.kept])
    expect(await find('cart.qty=9', STORED)).toEqual([])
    expect(await find('cart.qty=2', STORED), 'without a copy the row counts').toEqual([keys.uncached])
    const [found] = await Array.fromAsync(app.client.stream('sessions.search', { sourceId, order: STORED, where: `key:${keys.uncached}`, withData: true }))
    expect(JSON.parse(found?.data?.[0] ?? 'null'), 'a row keeps its own copy, or none').toMatchObject({ cart: { qty: 2 } })
  })

  it('count in the reports on what Django loads, and stand beside those on keys', async () => {
    const summary: SummaryReport = await last(app.client.stream('reports.summary', { sourceId }))
    expect(summary).toMatchObject({ examined: 3, states: { live: 3 }, copies: { withRow: 1, rowless: 1 } })
    const rotation: RotationReport = await last(app.client.stream('reports.keyRotation', { sourceId }))
    expect(rotation).toMatchObject({ examined: 2, groups: [{ keyName: 'SECRET_KEY', sessions: 2, live: 2 }, { keyName: null, sessions: 0 }], copies: { withRow: 1, rowless: 1 } })
    const [copied, rowed] = await site.django<unknown[]>('settings.SECRET_KEY = "another"; answer([load(job["kept"])[0], load(job["uncached"])[0]])', keys)
    expect(rowed, 'a row is refused once its key has gone').toEqual({})
    expect(copied, 'a copy outlives the key').toMatchObject({ cart: { qty: 1 } })
    const readiness: ReadinessReport = await last(app.client.stream('reports.jsonReadiness', { sourceId }))
    expect(readiness).toMatchObject({ examined: 2, pickled: 0 })
  })
})
