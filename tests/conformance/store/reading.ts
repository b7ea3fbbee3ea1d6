import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../shared/limits.ts'
import type { Subject } from './harness.ts'
import { NOON, dataOf, never, readAll } from './harness.ts'

export function describeReading(harness: Subject): void {
  describe('reading', () => {
    const { keepsExpired, expiryFact } = harness.traits
    const past = 1_000_000 + harness.traits.tick

    it('gives bytes and expire date as they are stored', async () => {
      const data = harness.holdsNul === false ? 'é"\n' : 'é\u0000"\n'
      await harness.put([{ key: 'k', data, expireDate: harness.at(7) }])
      const store = await harness.open()
      const session = await store.read('k', never)
      expect(session).toMatchObject({ key: 'k', expireDate: harness.at(7) })
      expect(Buffer.from(session?.data ?? []).toString('utf8')).toBe(data)
      expect(session?.physical.map((fact) => fact.name)).toContain(expiryFact)
    })

    it(keepsExpired ? 'gives a session whose time has passed too' : 'knows no session whose time has passed', async () => {
      await harness.put([{ key: 'k', data: 'x', expireDate: past }])
      const store = await harness.open()
      const session = await store.read('k', never)
      if (keepsExpired) expect(session).toMatchObject({ key: 'k', expireDate: past })
      else expect(session).toBeNull()
      expect(await readAll(store, harness.order, 5)).toEqual(keepsExpired ? ['k'] : [])
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
      await harness.put([{ ...row, expireDate: harness.at(1) }])
      expect(await etag()).not.toBe(first)
    })

    it('refuses a value over the limit and names its size; its page still lists it', async () => {
      await harness.put([{ key: 'big', data: 'x'.repeat(LIMITS.storedValueBytes + 1), expireDate: NOON }, { key: 'small', data: 'y', expireDate: NOON }])
      const store = await harness.open()
      await expect(store.read('big', never)).rejects.toMatchObject({ code: 'SESSION_TOO_LARGE', message: expect.stringMatching(/83886\d\d/) as string })
      const page = await store.listPage({ order: harness.order, cursor: null, limit: 5 }, never)
      const found = page.keys.map((key, index) => ({ key, size: page.sizes[index], data: dataOf(page, index) }))
      expect(found.sort((one, other) => (one.key < other.key ? -1 : 1))).toEqual([{ key: 'big', size: LIMITS.storedValueBytes + 1, data: '' }, { key: 'small', size: 1, data: 'y' }])
    })
  })
}
