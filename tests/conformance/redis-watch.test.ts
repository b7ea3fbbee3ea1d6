import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore, StoreNotice } from '../../electron/core/stores/session-store.ts'
import { redisProfile, startCluster, startRedis, startSentinels, until, whyNoRedis } from '../support/redis-servers.ts'
import type { RedisProfile, TestRedis } from '../support/redis-servers.ts'

const missing = whyNoRedis()
const whole = (key: string): string => `:1:django.contrib.sessions.cache${key}`
const SETTING = 'notify-keyspace-events'

describe.skipIf(missing !== null)(`what Redis announces${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const undo: (() => Promise<unknown>)[] = []
  afterEach(async () => { for (const each of undo.splice(0).toReversed()) await each() })

  async function start(args: readonly string[] = []): Promise<TestRedis> {
    const server = await startRedis({ args })
    undo.push(async () => server[Symbol.asyncDispose]())
    return server
  }
  async function open(of: TestRedis | readonly TestRedis[], changes: Partial<RedisProfile> = {}): Promise<SessionStore> {
    const store = await openStore(redisProfile(of, changes))
    undo.push(async () => store[Symbol.asyncDispose]())
    return store
  }
  function watch(store: SessionStore, key = 'k'): { readonly heard: readonly StoreNotice[]; readonly ended: Promise<void>; stop(): void } {
    const heard: StoreNotice[] = []
    const controller = new AbortController()
    undo.push(async () => controller.abort())
    const ended = (async () => {
      for await (const notice of store.watch?.(key, controller.signal) ?? []) heard.push(notice)
    })()
    ended.catch(() => undefined)
    return { heard, ended, stop: () => controller.abort() }
  }
  const hears = (heard: readonly StoreNotice[], count: number): Promise<void> => until(async () => heard.length >= count)

  it('is heard of one key only, on its own database, and nothing of the server is changed', async () => {
    const server = await start(['--notify-keyspace-events', 'K$g'])
    await server.app.select(2)
    const { heard, ended, stop } = watch(await open(server, { db: 2 }))
    await hears(heard, 1)
    expect(heard).toEqual(['ready'])
    await server.app.set(whole('other'), 'x')
    await server.app.set(whole('k'), 'x')
    await hears(heard, 2)
    await server.app.setex(':1:django.contrib.sessions.cached_dbk', 60, 'x')
    await hears(heard, 3)
    const { length } = heard
    await server.app.del(whole('k'))
    await hears(heard, length + 1)
    expect(new Set(heard.slice(1))).toEqual(new Set(['changed']))
    expect(await server.app.config('GET', SETTING)).toEqual([SETTING, 'g$K'])
    stop()
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
    await until(async () => !String(await server.app.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).includes('addr='))
  })

  it.each([[''], ['K$'], ['Kg'], ['EA']])('with %o: not, at once, and no connection is made for it', async (setting) => {
    const server = await start(['--notify-keyspace-events', setting])
    const { heard, ended } = watch(await open(server))
    await ended
    expect(heard).toEqual([])
    expect(await server.app.config('GET', SETTING)).toEqual([SETTING, expect.not.stringMatching(/^(?=.*K)(?=.*\$)(?=.*g)/) as string])
  })

  it.each([['-config'], ['resetchannels']])('where the server’s ACL says %s: not', async (rule) => {
    const server = await start(['--notify-keyspace-events', 'KA'])
    await server.app.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', rule)
    const { heard, ended } = watch(await open(server, { user: 'reader', password: 'secret' }))
    await ended
    expect(heard).toEqual([])
  })

  it('ends when its connection is lost, while the store goes on', async () => {
    const server = await start(['--notify-keyspace-events', 'KA'])
    const store = await open(server)
    const { heard, ended } = watch(store)
    await hears(heard, 1)
    await server.app.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await ended
    expect(await store.read('k', new AbortController().signal)).toBeNull()
    const again = watch(store)
    await hears(again.heard, 1)
  })

  it('of a cluster is heard from the node that has the key', async () => {
    const nodes = await startCluster()
    undo.push(async () => { for (const node of nodes) await node[Symbol.asyncDispose]() })
    for (const { app } of nodes) await app.config('SET', SETTING, 'KA')
    const store = await open(nodes, { topology: { kind: 'cluster' } })
    for (const key of ['a', 'b', 'c', 'd']) {
      const { heard } = watch(store, key)
      await hears(heard, 1)
      // Whoever does not have it refuses.
      await Promise.any(nodes.map(({ app }) => app.set(whole(key), 'x')))
      await hears(heard, 2)
    }
  }, 60_000)

  it('ends when its master fails, and is heard from the next one', async () => {
    await using place = await startSentinels({ downAfterMs: 500 })
    for (const { app } of [place.master, place.replica]) await app.config('SET', SETTING, 'KA')
    const store = await open(place.sentinels, { topology: { kind: 'sentinel', master: 'shop' } })
    const first = watch(store)
    await hears(first.heard, 1)
    await place.master.kill()
    await first.ended
    await until(async () => (await place.replica.app.info('replication')).includes('role:master'))
    let second = watch(store)
    await until(async () => {
      if (second.heard.length > 0) return true
      second.stop()
      second = watch(store)
      await new Promise((resolve) => { setTimeout(resolve, 300) })
      return false
    })
    await place.replica.app.set(whole('k'), 'new')
    await hears(second.heard, 2)
  }, 90_000)
})
