import { describe, expect, it } from 'vitest'
import type { NewSession } from '../../../electron/core/stores/session-store.ts'
import type { Subject } from './harness.ts'
import { NOON, never, whatStands } from './harness.ts'

export function describeCreating(harness: Subject): void {
  describe('creating', () => {
    const fresh = (engine: NewSession['engine'] = 'cache'): NewSession => ({ key: 'fresh', data: Buffer.from('data'), expireDate: harness.at(5), userId: null, engine })

    it.each(['cache', 'cached_db'] as const)('makes a session that is found, listed and ends when it was told to (%s)', async (engine) => {
      const store = await harness.open()
      const made = await store.create(fresh(engine), never)
      const found = await store.read('fresh', never)
      expect(made).toMatchObject({ key: 'fresh', outcome: 'done', etag: found?.etag, reason: null })
      expect(Buffer.from(found?.data ?? []).toString('utf8')).toBe('data')
      expect(found?.expireDate).toBe(harness.at(5))
    })

    it('leaves alone what stands there', async () => {
      await harness.put([{ key: 'fresh', data: 'the app', expireDate: NOON }])
      const store = await harness.open()
      const before = await store.read('fresh', never)
      expect(await store.create(fresh(), never)).toMatchObject({ outcome: 'exists', etag: before?.etag })
      expect(whatStands(await store.read('fresh', never), harness.traits)).toEqual(whatStands(before, harness.traits))
    })

    it('is deleted only as it was made', async () => {
      const store = await harness.open()
      const { etag } = await store.create(fresh(), never)
      await harness.put([{ key: 'fresh', data: 'the app has used it', expireDate: NOON }])
      expect(await store.deleteMany([{ key: 'fresh', ifEtag: etag }], never)).toMatchObject([{ outcome: 'conflict' }])
      const again = await store.read('fresh', never)
      expect(await store.deleteMany([{ key: 'fresh', ifEtag: again?.etag ?? '' }], never)).toMatchObject([{ outcome: 'done' }])
      expect(await store.read('fresh', never)).toBeNull()
    })
  })
}
