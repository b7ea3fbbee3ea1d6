import { beforeEach, describe, expect, it } from 'vitest'
import { CoatcheckError } from '../../../../shared/errors.ts'
import { verbatim } from '../../../../shared/words/reason.ts'
import { NOON, collect, never } from '../../../../tests/conformance/store/harness.ts'
import { createMemoryStore } from '../memory/memory-store.ts'
import type { MemoryRow } from '../memory/memory-store.ts'
import type { SessionStore, StoredSession } from '../session-store.ts'
import { createPairStore, openPair } from './pair-store.ts'
import { saying } from '../../../../tests/support/saying.ts'

const row = (text: string, expireDate = NOON): MemoryRow => ({ data: Buffer.from(text), expireDate })
const down = (): never => { throw new CoatcheckError('CONNECT_REFUSED', verbatim('Nobody answers there.')) }
const BY_KEY = { by: 'key', direction: 'asc' } as const
const ROWLESS = { by: 'rowless', direction: 'asc' } as const

let rows: Map<string, MemoryRow>
let copies: Map<string, MemoryRow>
let cache: SessionStore
let pair: SessionStore
beforeEach(() => {
  rows = new Map([['both', row('row')], ['alone', row('row only')]])
  copies = new Map([['both', row('copy', NOON + 1)], ['ghost', row('left behind')]])
  const listed = createMemoryStore(copies)
  // A cache has no order of its own.
  cache = { ...listed, listPage: (query, signal) => listed.listPage({ ...query, order: BY_KEY }, signal) }
  pair = createPairStore(createMemoryStore(rows), cache)
})

const read = async (key: string): Promise<StoredSession> => {
  const found = await pair.read(key, never)
  if (found === null) throw new Error(`There is no ${key}.`)
  return found
}
const standing = (): unknown => ({ rows: [...rows], copies: [...copies] })

describe('reading', () => {
  it('gives both layers with the bytes of each; the row leads', async () => {
    const both = await read('both')
    expect(Buffer.from(both.data).toString()).toBe('row')
    expect(both.layers?.map(({ layer, session, reason }) => [layer, session === null ? null : Buffer.from(session.data).toString(), session?.expireDate, reason])).toEqual([['db', 'row', NOON, null], ['cache', 'copy', NOON + 1, null]])
    expect((await read('alone')).layers?.map(({ session }) => session !== null)).toEqual([true, false])
    const ghost = await read('ghost')
    expect(Buffer.from(ghost.data).toString()).toBe('left behind')
    expect(ghost.layers?.map(({ session }) => session !== null)).toEqual([false, true])
    expect(await pair.read('none', never)).toBeNull()
  })

  it('lists rows with what the cache holds for each, and copies without a row in a walk of their own', async () => {
    const page = await pair.listPage({ order: BY_KEY, cursor: null, limit: 10, withEtags: true }, never)
    expect(page).toMatchObject({ keys: ['alone', 'both'], next: null, cache: { found: ['miss', 'hit'], expireDates: [null, NOON + 1], sizes: [0, 4] } })
    expect(page.etags).toEqual([(await read('alone')).etag, (await read('both')).etag])
    const ghosts = await pair.listPage({ order: ROWLESS, cursor: null, limit: 10, withEtags: true }, never)
    expect(ghosts).toMatchObject({ keys: ['ghost'], next: null, cache: { found: ['hit'], sizes: [11] }, etags: [(await read('ghost')).etag] })
    expect((await collect(pair.tally({ order: ROWLESS, every: 50, now: NOON }, never))).at(-1)).toMatchObject({ examined: 1, live: 1 })
    expect((await collect(pair.tally({ order: BY_KEY, every: 50, now: 0 }, never))).at(-1)).toMatchObject({ examined: 2 })
  })

  it('goes on from the rows when the cache does not answer, and says why', async () => {
    pair = createPairStore(createMemoryStore(rows), { ...cache, read: down })
    expect((await read('both')).layers?.[1]).toEqual({ layer: 'cache', session: null, reason: verbatim('Nobody answers there.') })
    expect((await pair.listPage({ order: BY_KEY, cursor: null, limit: 10 }, never)).cache?.found).toEqual(['failed', 'failed'])
    expect(await pair.read('ghost', never)).toBeNull()
  })
})

describe('a cache that cannot be opened', () => {
  it('leaves the rows readable and nothing writable, and says why', async () => {
    const store = await openPair(async () => createMemoryStore(rows), async () => down())
    expect((await store.describe(never)).readOnlyReason).toEqual(saying('The cache cannot be reached: Nobody answers there.'))
    expect((await store.read('both', never))?.layers?.[1]?.reason).toEqual(verbatim('Nobody answers there.'))
    await expect(store.listPage({ order: ROWLESS, cursor: null, limit: 5 }, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
  })

  it('is refused where it is no question of reaching it, and the rows are closed again', async () => {
    const store = createMemoryStore(rows)
    await expect(openPair(async () => store, async () => { throw new CoatcheckError('STORE_NOT_FOUND', verbatim('No folder.')) })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    await expect(store.describe(never)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
  })
})

describe('writing', () => {
  it('writes the row, then the copy, each with its own bytes; the undo brings both back', async () => {
    const before = await read('both')
    const was = standing()
    const order: string[] = []
    const watch = (layer: string, store: SessionStore): SessionStore => ({ ...store, write: (edit, signal) => { order.push(layer); return store.write(edit, signal) } })
    pair = createPairStore(watch('db', createMemoryStore(rows)), watch('cache', cache))
    const done = await pair.write({ key: 'both', ifEtag: before.etag, data: Buffer.from('new row'), expireDate: NOON + 9, cache: { kind: 'write', data: Buffer.from('new copy'), expireDate: NOON + 9 } }, never)
    expect(order).toEqual(['db', 'cache'])
    expect(done).toMatchObject({ outcome: 'done', etag: (await read('both')).etag, layers: [{ layer: 'db', outcome: 'done' }, { layer: 'cache', outcome: 'done' }] })
    expect([rows.get('both'), copies.get('both')]).toEqual([row('new row', NOON + 9), row('new copy', NOON + 9)])
    expect(await pair.write({ key: 'both', ifEtag: done.etag ?? '', data: before.data, image: before.image }, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(standing()).toEqual(was)
  })

  it('drops a copy where it is asked to, and puts it back by the undo', async () => {
    const before = await read('both')
    const was = standing()
    const done = await pair.write({ key: 'both', ifEtag: before.etag, expireDate: 1, cache: { kind: 'drop' } }, never)
    expect([rows.get('both')?.expireDate, copies.has('both')]).toEqual([1, false])
    await pair.write({ key: 'both', ifEtag: done.etag ?? '', data: before.data, image: before.image }, never)
    expect(standing()).toEqual({ rows: (was as { rows: unknown }).rows, copies: [['ghost', row('left behind')], ['both', row('copy', NOON + 1)]] })
  })

  it('makes no copy where none was, and drops the one that Django made of the old row meanwhile', async () => {
    const before = await read('alone')
    copies.set('alone', row('made again from the old row'))
    expect(await pair.write({ key: 'alone', ifEtag: before.etag, data: Buffer.from('new'), cache: { kind: 'write', data: Buffer.from('new copy') } }, never)).toMatchObject({ outcome: 'done' })
    expect([rows.get('alone'), copies.has('alone')]).toEqual([row('new'), false])
  })

  it.each([['row', () => rows.set('both', row('by the app'))], ['copy', () => copies.set('both', row('by the app'))]])('writes neither layer when the app changed the %s', async (_, change) => {
    const before = await read('both')
    change()
    const was = standing()
    expect(await pair.write({ key: 'both', ifEtag: before.etag, data: Buffer.from('x'), cache: { kind: 'write', data: Buffer.from('y') } }, never)).toMatchObject({ outcome: 'conflict', etag: (await read('both')).etag })
    expect(standing()).toEqual(was)
  })

  it('takes the row back when the copy changes between the two writes', async () => {
    const before = await read('both')
    pair = createPairStore(createMemoryStore(rows), { ...cache, write: async (edit, signal) => { copies.set('both', row('by the app')); return cache.write(edit, signal) } })
    expect(await pair.write({ key: 'both', ifEtag: before.etag, data: Buffer.from('x'), cache: { kind: 'write', data: Buffer.from('y') } }, never)).toMatchObject({ outcome: 'conflict' })
    expect([rows.get('both'), copies.get('both')]).toEqual([row('row'), row('by the app')])
  })

  it('writes nothing when the cache fails before, and tells of each layer when it fails in between', async () => {
    const before = await read('both')
    const edit = { key: 'both', ifEtag: before.etag, data: Buffer.from('x'), cache: { kind: 'write', data: Buffer.from('y') } } as const
    pair = createPairStore(createMemoryStore(rows), { ...cache, read: down })
    expect(await pair.write(edit, never)).toMatchObject({ outcome: 'failed', reason: verbatim('Nobody answers there.') })
    expect(rows.get('both')).toEqual(row('row'))
    pair = createPairStore(createMemoryStore(rows), { ...cache, write: down })
    expect(await pair.write(edit, never)).toMatchObject({ outcome: 'partly', reason: verbatim('Nobody answers there.'), layers: [{ layer: 'db', outcome: 'done' }, { layer: 'cache', outcome: 'failed' }] })
    expect([rows.get('both'), copies.get('both')]).toEqual([row('x'), row('copy', NOON + 1)])
  })
})

describe('deleting', () => {
  it('deletes the row, then the copy, whichever there is, and restores exactly that', async () => {
    for (const key of ['both', 'alone', 'ghost']) {
      const before = await read(key)
      const was = [rows.get(key), copies.get(key)]
      expect(await pair.deleteMany([{ key, ifEtag: before.etag }], never)).toMatchObject([{ outcome: 'done', etag: null }])
      expect(await pair.read(key, never)).toBeNull()
      expect(await pair.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect([rows.get(key), copies.get(key)]).toEqual(was)
    }
  })

  it('deletes neither layer when the row changed, or when one came to a ghost', async () => {
    const [both, ghost] = [await read('both'), await read('ghost')]
    rows.set('both', row('by the app'))
    rows.set('ghost', row('saved again'))
    const was = standing()
    expect((await pair.deleteMany([both, ghost].map(({ key, etag }) => ({ key, ifEtag: etag })), never)).map(({ outcome }) => outcome)).toEqual(['conflict', 'conflict'])
    expect(standing()).toEqual(was)
  })

  it('is partly done when the cache fails: the session lives on, and it says so', async () => {
    const before = await read('both')
    pair = createPairStore(createMemoryStore(rows), { ...cache, deleteMany: down })
    expect(await pair.deleteMany([{ key: 'both', ifEtag: before.etag }], never)).toMatchObject([{ outcome: 'partly', layers: [{ layer: 'db', outcome: 'done' }, { layer: 'cache', outcome: 'failed' }] }])
    expect([rows.has('both'), copies.has('both')]).toEqual([false, true])
  })
})
