import { describe, expect, it } from 'vitest'
import type { StoredSession, SessionStore } from '../../../electron/core/stores/session-store.ts'
import type { Subject } from './harness.ts'
import { NOON, never, whatStands } from './harness.ts'

export function describeWriting(harness: Subject): void {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')

  async function openWith(data: string): Promise<{ store: SessionStore; before: StoredSession }> {
    await harness.put([{ key: 'k', data, expireDate: NOON }, { key: 'other', data: 'untouched', expireDate: NOON }])
    const store = await harness.open()
    const before = await store.read('k', never)
    if (before === null) throw new Error('The session was not seeded.')
    return { store, before }
  }
  const textOf = async (store: SessionStore, key: string): Promise<string> => Buffer.from((await store.read(key, never))?.data ?? []).toString('utf8')

  describe('writing', () => {
    it('replaces data, expire date or both, leaves the rest, and answers with the new etag', async () => {
      const { store, before } = await openWith('one')
      const first = await store.write({ key: 'k', ifEtag: before.etag, data: bytes('twoé') }, never)
      expect(first).toMatchObject({ outcome: 'done' })
      expect(await store.read('k', never)).toMatchObject({ expireDate: NOON, etag: first.etag })
      const second = await store.write({ key: 'k', ifEtag: first.etag ?? '', expireDate: harness.at(5) }, never)
      expect(await store.read('k', never)).toMatchObject({ expireDate: harness.at(5), etag: second.etag })
      expect(await textOf(store, 'k')).toBe('twoé')
      await store.write({ key: 'k', ifEtag: second.etag ?? '', data: bytes('three'), expireDate: harness.at(6) }, never)
      expect(await store.read('k', never)).toMatchObject({ expireDate: harness.at(6) })
      expect(await textOf(store, 'k')).toBe('three')
      expect(await textOf(store, 'other')).toBe('untouched')
    })

    it.each([['data', { data: 'by the app', expireDate: NOON }], ['the expire date', { data: 'one', expireDate: harness.at(1) }]])('writes nothing over %s that the app changed meanwhile', async (_, change) => {
      const { store, before } = await openWith('one')
      await harness.put([{ key: 'k', ...change }])
      const outcome = await store.write({ key: 'k', ifEtag: before.etag, data: bytes('mine'), expireDate: harness.at(9) }, never)
      const now = await store.read('k', never)
      expect(outcome).toMatchObject({ outcome: 'conflict', etag: now?.etag })
      expect(now?.expireDate).toBe(change.expireDate)
      expect(await textOf(store, 'k')).toBe(change.data)
    })

    it('writes many at once, each by its own etag, and tells of each in order', async () => {
      const { store, before } = await openWith('one')
      const other = await store.read('other', never)
      const outcomes = await store.writeMany([
        { key: 'k', ifEtag: before.etag, data: bytes('two') },
        { key: 'gone', ifEtag: before.etag, data: bytes('x') },
        { key: 'other', ifEtag: before.etag, data: bytes('x') },
      ], never)
      expect(outcomes.map(({ key, outcome }) => [key, outcome])).toEqual([['k', 'done'], ['gone', 'gone'], ['other', 'conflict']])
      expect(outcomes[0]?.etag).toBe((await store.read('k', never))?.etag)
      expect(outcomes[2]?.etag).toBe(other?.etag)
      expect([await textOf(store, 'k'), await textOf(store, 'other')]).toEqual(['two', 'untouched'])
    })

    it('does not bring back a session that the app deleted', async () => {
      const { store, before } = await openWith('one')
      await harness.remove('k')
      expect(await store.write({ key: 'k', ifEtag: before.etag, data: bytes('mine') }, never)).toMatchObject({ outcome: 'gone', etag: null })
      expect(await store.read('k', never)).toBeNull()
    })

    it('takes an edit back by its image: same data, same expire date, same etag', async () => {
      const { store, before } = await openWith('one')
      const edit = await store.write({ key: 'k', ifEtag: before.etag, data: bytes('two'), expireDate: harness.at(1_234_567) }, never)
      const undo = await store.write({ key: 'k', ifEtag: edit.etag ?? '', data: before.data, image: before.image }, never)
      expect(undo).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(whatStands(await store.read('k', never), harness.traits)).toEqual(whatStands(before, harness.traits))
    })

    it('refuses to change nothing', async () => {
      const { store, before } = await openWith('one')
      await expect(store.write({ key: 'k', ifEtag: before.etag }, never)).rejects.toMatchObject({ code: 'NOTHING_TO_CHANGE' })
    })

    it('lets one of two writers with the same etag win', async () => {
      const { store, before } = await openWith('one')
      const outcomes = await Promise.all(['a', 'b'].map((data) => store.write({ key: 'k', ifEtag: before.etag, data: bytes(data) }, never)))
      expect(outcomes.map((item) => item.outcome).sort()).toEqual(['conflict', 'done'])
    })
  })
}
