import { describe, expect, it } from 'vitest'
import type { SessionStore, WalkOrder } from '../../../electron/core/stores/session-store.ts'
import type { Subject } from './harness.ts'
import { NOON, collect, never, readAll } from './harness.ts'

/** Every call, as something to be stopped. */
const CALLS: readonly (readonly [string, (store: SessionStore, signal: AbortSignal, order: WalkOrder) => Promise<unknown>])[] = [
  ['describe', (store, signal) => store.describe(signal)],
  ['listPage', (store, signal, order) => store.listPage({ order, cursor: null, limit: 5 }, signal)],
  ['read', (store, signal) => store.read('k', signal)],
  ['tally', (store, signal, order) => collect(store.tally({ order, every: 50, now: NOON }, signal))],
  ['write', (store, signal) => store.write({ key: 'k', ifEtag: 'x', expireDate: NOON }, signal)],
  ['deleteMany', (store, signal) => store.deleteMany([{ key: 'k', ifEtag: null }], signal)],
  ['restore', (store, signal) => store.restore({ key: 'k', columns: {} }, signal)],
]

export function describeCancelling(harness: Subject): void {
  const { order } = harness
  describe('cancelling', () => {
    it.each(CALLS)('%s that is stopped before it begins does nothing', async (_, run) => {
      await harness.put([{ key: 'k', data: 'x', expireDate: NOON }])
      const store = await harness.open()
      await expect(run(store, AbortSignal.abort(), order)).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(await store.read('k', never)).not.toBeNull()
    })

    it.each(CALLS)('%s that is stopped while it runs ends in either way, and the store goes on', async (_, run) => {
      await harness.put([{ key: 'k', data: 'x', expireDate: NOON }])
      const store = await harness.open()
      const controller = new AbortController()
      const running = run(store, controller.signal, order).catch((error: unknown) => error)
      controller.abort()
      const result = await running
      if (result instanceof Error) expect(result).toHaveProperty('code', expect.stringMatching(/CANCELLED|REQUEST_INVALID/))
      expect((await store.describe(never)).server).not.toBe('')
    })

    it('stops a tally between two reads', async () => {
      await harness.put(harness.rows(25_000))
      const store = await harness.open()
      const controller = new AbortController()
      let steps = 0
      const walk = (async () => {
        for await (const step of store.tally({ order, every: 500, now: NOON }, controller.signal)) {
          steps += 1
          if (step.examined > 0) controller.abort()
        }
      })()
      await expect(walk).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(steps).toBe(1)
    })

    it('serves others while a tally runs', async () => {
      await harness.put(harness.rows(25_000))
      const store = await harness.open()
      const walk = store.tally({ order, every: 500, now: NOON }, never)[Symbol.asyncIterator]()
      await walk.next()
      expect((await store.listPage({ order, cursor: null, limit: 5 }, never)).keys).toHaveLength(5)
      expect(await walk.next()).toMatchObject({ done: false })
      await walk.return?.()
    })

    it('leaves each session whole or gone when a deletion is stopped', async () => {
      const rows = harness.rows(20_000)
      await harness.put(rows)
      const store = await harness.open()
      const controller = new AbortController()
      const running = store.deleteMany(rows.map(({ key }) => ({ key, ifEtag: null })), controller.signal).catch((error: unknown) => error)
      setTimeout(() => controller.abort(), 1)
      await running
      const left = await readAll(store, order, 2000)
      for (const key of left.slice(0, 20)) expect(await store.read(key, never)).not.toBeNull()
    })

    it('ignores a signal that comes after the answer', async () => {
      await harness.put(harness.rows(3))
      const store = await harness.open()
      for (const [, run] of CALLS.slice(0, 4)) {
        const controller = new AbortController()
        await run(store, controller.signal, order)
        controller.abort()
      }
      expect(await readAll(store, order, 2)).toHaveLength(3)
    })
  })
}
