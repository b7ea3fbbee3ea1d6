import { describe, expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { NOON, collect, never, readAll } from './harness.ts'

export function describeLifecycle(harness: Subject): void {
  describe('lifecycle', () => {
    it('says what it can do, and why not where it cannot', async () => {
      const store = await harness.open()
      const description = await store.describe(never)
      const { sort, count, enumerate, filter, expiry } = harness.traits
      const mayWrite = description.readOnlyReason === null
      expect(description.capabilities).toEqual({ write: mayWrite, delete: mayWrite, sort, count, enumerate, filter, expiry })
      expect(description.extraColumns).toEqual([])
    })

    it('can be closed twice, and answers nothing afterwards', async () => {
      await harness.put(harness.rows(2))
      const store = await harness.open()
      await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()])
      await store[Symbol.asyncDispose]()
      const { order } = harness
      for (const call of [
        () => store.describe(never),
        () => store.listPage({ order, cursor: null, limit: 1 }, never),
        () => store.read('k', never),
        () => store.write({ key: 'k', ifEtag: 'x', expireDate: NOON }, never),
        () => store.deleteMany([{ key: 'k', ifEtag: null }], never),
        () => collect(store.tally({ order, every: 50, now: NOON }, never)),
      ]) await expect(call()).rejects.toMatchObject({ code: 'CONNECT_LOST' })
    })

    it('keeps what was written when it is opened again, beside others that are open', async () => {
      await harness.put(harness.rows(4))
      const [first, second] = [await harness.open(), await harness.open()]
      const key = harness.rows(4)[0]?.key ?? ''
      await first.deleteMany([{ key, ifEtag: null }], never)
      await first[Symbol.asyncDispose]()
      expect(await second.read(key, never)).toBeNull()
      expect(await readAll(await harness.open(), harness.orders.at(-1) ?? harness.order, 2)).toHaveLength(3)
    })
  })
}
