import { createConnection, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { startApp } from '../support/app.ts'
import { listen } from '../support/gate.ts'
import { startMemcached, whyNoMemcached } from '../support/memcached.ts'
import type { TestMemcached } from '../support/memcached.ts'
import { until } from '../support/redis-servers.ts'
import { memcachedProfile } from './store/memcached-harness.ts'
import { never } from './store/harness.ts'
import { saying } from '../support/saying.ts'

const missing = whyNoMemcached()
const whole = (key: string): string => `:1:django.contrib.sessions.cache${key}`
/** `pickle.dumps({"n": 1}, 5)` */
const PICKLE = Buffer.from('8005950a000000000000007d948c016e944b01732e', 'hex')
const END = Math.floor(Date.now() / 1000) + 6000
const REFUSED = { outcome: 'failed', reason: saying(/Another server/) }

describe.skipIf(missing !== null)(`who answers after a reconnect to memcached${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const stores: SessionStore[] = []
  const open = async (...args: Parameters<typeof memcachedProfile>): Promise<SessionStore> => {
    const store = await openStore(memcachedProfile(...args))
    stores.push(store)
    return store
  }
  const put = (server: TestMemcached): Promise<string> => server.run(Buffer.concat([Buffer.from(`set ${whole('k')} 1 ${END} ${PICKLE.length}\r\n`), PICKLE, Buffer.from('\r\n')]), 1)
  const etagOf = async (store: SessionStore): Promise<string> => (await store.read('k', never))?.etag ?? ''
  afterEach(async () => { for (const store of stores.splice(0)) await store[Symbol.asyncDispose]() })

  it('another process on the port gets no write that was planned on the one before, though it holds the very same session', async () => {
    await using first = await startMemcached()
    await put(first)
    const store = await open([first])
    const before = await store.read('k', never)
    if (before === null) throw new Error('not there')
    await first.kill()
    await using second = await startMemcached([], first.port)
    await put(second)
    await until(async () => (await etagOf(store).catch(() => '')) === before.etag)
    const change = { key: 'k', ifEtag: before.etag }
    expect(await store.write({ ...change, data: Buffer.from('mine') }, never)).toMatchObject(REFUSED)
    expect(await store.deleteMany([change, { key: 'k', ifEtag: null }], never)).toMatchObject([REFUSED, REFUSED])
    expect(await store.create({ key: 'new', data: PICKLE, flags: 1, expireDate: END * 1_000_000, engine: 'cache', userId: null }, never)).toMatchObject(REFUSED)
    expect(await store.restore({ ...before.image, key: 'other', columns: { ...before.image.columns, cache_key: whole('other') } }, never)).toMatchObject(REFUSED)
    const counts = await second.run('stats\r\n', 40)
    for (const name of ['cas_hits', 'cas_misses', 'cas_badval', 'delete_hits', 'delete_misses']) expect(counts).toContain(`STAT ${name} 0\r\n`)
    expect(counts).toContain('STAT cmd_set 1\r\n')
    expect(await store.describe(never)).toMatchObject({ readOnlyReason: saying(/Another server/), capabilities: { write: false, delete: false } })
    const anew = await open([second])
    expect(await anew.write({ ...change, ifEtag: await etagOf(anew), data: Buffer.from('mine') }, never)).toMatchObject({ outcome: 'done' })
  })

  it('a plan made on the process before fails with the reason, and another is carried out once the source was closed and opened', async () => {
    await using first = await startMemcached()
    await put(first)
    await using app = await startApp()
    const { client } = app
    const target = { kind: 'url', url: `memcached://127.0.0.1:${first.port}` } as const
    const source = await client.call('sources.open', { target })
    const change = { kind: 'delete' as const, sessions: [{ key: 'k', ifEtag: null }] }
    const { planId } = await client.call('changes.plan', { sourceId: source.id, change })
    await first.kill()
    await using second = await startMemcached([], first.port)
    await put(second)
    expect(await client.call('changes.apply', { planId })).toMatchObject({ changed: 0, failed: 1, outcomes: [REFUSED] })
    expect(await second.run(`mg ${whole('k')} s\r\n`, 1)).toMatch(/^HD /)
    await client.call('sources.close', { sourceId: source.id })
    const again = await client.call('sources.open', { target })
    const next = await client.call('changes.plan', { sourceId: again.id, change })
    expect(await client.call('changes.apply', { planId: next.planId })).toMatchObject({ changed: 1 })
  })

  it('the same process goes on after its connections were closed, whatever second it is; a second one behind the same address is not written', async () => {
    await using server = await startMemcached()
    await using other = await startMemcached()
    await Promise.all([put(server), put(other)])
    // As a load balancer would: the address stays, and another server answers there.
    let upstream = server.port
    const clients = new Set<Socket>()
    const balancer = createServer((client) => {
      clients.add(client)
      const toServer = createConnection({ host: '127.0.0.1', port: upstream })
      client.on('error', () => undefined).pipe(toServer).on('error', () => undefined).pipe(client)
    })
    const drop = (): void => { for (const client of clients) client.destroy() }
    const store = await open([], { servers: [{ host: '127.0.0.1', port: await listen(balancer) }], allowWrites: true })
    const etag = await etagOf(store)
    // The server's clock moves on, and its start does not.
    await new Promise((resolve) => { setTimeout(resolve, 2200) })
    drop()
    await until(async () => (await etagOf(store).catch(() => '')) === etag)
    const done = await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('new') }, never)
    expect(done).toMatchObject({ outcome: 'done' })
    upstream = other.port
    drop()
    await until(async () => (await etagOf(store).catch(() => '')) === etag)
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('new') }, never)).toMatchObject(REFUSED)
    upstream = server.port
    drop()
    await until(async () => (await etagOf(store).catch(() => '')) === done.etag)
    expect(await store.deleteMany([{ key: 'k', ifEtag: done.etag }], never), 'the first one is back').toMatchObject([{ outcome: 'done' }])
    balancer.close()
  })

  it('of several servers, a deletion of whatever stands there is done on all or on none', async () => {
    await using first = await startMemcached()
    await using kept = await startMemcached()
    await Promise.all([put(first), put(kept)])
    const store = await open([first, kept])
    await store.read('k', never)
    await first.kill()
    await using second = await startMemcached([], first.port)
    await put(second)
    await until(async () => (await etagOf(store).catch(() => '')) !== '')
    expect(await store.deleteMany([{ key: 'k', ifEtag: null }], never)).toMatchObject([REFUSED])
    for (const server of [second, kept]) expect(await server.run(`mg ${whole('k')} s\r\n`, 1)).toMatch(/^HD /)
  })
})
