import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../shared/limits.ts'
import type { StoreHarness } from './harness.ts'
import { NOON, dataOf, never } from './harness.ts'

export function describeReading(harness: StoreHarness): void {
  describe('reading', () => {
    it('gives bytes and expire date as they are stored, expired or not', async () => {
      const data = harness.holdsNul === false ? 'é"\n' : 'é\u0000"\n'
      await harness.put([{ key: 'k', data, expireDate: 1_000_001 }])
      const store = await harness.open()
      const session = await store.read('k', never)
      expect(session).toMatchObject({ key: 'k', expireDate: 1_000_001 })
      expect(Buffer.from(session?.data ?? []).toString('utf8')).toBe(data)
      expect(session?.physical.some((fact) => fact.name === 'expire_date')).toBe(true)
    })

    it('knows no session by a part of its key, another case or a pattern', async () => {
      await harness.put([{ key: 'abc', data: 'x', expireDate: NOON }])
      const store = await harness.open()
      for (const key of ['ABC', 'ab', 'abcd', 'ab%', '%', '_bc', '*', 'abc ', ' abc', 'abc\u0000']) expect(await store.read(key, never)).toBeNull()
    })

    it('has another etag when the data or the expire date changes, the same when neither does', async () => {
      const row = { key: 'k', data: 'one', expireDate: NOON }
      await harness.put([row])
      const store = await harness.open()
      const etag = async (): Promise<string | undefined> => (await store.read('k', never))?.etag
      const first = await etag()
      await harness.put([row])
      expect(await etag()).toBe(first)
      await harness.put([{ ...row, data: 'two' }])
      expect(await etag()).not.toBe(first)
      await harness.put([{ ...row, expireDate: NOON + 1 }])
      expect(await etag()).not.toBe(first)
    })

    it('refuses a value over the limit and names its size; its page still lists it', async () => {
      await harness.put([{ key: 'big', data: 'x'.repeat(LIMITS.storedValueBytes + 1), expireDate: NOON }, { key: 'small', data: 'y', expireDate: NOON }])
      const store = await harness.open()
      await expect(store.read('big', never)).rejects.toMatchObject({ code: 'SESSION_TOO_LARGE', message: expect.stringMatching(/83886\d\d/) as string })
      const page = await store.listPage({ order: { by: 'key', direction: 'asc' }, cursor: null, limit: 5 }, never)
      expect(page).toMatchObject({ keys: ['big', 'small'], sizes: [LIMITS.storedValueBytes + 1, 1] })
      expect([dataOf(page, 0), dataOf(page, 1)]).toEqual(['', 'y'])
    })
  })
}
