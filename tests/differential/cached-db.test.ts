import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangePlan, ChangeResult, PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail, SessionRow } from '../../shared/model/session.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import { findDjangos } from '../support/django.ts'

const CLOCK = { useTz: true, timeZone: 'UTC' }

describe.each(findDjangos())('cached_db of $label over SQLite and FileBasedCache', (python) => {
  let folder = ''
  let site: CachedDbSite
  let app: TestApp
  let sourceId = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-copies-'))
    site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: folder })
    app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'pair', row: `sqlite://${site.database}`, cache: `djcache://${folder}` }, keys: { secretKey: site.secret }, clock: CLOCK })
    expect(source).toMatchObject({ engine: 'cached_db', table: 'django_session', readOnlyReason: null, cache: { location: folder, enumerate: 'none' } })
    sourceId = source.id
  })
  afterEach(async () => {
    await app[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const make = (data: unknown): Promise<string> => site.django('s = SessionStore(); s.update(job["data"]); s.save(); answer(s.session_key)', { data })
  const load = (key: string): Promise<readonly [Record<string, unknown>, string | null]> => site.django('answer(load(job["key"]))', { key })
  async function show(key: string): Promise<SessionDetail> {
    const detail = await app.client.call('sessions.read', { sourceId, key })
    if (detail === null) throw new Error('There is no such session.')
    return detail
  }
  const rowOf = async (key: string): Promise<SessionRow | undefined> => (await app.client.call('sessions.listPage', { sourceId, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 50 })).rows.find((row) => row.key === key)
  const plan = (change: PlannedChange): Promise<ChangePlan> => app.client.call('changes.plan', { sourceId, change })
  const applyPlan = (planId: string): Promise<ChangeResult> => app.client.call('changes.apply', { planId })
  const apply = async (change: PlannedChange): Promise<ChangeResult> => applyPlan((await plan(change)).planId)
  const undo = ({ changeId }: ChangeResult): Promise<ChangeResult> => app.client.call('changes.undo', { changeId: changeId ?? '' })
  /** Every byte of both layers. */
  async function stored(key: string): Promise<unknown> {
    const database = new Database(site.database, { readonly: true })
    const row = database.prepare('SELECT *, typeof(session_data), typeof(expire_date) FROM django_session WHERE session_key = ?').get(key)
    database.close()
    return [row, await site.django('import base64; path = cache._key_to_file(KEY_PREFIX + job["key"]); answer(base64.b64encode(open(path, "rb").read()).decode())', { key })]
  }
  /** What a program sees that goes around Django. */
  function sql(statement: string, ...values: readonly string[]): void {
    const database = new Database(site.database)
    database.prepare(statement).run(...values)
    database.close()
  }

  it('shows both layers of what Django saved, alike, and that the copy is read', async () => {
    const key = await make({ 'cart': { 'qty': 2 }, '_auth_user_id': '42' })
    const detail = await show(key)
    expect(detail.pair?.drift).toBe('same')
    expect(detail.pair?.layers.map(({ layer, isRead, reason, text }) => [layer, isRead, reason, text?.data])).toEqual([['db', false, null, detail.text.data], ['cache', true, null, detail.text.data]])
    expect(detail.pair?.layers[0]?.text?.signature).toMatchObject({ state: 'valid', verifiedBy: 'SECRET_KEY' })
    expect(detail.row).toMatchObject({ state: 'live', userId: '42', serializer: 'pickle', drift: 'same' })
    expect(await rowOf(key)).toMatchObject({ state: 'live', userId: '42', drift: 'same' })
  })

  it('names the drift as Django acts on it: the copy wins whatever became of the row', async () => {
    const [changed, expired, deleted, evicted] = [await make({ a: 1 }), await make({ a: 1 }), await make({ a: 1 }), await make({ a: 1 })]
    await site.django(`
row = Session.objects.get(pk=job["changed"]); row.session_data = SessionStore().encode({"a": 2}); row.save()
Session.objects.filter(pk=job["expired"]).update(expire_date="2001-01-01T00:00:00+00:00")
Session.objects.filter(pk=job["deleted"]).delete()
cache.delete(KEY_PREFIX + job["evicted"])
answer(None)`, { changed, expired, deleted, evicted })
    expect(Object.fromEntries(await Promise.all(Object.entries({ changed, expired, deleted, evicted }).map(async ([name, key]) => {
      const { row, pair } = await show(key)
      return [name, [pair?.drift, row.state, pair?.layers.find(({ isRead }) => isRead)?.layer, (await rowOf(key))?.drift]]
    })))).toEqual({ changed: ['data', 'live', 'cache', 'data'], expired: ['expiry', 'live', 'cache', 'expiry'], deleted: ['rowless', 'live', 'cache', undefined], evicted: ['cache-missing', 'live', 'db', 'cache-missing'] })
    for (const key of [changed, expired, deleted, evicted]) expect(await load(key)).toEqual([{ a: 1 }, key])
  })

  it('writes an edit to both, each in its form, and Django loads it from either; the undo brings back every byte', async () => {
    const key = await make({ a: 1, text: 'é'.repeat(50) })
    const before = await stored(key)
    const { etag } = await show(key)
    const shown = await plan({ kind: 'edit', key, ifEtag: etag, data: '{"a":2}', expiry: { kind: 'in', seconds: 3600 } })
    expect(shown.layers.map(({ place, written }) => [place, written])).toEqual([['row', true], ['signature', true], ['expire-date', true], ['copy', true], ['cookie', false]])
    const result = await applyPlan(shown.planId)
    expect(result.outcomes).toMatchObject([{ outcome: 'done', layers: [{ layer: 'db', outcome: 'done' }, { layer: 'cache', outcome: 'done' }] }])
    expect((await show(key)).pair?.drift).toBe('same')
    const inRow = await site.django<unknown>('answer(Session.objects.get(pk=job["key"]).get_decoded())', { key })
    expect(await load(key)).toEqual([{ a: 2, _session_expiry: 3600 }, key])
    expect(inRow).toEqual({ a: 2, _session_expiry: 3600 })
    await undo(result)
    expect(await stored(key)).toEqual(before)
  })

  it('expires for real: row and copy are named in the review, and the next request is anonymous', async () => {
    const key = await make({ _auth_user_id: '42' })
    const { etag } = await show(key)
    const shown = await plan({ kind: 'expire', sessions: [{ key, ifEtag: etag }], expiry: { kind: 'now' } })
    expect(shown.layers.filter(({ written }) => written).map(({ sentence }) => sentence.id)).toEqual(['changes.layers.expiryMoves', 'changes.layers.copyDeleted'])
    expect(shown.layers.find(({ place }) => place === 'copy')?.sentence.params['seconds']).toMatch(/^1,209,[56]\d\d$/)
    const result = await applyPlan(shown.planId)
    expect(await load(key)).toEqual([{}, null])
    await undo(result)
    expect(await load(key)).toEqual([{ _auth_user_id: '42' }, key])
  })

  it('would leave the session alive if only the row went', async () => {
    const key = await make({ _auth_user_id: '42' })
    sql('DELETE FROM django_session WHERE session_key = ?', key)
    expect(await load(key)).toEqual([{ _auth_user_id: '42' }, key])
  })

  it('deletes both, also what is left of a session whose row is gone; the undo restores both', async () => {
    const [whole, ghost] = [await make({ a: 1 }), await make({ a: 2 })]
    sql('DELETE FROM django_session WHERE session_key = ?', ghost)
    const result = await apply({ kind: 'delete', sessions: await Promise.all([whole, ghost].map(async (key) => ({ key, ifEtag: (await show(key)).etag }))) })
    expect(result.outcomes.map(({ layers }) => layers?.map(({ layer }) => layer))).toEqual([['db', 'cache'], ['cache']])
    for (const key of [whole, ghost]) expect(await load(key)).toEqual([{}, null])
    await undo(result)
    expect(await load(whole)).toEqual([{ a: 1 }, whole])
    expect(await load(ghost)).toEqual([{ a: 2 }, ghost])
  })

  it('writes neither layer when Django saved the session between plan and apply', async () => {
    const key = await make({ a: 1 })
    const { etag } = await show(key)
    const edit = await plan({ kind: 'edit', key, ifEtag: etag, data: '{"a":2}', expiry: null })
    const removal = await plan({ kind: 'delete', sessions: [{ key, ifEtag: etag }] })
    await site.django('s = SessionStore(job["key"]); s["b"] = 1; s.save(); answer(None)', { key })
    const saved = await stored(key)
    for (const { planId } of [edit, removal]) expect((await applyPlan(planId)).outcomes).toMatchObject([{ outcome: 'conflict' }])
    expect(await stored(key)).toEqual(saved)
    expect(await load(key)).toEqual([{ a: 1, b: 1 }, key])
  })

  it('heals drift: what is edited is what Django sees, and both hold it afterwards', async () => {
    const key = await make({ a: 1 })
    await site.django('row = Session.objects.get(pk=job["key"]); row.session_data = SessionStore().encode({"a": 99}); row.save(); answer(None)', { key })
    const { etag, text } = await show(key)
    expect(JSON.parse(text.data ?? '')).toEqual({ a: 1 })
    await apply({ kind: 'edit', key, ifEtag: etag, data: '{"a":3}', expiry: null })
    expect((await show(key)).pair?.drift).toBe('same')
    expect(await load(key)).toEqual([{ a: 3 }, key])
  })
})
