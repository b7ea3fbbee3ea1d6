import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { slotOf } from '../../electron/core/stores/redis/cluster-slot.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { redisProfile, startCluster, startSentinels, until, whyNoRedis } from '../support/redis-servers.ts'
import type { RedisProfile, TestRedis } from '../support/redis-servers.ts'
import { NOON, never, readAll } from './store/harness.ts'

const order = { by: 'stored', direction: 'asc' } as const
const missing = whyNoRedis()
const whole = (key: string): string => `:1:django.contrib.sessions.cache${key}`

describe.skipIf(missing !== null)(`a Redis of several servers${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const stores: SessionStore[] = []
  const open = async (changes: Partial<RedisProfile>, of: readonly TestRedis[]): Promise<SessionStore> => {
    const store = await openStore(redisProfile(of, changes))
    stores.push(store)
    return store
  }
  const put = (key: string, data: string, to: TestRedis): Promise<unknown> => to.app.set(whole(key), data, 'PXAT', NOON / 1000)
  const etagOf = async (store: SessionStore, key: string): Promise<string> => (await store.read(key, never))?.etag ?? ''
  afterEach(async () => { for (const store of stores.splice(0)) await store[Symbol.asyncDispose]() })

  it('fails over: the Sentinels name another master, and that one is read and written', async () => {
    await using place = await startSentinels()
    await put('k', 'old', place.master)
    await until(async () => (await place.replica.app.exists(whole('k'))) === 1)
    const store = await open({ topology: { kind: 'sentinel', master: 'shop' } }, place.sentinels)
    const etag = await etagOf(store, 'k')
    await place.master.kill()
    await until(async () => (await place.replica.app.info('replication')).includes('role:master'))
    await until(async () => (await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('new') }, never).catch(() => ({ outcome: 'failed' }))).outcome === 'done')
    expect(await place.replica.app.get(whole('k'))).toBe('new')
    await expect(open({ topology: { kind: 'sentinel', master: 'other' } }, place.sentinels)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
  }, 60_000)

  it('moves a slot to another node: reads and writes follow it', async () => {
    const nodes = await startCluster()
    try {
      const [from, to] = [nodes[0], nodes[1]]
      if (from === undefined || to === undefined) throw new Error('No nodes.')
      for (const key of ['a', '{b}c', 'x{}y', '{', '}{z}', 'ключ{é}']) expect(slotOf(key)).toBe(await from.app.call('CLUSTER', 'KEYSLOT', key))
      const key = Array.from({ length: 50 }, (_, index) => `k${index}`).find((name) => slotOf(whole(name)) < 5461) ?? ''
      await put(key, 'old', from)
      const store = await open({ topology: { kind: 'cluster' } }, nodes)
      const etag = await etagOf(store, key)
      const id = String(await to.app.call('CLUSTER', 'MYID'))
      await from.app.del(whole(key))
      for (const { app } of [to, from]) await app.call('CLUSTER', 'SETSLOT', String(slotOf(whole(key))), 'NODE', id)
      await put(key, 'old', to)
      await until(async () => (await store.write({ key, ifEtag: etag, data: Buffer.from('new') }, never)).outcome === 'done')
      expect(await to.app.get(whole(key))).toBe('new')
      expect(await readAll(store, order, 5)).toEqual([key])
    } finally {
      for (const node of nodes) await node[Symbol.asyncDispose]()
    }
  }, 60_000)
})
