import { createConnection, createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { CoatcheckError } from '../../shared/errors.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { slotOf } from '../../electron/core/stores/redis/cluster-slot.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { startApp } from '../support/app.ts'
import { listen } from '../support/gate.ts'
import { redisProfile, startCluster, startRedis, until, whyNoRedis } from '../support/redis-servers.ts'
import type { RedisProfile, TestRedis } from '../support/redis-servers.ts'
import { never } from './store/harness.ts'
import { saying } from '../support/saying.ts'

const missing = whyNoRedis()
const whole = (key: string): string => `:1:django.contrib.sessions.cache${key}`
/** `pickle.dumps({"n": 1}, 5)` */
const PICKLE = Buffer.from('8005950a000000000000007d948c016e944b01732e', 'hex')
const END = Date.now() + 6_000_000
const REFUSED = { outcome: 'failed', reason: saying(/Another server/) }

describe.skipIf(missing !== null)(`who answers after a reconnect to Redis${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const stores: SessionStore[] = []
  const open = async (server: TestRedis | readonly TestRedis[], changes: Partial<RedisProfile> = {}): Promise<SessionStore> => {
    const store = await openStore(redisProfile(server, changes))
    stores.push(store)
    return store
  }
  const put = (server: TestRedis): Promise<unknown> => server.app.set(whole('k'), PICKLE, 'PXAT', END)
  const etagOf = async (store: SessionStore, key = 'k'): Promise<string> => (await store.read(key, never))?.etag ?? ''
  afterEach(async () => { for (const store of stores.splice(0)) await store[Symbol.asyncDispose]() })

  it('another server on the port gets no write that was planned on the one before, though it holds the very same session', async () => {
    await using first = await startRedis()
    await put(first)
    const store = await open(first)
    const before = await store.read('k', never)
    if (before === null) throw new Error('not there')
    await first.kill()
    await using second = await startRedis({ port: first.port })
    await put(second)
    await second.app.config('RESETSTAT')
    expect(await store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('mine') }, never)).toMatchObject(REFUSED)
    expect(await store.deleteMany([{ key: 'k', ifEtag: before.etag }, { key: 'k', ifEtag: null }], never)).toMatchObject([REFUSED, REFUSED])
    expect(await store.create({ key: 'new', data: PICKLE, expireDate: (Date.now() + 60_000) * 1000, engine: 'cache', userId: null }, never)).toMatchObject(REFUSED)
    expect(await store.restore({ ...before.image, key: 'other', columns: { ...before.image.columns, redis_key: whole('other') } }, never)).toMatchObject(REFUSED)
    expect(await second.app.getBuffer(whole('k'))).toEqual(PICKLE)
    const used = [...(await second.app.info('commandstats')).matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name)
    expect(used.filter((name) => /^(?:eval|set|unlink|multi|persist|pexpire|pexpireat)$/.test(name ?? ''))).toEqual([])
    expect(await etagOf(store)).toBe(before.etag)
    expect((await store.describe(never)).readOnlyReason).toEqual(saying(/Another server/))
    const anew = await open(second)
    expect(await anew.write({ key: 'k', ifEtag: await etagOf(anew), data: Buffer.from('mine') }, never)).toMatchObject({ outcome: 'done' })
  })

  it('a plan made on the server before fails with the reason, and another is carried out once the source was closed and opened', async () => {
    await using first = await startRedis()
    await put(first)
    await using app = await startApp()
    const { client } = app
    const target = { kind: 'url', url: `redis://127.0.0.1:${first.port}/0` } as const
    const source = await client.call('sources.open', { target })
    const change = { kind: 'delete', sessions: [{ key: 'k', ifEtag: null }] } as const
    const { planId } = await client.call('changes.plan', { sourceId: source.id, change: { ...change, sessions: [...change.sessions] } })
    await first.kill()
    await using second = await startRedis({ port: first.port })
    await put(second)
    expect(await client.call('changes.apply', { planId })).toMatchObject({ changed: 0, failed: 1, outcomes: [REFUSED] })
    expect(await second.app.exists(whole('k'))).toBe(1)
    await client.call('sources.close', { sourceId: source.id })
    const again = await client.call('sources.open', { target })
    const next = await client.call('changes.plan', { sourceId: again.id, change: { ...change, sessions: [...change.sessions] } })
    expect(await client.call('changes.apply', { planId: next.planId })).toMatchObject({ changed: 1 })
  })

  it('the same server goes on after its connections were closed', async () => {
    await using server = await startRedis()
    await put(server)
    const store = await open(server)
    const etag = await etagOf(store)
    await server.app.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await until(async () => (await etagOf(store).catch(() => '')) === etag)
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('new') }, never)).toMatchObject({ outcome: 'done' })
  })

  it('a replica that has taken over goes on with the data of its master, and is written; a third server behind the same address is not', async () => {
    await using master = await startRedis()
    await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] })
    await using third = await startRedis()
    await Promise.all([put(master), put(third)])
    await until(async () => (await replica.app.exists(whole('k'))) === 1)
    // As a load balancer would: the address stays, and another server answers there.
    let upstream = master.port
    const balancer = createServer((client) => {
      const server = createConnection({ host: '127.0.0.1', port: upstream })
      client.on('error', () => undefined).pipe(server).on('error', () => undefined).pipe(client)
    })
    const store = await open(master, { addresses: [{ host: '127.0.0.1', port: await listen(balancer) }], allowWrites: true })
    const etag = await etagOf(store)
    upstream = replica.port
    await master.kill()
    await replica.app.call('REPLICAOF', 'NO', 'ONE')
    await until(async () => (await etagOf(store).catch(() => '')) === etag)
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('new') }, never)).toMatchObject({ outcome: 'done' })
    expect(await replica.app.get(whole('k'))).toBe('new')
    upstream = third.port
    await replica.kill()
    await until(async () => (await etagOf(store).catch(() => '')) === etag)
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('new') }, never)).toMatchObject(REFUSED)
    expect(await third.app.getBuffer(whole('k'))).toEqual(PICKLE)
    balancer.close()
  })

  it('a server whose user may not ask who it is is taken for the one it was', async () => {
    await using server = await startRedis()
    await put(server)
    await server.app.call('ACL', 'SETUSER', 'mute', 'on', '>sesame', '~*', '+@all', '-info')
    const store = await open(server, { user: 'mute', password: 'sesame' })
    const etag = await etagOf(store)
    await server.app.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await until(async () => (await etagOf(store).catch(() => '')) === etag)
  })

  it('a cluster goes on with its node that was started anew, and not with one of another cluster on its port', async () => {
    const nodes = await startCluster()
    try {
      const [node] = nodes
      if (node === undefined) throw new Error('No nodes.')
      const store = await open(nodes, { topology: { kind: 'cluster' } })
      await store.describe(never)
      await node.kill()
      await node.restart()
      await until(async () => String(await node.app.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
      await until(async () => (await store.describe(never).catch(() => null)) !== null)
      await node.kill()
      await using stranger = await startRedis({ port: node.port, args: ['--cluster-enabled', 'yes'] })
      await stranger.app.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
      await until(async () => String(await stranger.app.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
      const key = Array.from({ length: 50 }, (_, index) => `k${index}`).find((name) => slotOf(whole(name)) < 5461) ?? ''
      await stranger.app.set(whole(key), PICKLE)
      expect(await store.deleteMany([{ key, ifEtag: null }], never).then(([outcome]) => outcome?.outcome, (error: unknown) => error instanceof CoatcheckError)).toSatisfy((told) => told === true || told === 'failed')
      expect(await stranger.app.exists(whole(key))).toBe(1)
      const anew = await open(stranger, { topology: { kind: 'cluster' } })
      expect(await anew.deleteMany([{ key, ifEtag: await etagOf(anew, key) }], never)).toMatchObject([{ outcome: 'done' }])
    } finally {
      for (const node of nodes) await node[Symbol.asyncDispose]()
    }
  }, 60_000)
})
