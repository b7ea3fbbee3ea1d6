import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeResult, PlannedChange } from '../../shared/model/change.ts'
import type { SessionDetail, SessionRow, WalkOrder } from '../../shared/model/session.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import type { CachedDbSite } from '../support/cached-db.ts'
import { makeCachedDbSite } from '../support/cached-db.ts'
import type { DjangoPython } from '../support/django.ts'
import { couldImport, findDjangos, runPython } from '../support/django.ts'
import type { PairPlace, PairPlaceName, StoredPair } from './pair-places.ts'
import { PAIR_PLACES, openPairPlace, whyNoPlace } from './pair-places.ts'

const KEYED = { by: 'key', direction: 'asc' } as const
const ROWLESS = { by: 'rowless', direction: 'asc' } as const

async function whyNo(name: PairPlaceName, python: DjangoPython): Promise<string | null> {
  const missing = await whyNoPlace(name)
  if (missing !== null) return missing
  const { modules } = PAIR_PLACES[name]
  const why = await runPython(python, `import sys; sys.path.append("/usr/lib/python3/dist-packages")\nimport ${modules}`).then(() => null, () => `${python.label} has not all of ${modules}`)
  if (why !== null) console.warn(`\n*** ${name}: ${why}. ***\n`)
  return why
}

/** The same bytes, and the same end as near as memcached tells it. */
function expectSame(found: StoredPair, wanted: StoredPair): void {
  expect(found.bytes).toEqual(wanted.bytes)
  expect(Math.abs(found.end - wanted.end)).toBeLessThanOrEqual(2)
}

const names = Object.keys(PAIR_PLACES) as PairPlaceName[]
const cases = await Promise.all(names.flatMap((name) => findDjangos().filter((python) => couldImport(python, PAIR_PLACES[name].modules)).map(async (python) => ({ name, python, why: await whyNo(name, python) }))))
for (const name of names) {
  if (process.env['CI'] === 'true' && cases.every((one) => one.name !== name || one.why !== null)) throw new Error(`No Django here can keep cached_db in ${name}.`)
}

describe.each(cases.map((one) => ({ ...one, title: `${one.name} of ${one.python.label}${one.why === null ? '' : ` (skipped: ${one.why})`}` })))('cached_db over $title', ({ name, python, why }) => {
  describe.skipIf(why !== null)('as one source', () => {
    let place: PairPlace
    let site: CachedDbSite
    let app: TestApp
    let sourceId = ''
    beforeEach(async () => {
      place = await openPairPlace(name)
      site = await makeCachedDbSite(python, place.cache, place.rows)
      app = await startApp()
      const source = await app.client.call('sources.open', { target: { kind: 'pair', row: place.rowUrl, cache: place.cacheUrl }, keys: { secretKey: site.secret, fallbacks: [] }, clock: { useTz: true, timeZone: 'UTC' } })
      expect(source).toMatchObject({ engine: 'cached_db', table: 'django_session', readOnlyReason: null, cache: { payload: { kind: 'cache-value' } } })
      expect(source.cache?.enumerate).not.toBe('none')
      sourceId = source.id
    })
    afterEach(async () => {
      await app[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    })

    const make = (data: unknown): Promise<string> => site.django('s = SessionStore(); s.update(job["data"]); s.save(); answer(s.session_key)', { data })
    const load = (key: string): Promise<readonly [Record<string, unknown>, string | null]> => site.django('answer(load(job["key"]))', { key })
    const inRow = (key: string): Promise<unknown> => site.django('answer(Session.objects.get(pk=job["key"]).get_decoded())', { key })
    const inCopy = (key: string): Promise<unknown> => site.django('answer(copy(job["key"]))', { key })
    const dropRow = (key: string): Promise<unknown> => site.django('Session.objects.filter(pk=job["key"]).delete(); answer(None)', { key })
    async function show(key: string): Promise<SessionDetail> {
      const detail = await app.client.call('sessions.read', { sourceId, key })
      if (detail === null) throw new Error('There is no such session.')
      return detail
    }
    const list = async (order: WalkOrder): Promise<readonly SessionRow[]> => (await app.client.call('sessions.listPage', { sourceId, order, cursor: null, limit: 50 })).rows
    const apply = async (change: PlannedChange): Promise<ChangeResult> => app.client.call('changes.apply', { planId: (await app.client.call('changes.plan', { sourceId, change })).planId })
    const undo = ({ changeId }: ChangeResult): Promise<ChangeResult> => app.client.call('changes.undo', { changeId: changeId ?? '' })
    const layersOf = ({ outcomes }: ChangeResult): unknown => outcomes.map(({ outcome, layers }) => [outcome, layers?.map(({ layer }) => layer)])

    it('shows both layers of what Django saved, and names what became of them as Django acts on it', async () => {
      // One after the other: a cache table that is locked for a moment drops what it is given, silently.
      const same = await make({ 'cart': [1, 2], '_auth_user_id': '42' })
      const changed = await make({ a: 1 })
      const deleted = await make({ a: 1 })
      const evicted = await make({ a: 1 })
      await site.django(`
row = Session.objects.get(pk=job["changed"]); row.session_data = SessionStore().encode({"a": 2}); row.save()
Session.objects.filter(pk=job["deleted"]).delete()
cache.delete(KEY_PREFIX + job["evicted"])
answer(None)`, { changed, deleted, evicted })
      const { pair, row, text } = await show(same)
      expect(row).toMatchObject({ state: 'live', userId: '42', drift: 'same' })
      expect(pair?.layers.map(({ layer, isRead, text: read }) => [layer, isRead, read?.data])).toEqual([['db', false, text.data], ['cache', true, text.data]])
      expect(pair?.layers[0]?.text?.signature).toMatchObject({ state: 'valid', verifiedBy: 'SECRET_KEY' })
      const drifts = await Promise.all([changed, deleted, evicted].map(async (key) => {
        const detail = await show(key)
        return [detail.pair?.drift, detail.row.state, detail.pair?.layers.find(({ isRead }) => isRead)?.layer]
      }))
      expect(drifts).toEqual([['data', 'live', 'cache'], ['rowless', 'live', 'cache'], ['cache-missing', 'live', 'db']])
      expect(Object.fromEntries((await list(KEYED)).map(({ key, drift }) => [key, drift]))).toEqual({ [same]: 'same', [changed]: 'data', [evicted]: 'cache-missing' })
      for (const key of [changed, deleted, evicted]) expect(await load(key)).toEqual([{ a: 1 }, key])
    })

    it('writes an edit to both, row first; Django reads it from either, and the undo brings back every byte', async () => {
      const key = await make({ a: 1, text: 'é'.repeat(50) })
      const before = await place.stored(key)
      const { etag } = await show(key)
      const result = await apply({ kind: 'edit', key, ifEtag: etag, data: '{"a":2}', expiry: null })
      expect(layersOf(result)).toEqual([['done', ['db', 'cache']]])
      expect(await load(key)).toEqual([{ a: 2 }, key])
      expect(await inRow(key)).toEqual({ a: 2 })
      expect(await inCopy(key)).toEqual({ a: 2 })
      expect((await show(key)).pair?.drift).toBe('same')
      expect((await place.stored(key)).bytes).not.toEqual(before.bytes)
      await undo(result)
      expectSame(await place.stored(key), before)
    })

    it('moves the end in both, and ends a session for good', async () => {
      const key = await make({ _auth_user_id: '42' })
      const before = await place.stored(key)
      const moved = await apply({ kind: 'expire', sessions: [{ key, ifEtag: (await show(key)).etag }], expiry: { kind: 'in', seconds: 3600 } })
      expect(layersOf(moved)).toEqual([['done', ['db', 'cache']]])
      expect(await load(key)).toEqual([{ _auth_user_id: '42', _session_expiry: 3600 }, key])
      const wanted = Date.now() / 1000 + 3600
      const rowEnd = await site.django<number>('answer(Session.objects.get(pk=job["key"]).expire_date.timestamp())', { key })
      for (const end of [rowEnd, (await place.stored(key)).end]) expect(Math.abs(end - wanted)).toBeLessThan(60)
      await undo(moved)
      expectSame(await place.stored(key), before)
      const ended = await apply({ kind: 'expire', sessions: [{ key, ifEtag: (await show(key)).etag }], expiry: { kind: 'now' } })
      expect(await load(key)).toEqual([{}, null])
      await undo(ended)
      expect(await load(key)).toEqual([{ _auth_user_id: '42' }, key])
    })

    it('deletes both layers; with its row alone gone a session lives on, is listed as such, and can be deleted and brought back', async () => {
      const [whole, ghost] = [await make({ a: 1 }), await make({ a: 2 })]
      const before = await place.stored(whole)
      await dropRow(ghost)
      expect(await load(ghost)).toEqual([{ a: 2 }, ghost])
      expect(await list(ROWLESS)).toMatchObject([{ key: ghost, state: 'live', drift: 'rowless' }])
      const result = await apply({ kind: 'delete', sessions: await Promise.all([whole, ghost].map(async (key) => ({ key, ifEtag: (await show(key)).etag }))) })
      expect(layersOf(result)).toEqual([['done', ['db', 'cache']], ['done', ['cache']]])
      for (const key of [whole, ghost]) expect(await load(key)).toEqual([{}, null])
      await undo(result)
      expectSame(await place.stored(whole), before)
      expect(await load(ghost)).toEqual([{ a: 2 }, ghost])
    })

    it('writes neither layer when Django saved the session between plan and apply', async () => {
      const key = await make({ a: 1 })
      const { etag } = await show(key)
      const { planId } = await app.client.call('changes.plan', { sourceId, change: { kind: 'edit', key, ifEtag: etag, data: '{"a":2}', expiry: null } })
      await site.django('s = SessionStore(job["key"]); s["b"] = 1; s.save(); answer(None)', { key })
      const saved = await place.stored(key)
      expect((await app.client.call('changes.apply', { planId })).outcomes).toMatchObject([{ outcome: 'conflict' }])
      expectSame(await place.stored(key), saved)
      expect(await load(key)).toEqual([{ a: 1, b: 1 }, key])
    })
  })
})
