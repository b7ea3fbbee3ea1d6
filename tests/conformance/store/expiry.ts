import { describe, expect, it } from 'vitest'
import type { StoreHarness } from './harness.ts'
import { NOON, never } from './harness.ts'

export function describeExpiry(harness: StoreHarness): void {
  describe('expiry', () => {
    const instants = [0, 1, 999_999, 1_000_000, NOON, NOON + 1, NOON + 100_000, NOON + 999_999, Date.UTC(2038, 0, 20) * 1000, Date.UTC(2200, 1, 28) * 1000]

    it('keeps every microsecond that is written', async () => {
      await harness.put([{ key: 'k', data: 'x', expireDate: NOON }])
      const store = await harness.open()
      for (const expireDate of instants) {
        const etag = (await store.read('k', never))?.etag ?? ''
        expect(await store.write({ key: 'k', ifEtag: etag, expireDate }, never)).toMatchObject({ outcome: 'done' })
        expect((await store.read('k', never))?.expireDate).toBe(expireDate)
      }
    })

    it('orders by the instant, whole seconds and fractions alike', async () => {
      await harness.put(instants.toReversed().map((expireDate, index) => ({ key: `k${index}`, data: 'x', expireDate })))
      const store = await harness.open()
      const page = await store.listPage({ order: { by: 'expireDate', direction: 'asc' }, cursor: null, limit: 50 }, never)
      expect(page.expireDates).toEqual(instants)
    })
  })
}
