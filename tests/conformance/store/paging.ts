import { describe, expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { NOON, ORDERS, collect, dataOf, never, readAll, sortedBy } from './harness.ts'

export function describePaging(harness: Subject): void {
  describe('paging', () => {
    it('answers an empty store with an empty last page', async () => {
      const store = await harness.open()
      for (const order of harness.orders) {
        expect(await store.listPage({ order, cursor: null, limit: 10 }, never)).toMatchObject({ keys: [], next: null, examined: 0 })
      }
    })

    it.each(harness.orders)('walks every session once by $by $direction, whatever the page size', async (order) => {
      const rows = harness.rows(50)
      await harness.put(rows)
      const store = await harness.open()
      const byKey = new Map(rows.map((row) => [row.key, row]))
      for (const limit of [1, 3, 7, 50, 51]) {
        const keys = await readAll(store, order, limit)
        expect(new Set(keys).size).toBe(50)
        if (order.by !== 'stored') expect(keys.map((key) => (order.by === 'key' ? key : byKey.get(key)?.expireDate))).toEqual(sortedBy(rows, order))
      }
    })

    it('walks backwards in the exact reverse of forwards, ties too', async () => {
      await harness.put(harness.rows(40))
      const store = await harness.open()
      for (const by of harness.traits.sort) {
        const forwards = await readAll(store, { by, direction: 'asc' }, 6)
        const backwards = await readAll(store, { by, direction: 'desc' }, 9)
        expect(backwards.reverse()).toEqual(forwards)
      }
    })

    it('gives key, data, size, expire date and etag of each row', async () => {
      await harness.put([{ key: 'a', data: 'first', expireDate: NOON }, { key: 'b', data: 'é', expireDate: harness.at(1) }, { key: 'c', data: '', expireDate: harness.at(2) }])
      const store = await harness.open()
      const page = await store.listPage({ order: harness.order, cursor: null, limit: 5, withEtags: true }, never)
      expect(page.next).toBeNull()
      const found = page.keys.map((key, index) => ({ key, data: dataOf(page, index), expireDate: page.expireDates[index], size: page.sizes[index] }))
      expect(found.sort((one, other) => (one.key < other.key ? -1 : 1))).toEqual([
        { key: 'a', data: 'first', expireDate: NOON, size: 5 },
        { key: 'b', data: 'é', expireDate: harness.at(1), size: 2 },
        { key: 'c', data: '', expireDate: harness.at(2), size: 0 },
      ])
      for (const [index, key] of page.keys.entries()) expect(page.etags?.[index]).toBe((await store.read(key, never))?.etag)
    })

    it.each(harness.orders)('neither misses nor repeats a session by $by $direction while others come and go', async (order) => {
      const rows = harness.rows(60)
      await harness.put(rows)
      const store = await harness.open()
      const leaving = new Set(rows.filter((_, index) => index % 5 === 0).map((row) => row.key))
      const toLeave = [...leaving]
      let round = 0
      const keys = await readAll(store, order, 4, async (page) => {
        round += 1
        // The very row that the next page continues after may be the one that goes.
        const last = page.keys.at(-1)
        const victim = last !== undefined && leaving.has(last) ? last : toLeave.pop()
        if (victim !== undefined) await harness.remove(victim)
        await harness.put([{ key: `new${round}`, data: 'x', expireDate: harness.at(round * 500_000) }, { key: `zzz${round}`, data: 'x', expireDate: harness.at(-round) }])
      })
      const staying = rows.filter((row) => !leaving.has(row.key)).map((row) => row.key)
      expect(keys.filter((key) => staying.includes(key)).sort()).toEqual(staying.sort())
      expect(new Set(keys).size).toBe(keys.length)
    })

    it('goes on when the row that a cursor stands on is gone', async () => {
      await harness.put(harness.rows(9))
      const store = await harness.open()
      for (const order of harness.orders) {
        const all = await readAll(store, order, 9)
        const first = await store.listPage({ order, cursor: null, limit: 3 }, never)
        const lost = first.keys[2] ?? ''
        const kept = await store.read(lost, never)
        await harness.remove(lost)
        const second = await store.listPage({ order, cursor: first.next, limit: 9 }, never)
        const rest = all.filter((key) => !first.keys.includes(key))
        expect(order.by === 'stored' ? second.keys.toSorted() : second.keys).toEqual(order.by === 'stored' ? rest.toSorted() : rest)
        if (kept !== null) await harness.put([{ key: lost, data: Buffer.from(kept.data).toString(), expireDate: kept.expireDate ?? 0 }])
      }
    })

    it('refuses damaged cursors, those of another walk, orders that it does not have, and page sizes out of bounds', async () => {
      await harness.put(harness.rows(5))
      const store = await harness.open()
      const { order } = harness
      const { next } = await store.listPage({ order, cursor: null, limit: 2 }, never)
      const whole = next ?? ''
      const damaged = ['', 'x', '!!!', whole.slice(1), `${whole.slice(0, 12)}`, Buffer.from('[9,"key","asc",1]').toString('base64url'), Buffer.from('[1,"key","asc",{},{}]').toString('base64url')]
      for (const cursor of damaged) await expect(store.listPage({ order, cursor, limit: 2 }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      for (const other of harness.orders.slice(1)) await expect(store.listPage({ order: other, cursor: whole, limit: 2 }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      for (const missing of ORDERS.filter(({ by }) => !harness.traits.sort.includes(by))) {
        await expect(store.listPage({ order: missing, cursor: null, limit: 2 }, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
        await expect(collect(store.tally({ order: missing, every: 50, now: NOON }, never))).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
      }
      if (order.by === 'stored') await expect((await harness.open()).listPage({ order, cursor: whole, limit: 2 }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      for (const limit of [0, -1, 1.5, Number.NaN, 2001]) await expect(store.listPage({ order, cursor: null, limit }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    })
  })
}
