import { describe, expect, it } from 'vitest'
import type { Subject } from './harness.ts'
import { NOON, never, whatStands } from './harness.ts'

export function describeRestoring(harness: Subject): void {
  describe('restoring', () => {
    it('brings a deleted session back as it was', async () => {
      await harness.put([{ key: 'k', data: 'é', expireDate: harness.at(123_456) }])
      const store = await harness.open()
      const before = await store.read('k', never)
      if (before === null) throw new Error('The session was not seeded.')
      await store.deleteMany([{ key: 'k', ifEtag: before.etag }], never)
      expect(await store.restore(before.image, never)).toMatchObject({ key: 'k', outcome: 'done', etag: before.etag, reason: null })
      expect(whatStands(await store.read('k', never), harness.traits)).toEqual(whatStands(before, harness.traits))
    })

    it('leaves a session alone that the app made meanwhile', async () => {
      await harness.put([{ key: 'k', data: 'old', expireDate: NOON }])
      const store = await harness.open()
      const before = await store.read('k', never)
      if (before === null) throw new Error('The session was not seeded.')
      await harness.put([{ key: 'k', data: 'new', expireDate: NOON }])
      const now = await store.read('k', never)
      expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'exists', etag: now?.etag })
      expect(whatStands(await store.read('k', never), harness.traits)).toEqual(whatStands(now, harness.traits))
    })

    it('refuses an image that is no whole session', async () => {
      const store = await harness.open()
      await expect(store.restore({ key: 'k', columns: {} }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
      expect(await store.read('k', never)).toBeNull()
    })
  })
}
