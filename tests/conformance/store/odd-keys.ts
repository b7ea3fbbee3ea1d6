import { describe, expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { NOON, never, readAll } from './harness.ts'

const ODD_KEYS = ['*', '%', '_', ':', '%25', 'a%b', 'a_b', "it's", '"q"', '`', '\\', '--', ';', 'ключ', '鍵', '🔑', 'e\u0301', 'é', ' lead', 'trail ', 'tab\t', 'nul\u0000in', '__proto__', 'constructor', '0', '1e3', '0x10', 'NULL', "x'41'", '?', '$1', 'UPPER', 'upper', '\ufffd', 'k'.repeat(1200)]

export function describeOddKeys(harness: Subject): void {
  describe('odd keys', () => {
    const oddKeys = (): readonly string[] => ODD_KEYS.filter((key) => harness.holdsKey?.(key) ?? true)

    it.each(harness.orders)('lists each once by $by $direction', async (order) => {
      await harness.put(oddKeys().map((key) => ({ key, data: key, expireDate: NOON })))
      const store = await harness.open()
      for (const limit of [1, 5, 100]) expect((await readAll(store, order, limit)).sort()).toEqual([...oddKeys()].sort())
    })

    it('reads, writes, deletes and restores exactly the one that is named', async () => {
      await harness.put(oddKeys().map((key) => ({ key, data: `data of ${key}`, expireDate: NOON })))
      const store = await harness.open()
      for (const key of oddKeys()) {
        const before = await store.read(key, never)
        expect(Buffer.from(before?.data ?? []).toString('utf8')).toBe(`data of ${key}`)
        if (before === null) continue
        const written = await store.write({ key, ifEtag: before.etag, expireDate: harness.at(1) }, never)
        expect(await store.deleteMany([{ key, ifEtag: written.etag }], never)).toMatchObject([{ key, outcome: 'done' }])
        expect(await readAll(store, harness.order, 100)).toHaveLength(oddKeys().length - 1)
        expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      }
      expect((await readAll(store, harness.order, 100)).sort()).toEqual([...oddKeys()].sort())
    })
  })
}
