import { createConnection, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { CoatcheckError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { listen, makeGate } from '../support/gate.ts'
import { freePort, startMemcached, whyNoMemcached } from '../support/memcached.ts'
import type { TestMemcached } from '../support/memcached.ts'
import { makeMemcachedHarness, memcachedProfile } from './store/memcached-harness.ts'
import { NOON, collect, makeRows, never, readAll } from './store/harness.ts'
import { saying } from '../support/saying.ts'

const order = { by: 'stored', direction: 'asc' } as const
const missing = whyNoMemcached()
const whole = (key: string): string => `:1:django.contrib.sessions.cache${key}`

describe.skipIf(missing !== null)(`a memcached that does not do its part${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let server: TestMemcached
  const stores: SessionStore[] = []
  const open = async (...args: Parameters<typeof memcachedProfile>): Promise<SessionStore> => {
    const store = await openStore(memcachedProfile(...args))
    stores.push(store)
    return store
  }
  const put = async (key: string, data = 'old', to = server): Promise<void> => {
    await to.run(`set ${whole(key)} 1 ${NOON / 1_000_000} ${data.length}\r\n${data}\r\n`, 1)
  }

  beforeEach(async () => { server = await startMemcached() })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store[Symbol.asyncDispose]()
    await server.kill()
  })

  it('killed in the middle of a listing, it is told of; started again, it is used again', async () => {
    for (const { key } of makeRows(40)) await put(key)
    const store = await open([server])
    const first = await store.listPage({ order, cursor: null, limit: 10 }, never)
    expect(first.keys).toHaveLength(10)
    await server.kill()
    await expect(store.listPage({ order, cursor: first.next, limit: 10 }, never)).rejects.toMatchObject({ code: expect.stringMatching(/CONNECT_LOST|CONNECT_REFUSED/) as string })
    server = await startMemcached([], server.port)
    await put('k')
    expect(await store.read('k', never)).toMatchObject({ key: 'k' })
    expect(await readAll(store, order, 5)).toEqual(['k'])
  })

  it('killed for good, it is not hammered', async () => {
    const store = await open([server])
    await server.kill()
    const errors: unknown[] = []
    for (let index = 0; index < 14; index += 1) errors.push(await store.read('k', never).catch((error: unknown) => (error instanceof CoatcheckError ? error.message : error)))
    expect(errors.at(-1)).toMatch(/10 times in 10 seconds/)
  })

  it('an answer that is lost leaves a write unknown, and nothing is sent again', async () => {
    await put('k')
    const gate = await makeGate(server.port)
    try {
      const store = await open([server], { servers: [{ host: '127.0.0.1', port: gate.port }], allowWrites: true })
      const etag = (await store.read('k', never))?.etag ?? ''
      gate.swallowAnswersTo('CAS ')
      expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('mine') }, never)).toMatchObject({ outcome: 'unknown', etag: null })
      expect(gate.sent.filter((text) => text.includes('cas '))).toHaveLength(1)
      expect(Buffer.from((await store.read('k', never))?.data ?? []).toString()).toBe('mine')
    } finally {
      gate.close()
    }
  })

  it('silent, it is given up after the deadline; speaking something else, it is named', async () => {
    const silent = createServer(() => undefined)
    const other = createServer((socket) => { socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(200)) })
    try {
      const [one, two] = await Promise.all([listen(silent), listen(other)])
      const started = performance.now()
      await expect(open([], { servers: [{ host: '127.0.0.1', port: one }] })).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' })
      expect(performance.now() - started).toBeLessThan(LIMITS.storeMs + 2000)
      await expect(open([], { servers: [{ host: '127.0.0.1', port: two }] })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
      await expect(open([], { servers: [{ host: '127.0.0.1', port: await freePort() }] })).rejects.toMatchObject({ code: 'CONNECT_REFUSED' })
      await expect(open([], { servers: [{ host: 'nowhere.invalid', port: 11_211 }] })).rejects.toMatchObject({ code: 'CONNECT_REFUSED' })
    } finally {
      silent.close()
      other.close()
    }
  })

  it('a longer item than the server takes is refused before it is sent, and the old one stays', async () => {
    await put('k')
    const store = await open([server])
    const etag = (await store.read('k', never))?.etag ?? ''
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.alloc(1_048_576, 120) }, never)).toMatchObject({ outcome: 'failed', reason: saying('1048576') })
    // Just below: what the server itself says decides.
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.alloc(1_048_576 - 160, 120) }, never)).toMatchObject({ outcome: expect.stringMatching(/done|failed/) as string })
    expect(await store.read('k', never)).not.toBeNull()
  })

  it('one that allows no listing says so, and still finds sessions by their key', async () => {
    await server.kill()
    server = await startMemcached(['-X'])
    await put('k')
    const store = await open([server])
    expect((await store.describe(never)).capabilities).toMatchObject({ enumerate: 'none', count: 'none' })
    await expect(store.listPage({ order, cursor: null, limit: 5 }, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    expect(await store.read('k', never)).toMatchObject({ key: 'k', flags: 1, expireDate: NOON })
  })

  it('waits while somebody else lists', async () => {
    for (const { key } of makeRows(50)) await put(key)
    const stores = await Promise.all([open([server]), open([server]), open([server])])
    expect((await Promise.all(stores.map((store) => readAll(store, order, 20)))).map((keys) => keys.length)).toEqual([50, 50, 50])
  })

  it('reading leaves no mark on an item', async () => {
    await put('k')
    const store = await open([server])
    const before = (await server.run(`me ${whole('k')}\r\n`, 1)).replaceAll(/ (?:exp|la)=-?\d+/g, '')
    await store.read('k', never)
    await store.listPage({ order, cursor: null, limit: 5 }, never)
    await collect(store.tally({ order, every: 5, now: NOON }, never))
    expect((await server.run(`me ${whole('k')}\r\n`, 1)).replaceAll(/ (?:exp|la)=-?\d+/g, '')).toBe(before)
    expect(before).toContain('fetch=no')
  })

  it('keeps flags and an endless life, brings both back, and knows no end after January 2038', async () => {
    await server.run(`set ${whole('k')} 17 0 3\r\nold\r\n`, 1)
    const store = await open([server])
    const before = await store.read('k', never)
    if (before === null) throw new Error('not there')
    expect(before).toMatchObject({ flags: 17, expireDate: null })
    const edited = await store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('new'), flags: 1, expireDate: NOON }, never)
    expect(await store.read('k', never)).toMatchObject({ flags: 1, expireDate: NOON })
    expect(await store.write({ key: 'k', ifEtag: edited.etag ?? '', data: before.data, image: before.image }, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(await store.read('k', never)).toEqual(before)
    expect(await store.write({ key: 'k', ifEtag: before.etag, expireDate: Date.UTC(2040, 0, 1) * 1000 }, never)).toMatchObject({ outcome: 'failed', reason: saying('2038') })
  })

  it('no key makes a command of its own', async () => {
    await put('k')
    const store = await open([server])
    for (const key of ['k\r\nflush_all', 'k 1', 'a b', '\u0000', '\n', 'k'.repeat(300), 'x\ty']) {
      expect(await store.read(key, never)).toBeNull()
      expect(await store.deleteMany([{ key, ifEtag: null }], never)).toMatchObject([{ outcome: 'gone' }])
      await expect(store.restore({ key, columns: { cache_key: whole(key), server: `127.0.0.1:${server.port}`, data: Buffer.from('x'), flags: 1n, exptime: null } }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    }
    expect(await store.read('k', never)).not.toBeNull()
  })

  it('a session that lies on a server where the library would not look is found all the same', async () => {
    await using other = await startMemcached()
    const store = await open([server, other])
    for (const to of [server, other]) {
      for (let index = 0; index < 6; index += 1) await put(`k${to === server ? 'a' : 'b'}${index}`, `at ${to.port}`, to)
    }
    for (const key of ['ka0', 'ka3', 'kb1', 'kb5']) expect(await store.read(key, never)).not.toBeNull()
    expect(await readAll(store, order, 5)).toHaveLength(12)
  })

  it('another machine is opened for reading only', async () => {
    await put('k')
    const store = await open([server], { servers: [{ host: '0.0.0.0', port: server.port }] })
    expect(await store.describe(never)).toMatchObject({ readOnlyReason: null, lockReason: saying(/not this machine/) })
    await expect(store.deleteMany([{ key: 'k', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    const told = await open([server], { servers: [{ host: '0.0.0.0', port: server.port }], allowWrites: true })
    expect(await told.deleteMany([{ key: 'k', ifEtag: null }], never)).toMatchObject([{ outcome: 'done' }])
  })

  it('another machine is one that does not see our end of the connection: what looks local may be a tunnel', async () => {
    await put('k')
    const gate = await makeGate(server.port)
    const servers = [{ host: '127.0.0.1', port: gate.port }]
    const store = await open([server], { servers })
    expect(await store.describe(never)).toMatchObject({ readOnlyReason: null, lockReason: saying(/tunnel/) })
    await expect(store.deleteMany([{ key: 'k', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    expect((await (await open([server])).describe(never)).lockReason).toBeNull()
    expect(await (await open([server], { servers, allowWrites: true })).deleteMany([{ key: 'k', ifEtag: null }], never)).toMatchObject([{ outcome: 'done' }])
    gate.close()
  })

  it('counts no more than connections and reads while it is opened and only looked at: no set, no touch, no deletion', async () => {
    await put('k')
    const gate = await makeGate(server.port)
    const before = await countersOf(server)
    const store = await open([server], { servers: [{ host: '127.0.0.1', port: gate.port }] })
    await store.describe(never)
    await readAll(store, order, 5)
    await collect(store.tally({ order, every: 5, now: NOON }, never))
    await store.read('k', never)
    await store.read('absent', never)
    const after = await countersOf(server)
    const changed = Object.keys(after).filter((name) => after[name] !== before[name])
    for (const name of ['cmd_set', 'cmd_touch', 'cmd_flush', 'delete_hits', 'delete_misses', 'cas_hits', 'cas_misses', 'total_items', 'curr_items', 'evictions', 'lru_bumps_dropped']) expect(changed).not.toContain(name)
    // One for everything, one for listings; and the one that counts.
    expect((after['total_connections'] ?? 0) - (before['total_connections'] ?? 0)).toBe(3)
    const commands = gate.sent.join('').split('\r\n').filter((line) => line !== '')
    expect(new Set(commands.map((line) => line.replace(/^mg \S+ /, 'mg KEY ')))).toEqual(new Set(['version', 'stats settings', 'stats conns', 'stats', 'lru_crawler metadump hash', 'mg KEY s f t c u v', 'mg KEY s f t c u']))
    gate.close()
  })

  it('sessions without the prefix of the site are none of its sessions', async () => {
    await put('k')
    const harness = await makeMemcachedHarness([server], openStore)
    await harness.put([{ key: 'mine', data: 'x', expireDate: NOON }])
    expect(await readAll(await harness.open(), order, 5)).toEqual(['mine'])
    await harness.cleanUp()
  })
})

/** What the server has counted, over a connection of its own. */
async function countersOf({ port }: TestMemcached): Promise<Readonly<Record<string, number>>> {
  const socket = createConnection({ host: '127.0.0.1', port })
  socket.write('stats\r\nquit\r\n')
  const told = (await socket.setEncoding('latin1').toArray()).join('')
  return Object.fromEntries([...told.matchAll(/^STAT (\w+) (\d+)\r$/gm)].map(([, name = '', value]) => [name, Number(value)]))
}
