import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createInlineDecoder } from '../../electron/core/codecs/inline-decoder.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { createMemoryJournal } from '../../electron/core/journal/memory-journal.ts'
import { listSessions } from '../../electron/core/sessions/browse.ts'
import type { ChangeTarget } from '../../electron/core/sessions/changes.ts'
import { createChanges } from '../../electron/core/sessions/changes.ts'
import { describeSession, readSession } from '../../electron/core/sessions/inspect.ts'
import type { SessionSource } from '../../electron/core/sessions/session-source.ts'
import { DEFAULT_SETTINGS } from '../../electron/core/sessions/session-source.ts'
import { createPairStore } from '../../electron/core/stores/pair/pair-store.ts'
import { toDjangoVersion } from '../../shared/model/django.ts'
import type { ChangePlan, ChangeResult, PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail, SessionRow } from '../../shared/model/session.ts'
import { never } from '../conformance/store/harness.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import { findDjangos } from '../support/django.ts'
import { createFileCacheLayer } from '../support/file-cache-layer.ts'

const clock = { useTz: true, timeZone: 'UTC', origin: 'settings' } as const

describe.each(findDjangos())('cached_db of $label', (python) => {
  let folder = ''
  let site: CachedDbSite
  let source: SessionSource
  let target: ChangeTarget
  const journal = createMemoryJournal()
  let ids = 0
  const changes = createChanges({ journal, clock: Date.now, newId: () => `id${ids++}` })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-copies-'))
    site = await makeCachedDbSite(python, { BACKEND: 'django.core.cache.backends.filebased.FileBasedCache', LOCATION: folder })
    const store = createPairStore(await openStore({ kind: 'sqlite', path: site.database, table: 'django_session', clock }), createFileCacheLayer(folder))
    const description = await store.describe(never)
    source = {
      store, decoder: createInlineDecoder(), settings: { ...DEFAULT_SETTINGS, engine: 'cached_db', clock, djangoVersion: toDjangoVersion(python.version.join('.')) }, keyring: [{ name: 'SECRET_KEY', secret: site.secret }],
      payload: description.payload, expiry: 'column', hasNaiveDates: true, ...(description.cache === undefined ? {} : { cache: description.cache }),
    }
    target = { sourceId: 's', target: { kind: 'pair', row: 'sqlite:///x', cache: 'djcache:///x' }, table: 'django_session', place: 'row', cache: folder, source, readOnlyReason: null, capabilities: description.capabilities }
  })
  afterEach(async () => {
    await source.store[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const make = (data: unknown): Promise<string> => site.django('s = SessionStore(); s.update(job["data"]); s.save(); answer(s.session_key)', { data })
  const load = (key: string): Promise<readonly [Record<string, unknown>, string | null]> => site.django('answer(load(job["key"]))', { key })
  async function show(key: string): Promise<SessionDetail> {
    const session = await readSession(source, key, Date.now(), never)
    if (session === null) throw new Error('There is no such session.')
    return describeSession(source, session, Date.now())
  }
  const rowOf = async (key: string): Promise<SessionRow | undefined> => (await listSessions(source, { order: { by: 'key', direction: 'asc' }, cursor: null, limit: 50 }, Date.now(), never)).rows.find((row) => row.key === key)
  const plan = (change: PlannedChange): Promise<ChangePlan> => changes.plan(target, change, never)
  const apply = async (change: PlannedChange): Promise<ChangeResult> => changes.apply((await plan(change)).planId, never)
  const undo = async ({ changeId }: ChangeResult): Promise<ChangeResult> => {
    const entry = await journal.read(changeId ?? '')
    if (entry === null) throw new Error('There is no journal.')
    return changes.undo(target, entry, never)
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
    const [changed, expired, deleted, evicted] = await Promise.all([make({ a: 1 }), make({ a: 1 }), make({ a: 1 }), make({ a: 1 })])
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
    const before = await source.store.read(key, never)
    const { etag } = await show(key)
    const shown = await plan({ kind: 'edit', key, ifEtag: etag, data: '{"a":2}', expiry: { kind: 'in', seconds: 3600 } })
    expect(shown.layers.map(({ place, written }) => [place, written])).toEqual([['row', true], ['signature', true], ['expire-date', true], ['copy', true], ['cookie', false]])
    const result = await changes.apply(shown.planId, never)
    expect(result.outcomes).toMatchObject([{ outcome: 'done', layers: [{ layer: 'db', outcome: 'done' }, { layer: 'cache', outcome: 'done' }] }])
    expect((await show(key)).pair?.drift).toBe('same')
    const inRow = await site.django<unknown>('answer(Session.objects.get(pk=job["key"]).get_decoded())', { key })
    expect(await load(key)).toEqual([{ a: 2, _session_expiry: 3600 }, key])
    expect(inRow).toEqual({ a: 2, _session_expiry: 3600 })
    await undo(result)
    const after = await source.store.read(key, never)
    expect(after?.image).toEqual(before?.image)
  })

  it('expires for real: row and copy are named in the review, and the next request is anonymous', async () => {
    const key = await make({ _auth_user_id: '42' })
    const { etag } = await show(key)
    const shown = await plan({ kind: 'expire', sessions: [{ key, ifEtag: etag }], expiry: { kind: 'now' } })
    expect(shown.layers.filter(({ written }) => written).map(({ sentence }) => sentence.id)).toEqual(['changes.layers.expiryMoves', 'changes.layers.copyDeleted'])
    expect(shown.layers.find(({ place }) => place === 'copy')?.sentence.params['seconds']).toBeGreaterThan(1_209_500)
    const result = await changes.apply(shown.planId, never)
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
    const saved = await source.store.read(key, never)
    for (const { planId } of [edit, removal]) expect((await changes.apply(planId, never)).outcomes).toMatchObject([{ outcome: 'conflict' }])
    expect((await source.store.read(key, never))?.image).toEqual(saved?.image)
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
