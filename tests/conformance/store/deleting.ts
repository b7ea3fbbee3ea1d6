import { describe, expect, it } from 'vitest'
import { imagesOf } from '../../../electron/core/stores/many.ts'
import type { Subject } from './harness.ts'
import { NOON, never, readAll } from './harness.ts'

export function describeDeleting(harness: Subject): void {
  describe('deleting', () => {
    it('re-checks each session and answers for each, in order', async () => {
      await harness.put(['same', 'changed', 'gone', 'any'].map((key) => ({ key, data: key, expireDate: NOON })))
      const store = await harness.open()
      const etags = new Map(await Promise.all(['same', 'changed', 'gone'].map(async (key) => [key, (await store.read(key, never))?.etag ?? ''] as const)))
      await harness.put([{ key: 'changed', data: 'by the app', expireDate: NOON }])
      await harness.remove('gone')
      const outcomes = await store.deleteMany(['same', 'changed', 'gone', 'any', 'never'].map((key) => ({ key, ifEtag: etags.get(key) ?? null })), never)
      expect(outcomes.map(({ key, outcome }) => [key, outcome])).toEqual([['same', 'done'], ['changed', 'conflict'], ['gone', 'gone'], ['any', 'done'], ['never', 'gone']])
      expect(outcomes[1]?.etag).toBe((await store.read('changed', never))?.etag)
      expect(await readAll(store, harness.order, 10)).toEqual(['changed'])
    })

    it('re-checks what was read for its before-image, however short ago', async () => {
      const keys = ['same', 'changed', 'later', 'gone', 'again']
      await harness.put(keys.map((key) => ({ key, data: key, expireDate: NOON })))
      const store = await harness.open()
      const { etags } = await imagesOf(store, keys, never)
      await harness.put([{ key: 'changed', data: 'by the app', expireDate: NOON }, { key: 'later', data: 'later', expireDate: harness.at(5) }])
      await harness.remove('gone')
      const targets = keys.map((key, index) => ({ key, ifEtag: etags[index] ?? '' }))
      const outcomes = await store.deleteMany(targets, never)
      expect(outcomes.map(({ key, outcome }) => [key, outcome])).toEqual([['same', 'done'], ['changed', 'conflict'], ['later', 'conflict'], ['gone', 'gone'], ['again', 'done']])
      await harness.put([{ key: 'again', data: 'again', expireDate: NOON }])
      expect(await store.deleteMany(targets.slice(4), never)).toMatchObject([{ key: 'again', outcome: 'done' }])
      expect((await readAll(store, harness.order, 10)).toSorted()).toEqual(['changed', 'later'])
    })

    it('deletes nothing for nothing, and a key given twice once', async () => {
      await harness.put(harness.rows(3))
      const store = await harness.open()
      expect(await store.deleteMany([], never)).toEqual([])
      const key = harness.rows(3)[0]?.key ?? ''
      const outcomes = await store.deleteMany([{ key, ifEtag: null }, { key, ifEtag: null }], never)
      expect(outcomes.map((item) => item.outcome)).toEqual(['done', 'gone'])
    })

    it('deletes many', async () => {
      const rows = harness.rows(3000)
      await harness.put(rows)
      const store = await harness.open()
      const outcomes = await store.deleteMany(rows.slice(0, 2500).map(({ key }) => ({ key, ifEtag: null })), never)
      expect(outcomes.map((item) => item.key)).toEqual(rows.slice(0, 2500).map((row) => row.key))
      expect(new Set(outcomes.map((item) => item.outcome))).toEqual(new Set(['done']))
      expect((await readAll(store, harness.order, 2000)).sort()).toEqual(rows.slice(2500).map((row) => row.key).sort())
    })
  })
}
