import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { slotOf } from '../../electron/core/stores/redis/cluster-slot.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { listen, makeGate } from '../support/gate.ts'
import { freePort } from '../support/memcached.ts'
import { addReplica, makeCertificates, redisProfile, startCluster, startRedis, startSentinels, tlsArguments, until, whyNoRedis } from '../support/redis-servers.ts'
import type { Certificates, RedisProfile, TestRedis } from '../support/redis-servers.ts'
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

  it('is named by Sentinels that ask for a password: their own, which is not the master’s, and neither hears the other’s', async () => {
    await using place = await startSentinels()
    const [first] = place.sentinels
    if (first === undefined) throw new Error('No Sentinels.')
    const [theirs, masters] = ['sesame-of-sentinels', 'sesame-of-the-master']
    for (const { app } of place.sentinels) {
      await app.call('ACL', 'SETUSER', 'watcher', 'on', `>${theirs}`, '+sentinel|get-master-addr-by-name')
      await app.call('ACL', 'SETUSER', 'default', 'resetpass', `>${theirs}-default`)
    }
    await place.master.app.call('ACL', 'SETUSER', 'shop', 'on', `>${masters}`, '~*', '+@all')
    await put('k', 'old', place.master)
    const gate = await makeGate(first.port)
    const topology = { kind: 'sentinel', master: 'shop' } as const
    const as = (changes: Partial<RedisProfile>) => open({ topology, addresses: [{ host: '127.0.0.1', port: gate.port }], user: 'shop', password: masters, ...changes }, [first])
    await expect(as({})).rejects.toMatchObject({ code: 'CONNECT_AUTH', message: expect.stringMatching(/Sentinel asks/) as string })
    await expect(as({ sentinelUser: 'watcher', sentinelPassword: masters.slice(1) })).rejects.toMatchObject({ code: 'CONNECT_AUTH', message: expect.stringMatching(/Sentinel does not take/) as string })
    await expect(as({ sentinelUser: 'watcher', sentinelPassword: theirs, password: 'wrong' })).rejects.toMatchObject({ code: 'CONNECT_AUTH', details: { subject: `127.0.0.1:${place.master.port}` } })
    for (const login of [{ sentinelUser: 'watcher', sentinelPassword: theirs }, { sentinelPassword: `${theirs}-default` }]) {
      const store = await as(login)
      expect(await store.write({ key: 'k', ifEtag: await etagOf(store, 'k'), data: Buffer.from('new') }, never)).toMatchObject({ outcome: 'done' })
    }
    expect(gate.sent.join('')).toContain(theirs)
    expect(gate.sent.join('')).not.toContain(masters)
    gate.close()
  }, 60_000)

  it('is told no password of its Sentinels readably when they are elsewhere', async () => {
    const trap = createServer((socket) => { socket.on('error', () => undefined).on('data', () => expect.unreachable()) })
    const port = await listen(trap)
    await expect(open({ topology: { kind: 'sentinel', master: 'shop' }, addresses: [{ host: '0.0.0.0', port }], sentinelPassword: 'hunter2' }, [])).rejects.toMatchObject({ code: 'CONNECT_AUTH', details: { hint: expect.stringContaining('cleartext=1') as string } })
    trap.close()
  })

  describe('with TLS by an authority of its own', () => {
    let files: Certificates
    beforeAll(async () => { files = await makeCertificates() })
    afterAll(async () => { await rm(files.folder, { recursive: true, force: true }) })

    it('Sentinels and the master that they name', async () => {
      const [masterPort, sentinelPort] = [await freePort(), await freePort()]
      await using master = await startRedis({ args: [...tlsArguments(files, masterPort), '--tls-replication', 'yes'] })
      await using sentinel = await startRedis({ mode: 'sentinel', args: [...tlsArguments(files, sentinelPort), '--tls-replication', 'yes'] })
      await sentinel.app.call('SENTINEL', 'MONITOR', 'shop', '127.0.0.1', String(masterPort), '1')
      await master.app.select(3)
      await put('k', 'old', master)
      const place = { topology: { kind: 'sentinel', master: 'shop' }, addresses: [{ host: 'localhost', port: sentinelPort }], db: 3, tls: 'verify' } as const
      await expect(open(place, [])).rejects.toMatchObject({ code: 'CONNECT_TLS' })
      const store = await open({ ...place, caFile: files.ca }, [])
      expect(await store.write({ key: 'k', ifEtag: await etagOf(store, 'k'), data: Buffer.from('new') }, never)).toMatchObject({ outcome: 'done' })
      expect(await master.app.get(whole('k'))).toBe('new')
      expect((await store.describe(never)).facts).toContainEqual({ name: 'TLS', value: 'verified' })
    }, 60_000)

    it('a cluster, whose nodes name their ports of TLS', async () => {
      const nodes = await startCluster(files)
      try {
        const ports = await Promise.all(nodes.map(async ({ app }) => Number(((await app.config('GET', 'tls-port')) as string[])[1])))
        const place = { topology: { kind: 'cluster' }, addresses: ports.map((port) => ({ host: 'localhost', port })), tls: 'verify' } as const
        await expect(open(place, [])).rejects.toMatchObject({ code: 'CONNECT_TLS' })
        const store = await open({ ...place, caFile: files.ca }, [])
        const keys = Array.from({ length: 12 }, (_, index) => `k${index}`)
        for (const key of keys) expect(await store.create({ key, data: Buffer.from(key), expireDate: NOON, userId: null, engine: 'cache' }, never)).toMatchObject({ outcome: 'done' })
        expect((await readAll(store, order, 5)).sort()).toEqual([...keys].sort())
        for (const { app } of nodes) expect(await app.dbsize()).toBeGreaterThan(0)
      } finally {
        for (const node of nodes) await node[Symbol.asyncDispose]()
      }
    }, 60_000)
  })

  it('reads a cluster from its replicas where it is told to, all nodes of it, and writes to the masters', async () => {
    const nodes = [...(await startCluster())]
    try {
      const [master] = nodes
      if (master === undefined) throw new Error('No nodes.')
      const replica = await addReplica(nodes, master)
      nodes.push(replica)
      const keys = Array.from({ length: 30 }, (_, index) => `k${index}`)
      const plain = await open({ topology: { kind: 'cluster' } }, nodes.slice(0, 3))
      for (const key of keys) await plain.create({ key, data: Buffer.from('old'), expireDate: NOON, engine: 'cache', userId: null }, never)
      await until(async () => (await replica.app.dbsize()) === (await master.app.dbsize()))
      expect(await replica.app.dbsize()).toBeGreaterThan(0)
      const store = await open({ topology: { kind: 'cluster' }, readsReplicas: true, format: 'django' }, nodes.slice(0, 3))
      for (const { app } of [master, replica]) await app.config('RESETSTAT')
      const usedOn = async ({ app }: TestRedis): Promise<readonly string[]> => [...(await app.info('commandstats')).matchAll(/^cmdstat_([^:]+):/gm)].map(([, name = '']) => name)
      const there = keys.find((key) => slotOf(whole(key)) < 5461) ?? ''
      expect((await readAll(store, order, 7)).sort()).toEqual([...keys].sort())
      const etag = await etagOf(store, there)
      expect(await usedOn(replica)).toEqual(expect.arrayContaining(['scan', 'get', 'strlen', 'readonly']))
      expect((await usedOn(master)).filter((name) => ['scan', 'get'].includes(name))).toEqual([])
      expect(await store.write({ key: there, ifEtag: etag, data: Buffer.from('new') }, never)).toMatchObject({ outcome: 'done' })
      expect(await master.app.get(whole(there))).toBe('new')
      expect(await usedOn(replica)).not.toContain('eval')
      await replica.kill()
      await until(async () => (await store.read(there, never).catch(() => null)) !== null)
      expect(Buffer.from((await store.read(there, never))?.data ?? []).toString()).toBe('new')
      expect((await readAll(store, order, 7)).sort()).toEqual([...keys].sort())
    } finally {
      for (const node of nodes) await node[Symbol.asyncDispose]()
    }
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
