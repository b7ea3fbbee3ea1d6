import { describe, expect, it } from 'vitest'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Subject } from './harness.ts'
import { NOON, collect, never, readAll } from './harness.ts'

export function describeTally(harness: Subject): void {
  describe('tally', () => {
    it('of an empty store is nothing', async () => {
      const store = await harness.open()
      const steps = await collect(store.tally({ order: harness.order, every: 50, now: NOON }, never))
      expect(steps.at(-1)).toEqual({ examined: 0, live: 0, expired: 0, signposts: [] })
    })

    it.each(harness.orders)('has a signpost for each page by $by $direction', async (order) => {
      await harness.put(harness.rows(60))
      const store = await harness.open()
      const all = await readAll(store, order, 60)
      for (const every of [1, 7, 20, 59, 60, 61]) {
        const steps = await collect(store.tally({ order, every, now: NOON }, never))
        const signposts = steps.flatMap((step) => step.signposts)
        expect(signposts).toHaveLength(Math.ceil(60 / every) - 1)
        for (const [index, cursor] of signposts.entries()) {
          const page = await store.listPage({ order, cursor, limit: 3 }, never)
          expect(page.keys).toEqual(all.slice((index + 1) * every, (index + 1) * every + 3))
        }
      }
    })

    it('goes on over many reads, and tells of its progress', async () => {
      await harness.put(harness.rows(12_000))
      const store = await harness.open()
      const order = harness.orders[1] ?? harness.order
      const steps = await collect(store.tally({ order, every: 500, now: NOON + 2_000_000_000 }, never))
      expect(steps.length).toBeGreaterThan(1)
      expect(steps.map((step) => step.examined)).toEqual(steps.map((step) => step.examined).sort((a, b) => a - b))
      const last = steps.at(-1)
      expect(last?.examined).toBe(12_000)
      expect((last?.live ?? 0) + (last?.expired ?? 0)).toBe(12_000)
      const signposts = steps.flatMap((step) => step.signposts)
      expect(signposts).toHaveLength(23)
      const all = await readAll(store, order, 2000)
      const page = await store.listPage({ order, cursor: signposts[17] ?? null, limit: 2 }, never)
      expect(page.keys).toEqual(all.slice(9000, 9002))
    })

    it('counts by end where it can without reading: the first moment of a stretch belongs to it, the last does not', async () => {
      await harness.put([-2, -1, -1, 0, 1, 7].map((offset, index) => ({ key: `k${index}`, data: 'x', expireDate: harness.at(offset) })))
      const store = await harness.open()
      if (store.ends === undefined) return
      const [first, last] = [harness.at(-2), harness.at(7)]
      // Behind a worker, a store tells only when it is asked that it cannot.
      const none = await store.ends({ edges: [] }, never).catch((error: unknown) => {
        if (error instanceof CoatcheckError && error.code === 'STORE_UNSUPPORTED') return null
        throw error
      })
      if (none === null) return
      expect(none).toEqual({ first, last, counts: [] })
      expect(await store.ends({ edges: [harness.at(-1), harness.at(0), harness.at(1), harness.at(2), harness.at(6)] }, never)).toEqual({ first, last, counts: [2, 1, 1, 0] })
    })

    it('counts as live what Django would load: later than now, not equal to it', async () => {
      await harness.put([-1, 0, 1].map((offset) => ({ key: `k${offset + 1}`, data: 'x', expireDate: harness.at(offset) })))
      const store = await harness.open()
      const steps = await collect(store.tally({ order: harness.order, every: 50, now: NOON }, never))
      expect(steps.at(-1)).toMatchObject({ examined: 3, live: 1, expired: 2 })
    })
  })
}
