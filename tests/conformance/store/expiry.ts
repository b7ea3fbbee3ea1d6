import { describe, expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { NOON, never } from './harness.ts'

const INSTANTS = [0, 1, 999_999, 1_000_000, NOON, NOON + 1, NOON + 100_000, NOON + 999_999, Date.UTC(2038, 0, 20) * 1000, Date.UTC(2200, 1, 28) * 1000]

export function describeExpiry(harness: Subject): void {
  const { tick, until, keepsExpired, sort } = harness.traits
  const instants = [...new Set(INSTANTS.map((at) => Math.floor(at / tick) * tick))].filter((at) => at <= until && (keepsExpired || at >= NOON))

  describe('expiry', () => {
    it('keeps every instant that is written', async () => {
      await harness.put([{ key: 'k', data: 'x', expireDate: harness.at(-1) }])
      const store = await harness.open()
      for (const expireDate of instants) {
        const etag = (await store.read('k', never))?.etag ?? ''
        expect(await store.write({ key: 'k', ifEtag: etag, expireDate }, never)).toMatchObject({ outcome: 'done' })
        expect((await store.read('k', never))?.expireDate).toBe(expireDate)
      }
    })

    it(keepsExpired ? 'keeps a session that it is told to end' : 'drops a session that it is told to end, and brings it back by its image', async () => {
      await harness.put([{ key: 'k', data: 'x', expireDate: NOON }])
      const store = await harness.open()
      const before = await store.read('k', never)
      if (before === null) throw new Error('The session was not seeded.')
      const past = Date.UTC(2001, 8, 9) * 1000
      const ended = await store.write({ key: 'k', ifEtag: before.etag, expireDate: past }, never)
      expect(ended).toMatchObject({ outcome: 'done' })
      expect(await store.read('k', never)).toEqual(keepsExpired ? expect.objectContaining({ expireDate: past, etag: ended.etag }) : null)
      if (keepsExpired) return
      expect(ended.etag).toBeNull()
      expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect((await store.read('k', never))?.expireDate).toBe(NOON)
    })

    it(sort.includes('expireDate') ? 'orders by the instant, whole seconds and fractions alike' : 'has no order by the instant, and says so', async () => {
      await harness.put(instants.toReversed().map((expireDate, index) => ({ key: `k${index}`, data: 'x', expireDate })))
      const store = await harness.open()
      const page = store.listPage({ order: { by: 'expireDate', direction: 'asc' }, cursor: null, limit: 50 }, never)
      if (sort.includes('expireDate')) expect((await page).expireDates).toEqual(instants)
      else await expect(page).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    })
  })
}
