import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { listen, makeGate } from '../support/gate.ts'
import { freePort } from '../support/memcached.ts'
import { makeCertificates, redisProfile, startRedis, until, whyNoRedis } from '../support/redis-servers.ts'
import type { RedisProfile, TestRedis } from '../support/redis-servers.ts'
import { NOON, collect, makeRows, never, readAll } from './store/harness.ts'
import { saying } from '../support/saying.ts'

const order = { by: 'stored', direction: 'asc' } as const
const missing = whyNoRedis()
const SECRET = 'hunter2-of-the-test'
const whole = (key: string): string => `:1:django.contrib.sessions.cache${key}`
const failureOf = async (work: Promise<unknown>): Promise<CoatcheckError> => {
  const error = await work.then(() => null, (reason: unknown) => reason)
  if (error instanceof CoatcheckError) return error
  throw new Error('It did not fail as it should.', { cause: error })
}

describe.skipIf(missing !== null)(`a Redis that does not do its part${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let server: TestRedis
  const stores: SessionStore[] = []
  const open = async (changes: Partial<RedisProfile> = {}, of: TestRedis | readonly TestRedis[] = server): Promise<SessionStore> => {
    const store = await openStore(redisProfile(of, changes))
    stores.push(store)
    return store
  }
  const put = (key: string, data = 'old', to = server): Promise<unknown> => to.app.set(whole(key), data, 'PXAT', NOON / 1000)
  const etagOf = async (store: SessionStore, key: string): Promise<string> => (await store.read(key, never))?.etag ?? ''

  beforeEach(async () => { server = await startRedis() })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it('killed in the middle of a listing, it is told of; started again, the list goes on', async () => {
    for (const { key } of makeRows(40)) await put(key)
    const store = await open()
    const first = await store.listPage({ order, cursor: null, limit: 10 }, never)
    await server.kill()
    expect((await failureOf(store.listPage({ order, cursor: first.next, limit: 10 }, never))).code).toMatch(/CONNECT_LOST|CONNECT_REFUSED/)
    await server.restart()
    await put('k')
    expect(await store.read('k', never)).toMatchObject({ key: 'k' })
    expect(await store.listPage({ order, cursor: first.next, limit: 10 }, never)).toMatchObject({ keys: [] })
    expect(await readAll(store, order, 5)).toEqual(['k'])
  })

  it('killed for good, it is not hammered, and what was not written is not written later', async () => {
    await put('k')
    const store = await open()
    await server.kill()
    // Whether the loss has been heard of yet or not: the server is gone, and nobody says that it is done.
    const told = await store.deleteMany([{ key: 'k', ifEtag: null }], never).then(([outcome]) => outcome?.outcome, (error: unknown) => (error instanceof CoatcheckError ? error.code : error))
    expect(told).toMatch(/^unknown$|^CONNECT_/)
    const messages: string[] = []
    for (let index = 0; index < 14; index += 1) messages.push((await failureOf(store.read('k', never))).message)
    expect(messages.at(-1)).toMatch(/10 times in 10 seconds/)
    await server.restart()
    await put('k')
    await new Promise((resolve) => { setTimeout(resolve, 300) })
    expect(await server.app.exists(whole('k'))).toBe(1)
  })

  it('frozen, it is given up after the deadline; a write that it may still carry out is unknown', async () => {
    await put('k')
    const store = await open()
    await store.read('k', never)
    server.freeze()
    try {
      const started = performance.now()
      const [read, outcomes] = await Promise.all([failureOf(store.read('k', never)), store.deleteMany([{ key: 'k', ifEtag: null }], never)])
      expect(read.code).toBe('CONNECT_TIMEOUT')
      expect(outcomes).toMatchObject([{ outcome: 'unknown', etag: null }])
      expect(performance.now() - started).toBeLessThan(LIMITS.storeMs + 2000)
    } finally {
      server.thaw()
    }
    await put('j')
    expect(await store.read('j', never)).not.toBeNull()
  }, 30_000)

  it('an answer that is lost leaves a write unknown, and nothing is sent again', async () => {
    await put('k')
    const gate = await makeGate(server.port)
    const store = await open({ addresses: [{ host: '127.0.0.1', port: gate.port }], allowWrites: true })
    const etag = await etagOf(store, 'k')
    gate.swallowAnswersTo('EVAL')
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('mine') }, never)).toMatchObject({ outcome: 'unknown', etag: null })
    expect(gate.sent.filter((text) => text.toUpperCase().includes('EVAL'))).toHaveLength(1)
    expect(Buffer.from((await store.read('k', never))?.data ?? []).toString()).toBe('mine')
    gate.close()
  })

  it('lost in the middle of many deletions, it is told of each what became of it', async () => {
    const rows = makeRows(520)
    for (const { key } of rows) await put(key)
    const gate = await makeGate(server.port)
    const store = await open({ addresses: [{ host: '127.0.0.1', port: gate.port }], allowWrites: true })
    gate.closeAfter('EVAL', 300)
    const outcomes = await store.deleteMany(rows.map(({ key }) => ({ key, ifEtag: null })), never)
    expect(outcomes.map(({ key }) => key)).toEqual(rows.map(({ key }) => key))
    const told = new Map<string, number>()
    for (const { key, outcome } of outcomes) {
      told.set(outcome, (told.get(outcome) ?? 0) + 1)
      if (outcome !== 'unknown') expect([outcome, await server.app.exists(whole(key))]).toEqual(outcome === 'done' ? ['done', 0] : ['failed', 1])
    }
    expect(told.get('done')).toBeGreaterThan(199)
    expect(told.get('unknown')).toBeGreaterThan(0)
    expect(told.get('failed')).toBeGreaterThan(0)
  })

  it('silent, absent, unknown or speaking something else, it is named', async () => {
    const silent = createServer(() => undefined)
    const other = createServer((socket) => { socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n') })
    const [one, two, three] = await Promise.all([listen(silent), listen(other), freePort()])
    const at = (host: string, port: number): Promise<CoatcheckError> => failureOf(open({ addresses: [{ host, port }] }))
    expect((await at('127.0.0.1', one)).code).toBe('CONNECT_TIMEOUT')
    expect((await at('127.0.0.1', two)).code).toBe('STORE_UNSUPPORTED')
    expect((await at('127.0.0.1', three)).code).toBe('CONNECT_REFUSED')
    expect((await at('nowhere.invalid', 6379)).code).toBe('CONNECT_REFUSED')
    expect((await failureOf(open({ addresses: [{ path: '/nowhere/redis.sock' }] }))).code).toBe('CONNECT_REFUSED')
    expect((await failureOf(open({ topology: { kind: 'cluster' } }))).message).toMatch(/no node of a cluster/)
    silent.close()
    other.close()
  }, 30_000)

  it('asks for a password: missing or wrong, it is told without it', async () => {
    await server.app.config('SET', 'requirepass', SECRET)
    const errors = await Promise.all([failureOf(open()), failureOf(open({ password: `${SECRET}x` })), failureOf(open({ user: 'nobody', password: SECRET }))])
    expect(errors.map(({ code }) => code)).toEqual(['CONNECT_AUTH', 'CONNECT_AUTH', 'CONNECT_AUTH'])
    for (const error of errors) expect(JSON.stringify([serializeError(error), error.stack, error.cause, inspectDeep(error)])).not.toContain(SECRET)
    expect((await (await open({ password: SECRET })).describe(never)).server).toMatch(/^Redis 7/)
  })

  it('is told no password readably when it is elsewhere, nor when it cannot prove who it is', async () => {
    const heard: string[] = []
    const trap = createServer((socket) => { socket.on('error', () => undefined).on('data', (chunk) => {
      heard.push(chunk.toString('latin1'))
      socket.end()
    }) })
    const port = await listen(trap)
    const far = await failureOf(open({ addresses: [{ host: '0.0.0.0', port }], password: SECRET }))
    expect(far).toMatchObject({ code: 'CONNECT_AUTH', details: { hint: expect.stringContaining('cleartext=1') as string } })
    const files = await makeCertificates()
    await using strange = await startRedis({ args: ['--tls-port', String(await freePort()), '--tls-cert-file', files.cert, '--tls-key-file', files.key, '--tls-ca-cert-file', files.ca, '--tls-auth-clients', 'no'] })
    const tlsPort = Number(((await strange.app.config('GET', 'tls-port')) as string[])[1])
    const tls = { tls: 'verify', password: SECRET } as const
    expect((await failureOf(open({ ...tls, addresses: [{ host: 'localhost', port: tlsPort }] }))).code).toBe('CONNECT_TLS')
    expect((await failureOf(open({ ...tls, caFile: files.ca, addresses: [{ host: '127.0.0.2', port: tlsPort }] }))).code).toMatch(/CONNECT_TLS|CONNECT_REFUSED/)
    expect((await failureOf(open({ ...tls, caFile: files.ca, addresses: [{ host: 'localhost', port }] }))).code).toMatch(/CONNECT_TLS|CONNECT_LOST/)
    expect((await failureOf(open({ ...tls, caFile: '/nowhere.pem' }))).code).toBe('CONNECT_TLS')
    expect(heard).toHaveLength(1)
    expect(heard.join('')).not.toContain(SECRET)
    trap.close()
    await rm(files.folder, { recursive: true, force: true })
  })

  it('sends nobody away: the address of a MOVED that the cluster does not name gets neither call nor password', async () => {
    let calls = 0
    const trap = createServer((socket) => { calls += 1; socket.on('error', () => undefined).end() })
    const trapPort = await listen(trap)
    const rogue = createServer((socket) => {
      socket.on('error', () => undefined).on('data', (chunk) => {
        const text = chunk.toString('latin1')
        const { port } = rogue.address() as AddressInfo
        for (const [name] of text.matchAll(/AUTH|NO-TOUCH|MYID|SLOTS|INFO|\$6\r\nSTRLEN|\$3\r\nGET|PEXPIRETIME/g)) {
          socket.write(name === 'AUTH' || name === 'NO-TOUCH' || name === 'MYID' ? '+OK\r\n' : name === 'SLOTS' ? `*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:${port}\r\n` : name === 'INFO' ? '$19\r\nredis_version:7.0.0\r\n' : `-MOVED 1 127.0.0.1:${trapPort}\r\n`)
        }
      })
    })
    const store = await open({ topology: { kind: 'cluster' }, addresses: [{ host: '127.0.0.1', port: await listen(rogue) }], password: SECRET })
    expect((await failureOf(store.read('k', never))).code).toBe('STORE_BUSY')
    expect(calls).toBe(0)
    trap.close()
    rogue.close()
  })

  it('is a replica: it is read, and nothing is written', async () => {
    await put('k')
    await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(server.port)] })
    await until(async () => (await replica.app.exists(whole('k'))) === 1)
    const store = await open({}, replica)
    expect(await store.read('k', never)).not.toBeNull()
    expect((await store.describe(never)).readOnlyReason).toEqual(saying(/replica/))
    expect((await failureOf(store.deleteMany([{ key: 'k', ifEtag: null }], never))).code).toBe('STORE_READ_ONLY')
  })

  it('is another machine: it is opened for reading only', async () => {
    await put('k')
    const addresses = [{ host: '0.0.0.0', port: server.port }]
    expect((await failureOf((await open({ addresses })).deleteMany([{ key: 'k', ifEtag: null }], never))).code).toBe('STORE_READ_ONLY')
    expect(await (await open({ addresses, allowWrites: true })).deleteMany([{ key: 'k', ifEtag: null }], never)).toMatchObject([{ outcome: 'done' }])
  })

  it('is another machine when it does not see our end of the connection: what looks local may be a tunnel', async () => {
    const gate = await makeGate(server.port)
    const store = await open({ addresses: [{ host: '127.0.0.1', port: gate.port }] })
    expect(await store.describe(never)).toMatchObject({ readOnlyReason: null, lockReason: saying(/tunnel/) })
    await expect(store.deleteMany([{ key: 'any', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    gate.close()
  })

  it('is only read by reading: no KEYS, nothing that writes', async () => {
    for (const { key } of makeRows(50)) await put(key)
    const store = await open()
    await server.app.config('RESETSTAT')
    await readAll(store, order, 7)
    await collect(store.tally({ order, every: 5, now: NOON }, never))
    await store.read(makeRows(1)[0]?.key ?? '', never)
    await store.describe(never)
    const used = [...(await server.app.info('commandstats')).matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name)
    expect(used.sort()).toEqual(['client|info', 'config|resetstat', 'get', 'info', 'object|encoding', 'pexpiretime', 'scan', 'strlen', 'type'])
  })

  it('keeps a life without end, and brings it back', async () => {
    await server.app.set(whole('k'), 'old')
    const store = await open()
    const before = await store.read('k', never)
    if (before === null) throw new Error('not there')
    expect(before.expireDate).toBeNull()
    const edited = await store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('new') }, never)
    expect(await server.app.pttl(whole('k'))).toBe(-1)
    const ending = await store.write({ key: 'k', ifEtag: edited.etag ?? '', expireDate: NOON }, never)
    expect(await store.write({ key: 'k', ifEtag: ending.etag ?? '', data: before.data, image: before.image }, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(await server.app.pttl(whole('k'))).toBe(-1)
    await store.deleteMany([{ key: 'k', ifEtag: before.etag }], never)
    expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(await store.read('k', never)).toEqual(before)
  })

  it.each([['with scripts', ['+eval']], ['without', []]])('tells no instants, as before version 7 (%s): the time that is left is kept', async (_, more) => {
    await server.app.call('ACL', 'SETUSER', 'old', 'on', `>${SECRET}`, '~*', '+@all', '-@scripting', ...more, '-pexpiretime')
    await server.app.set(whole('k'), 'old', 'PX', 600_000)
    const store = await open({ user: 'old', password: SECRET })
    const before = await store.read('k', never)
    if (before === null) throw new Error('not there')
    expect(Math.abs((before.expireDate ?? 0) / 1000 - Date.now() - 600_000)).toBeLessThan(2000)
    const edited = await store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('new') }, never)
    expect(edited.outcome).toBe('done')
    expect(Math.abs((await server.app.pttl(whole('k'))) - 600_000)).toBeLessThan(2000)
    const later = await store.write({ key: 'k', ifEtag: edited.etag ?? '', data: Buffer.from('x'), expireDate: (Date.now() + 900_000) * 1000 }, never)
    expect(Math.abs((await server.app.pttl(whole('k'))) - 900_000)).toBeLessThan(2000)
    expect(await store.deleteMany([{ key: 'k', ifEtag: later.etag }], never)).toMatchObject([{ outcome: 'done' }])
    expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
    expect(Math.abs((await server.app.pttl(whole('k'))) - 600_000)).toBeLessThan(3000)
    await server.app.persist(whole('k'))
    expect(await store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('y') }, never)).toMatchObject({ outcome: 'conflict' })
    expect(await store.write({ key: 'k', ifEtag: await etagOf(store, 'k'), data: Buffer.from('y'), expireDate: 1_000_000 }, never)).toMatchObject({ outcome: 'done', etag: null })
    expect(await server.app.exists(whole('k'))).toBe(0)
  })

  it('refuses a write of a user who may not: the session stays, and its reason is told', async () => {
    await server.app.call('ACL', 'SETUSER', 'reader', 'on', `>${SECRET}`, '~*', '+@all', '-set', '-unlink')
    await put('k')
    const store = await open({ user: 'reader', password: SECRET })
    const etag = await etagOf(store, 'k')
    expect(await store.write({ key: 'k', ifEtag: etag, data: Buffer.from('x') }, never)).toMatchObject({ outcome: 'failed', reason: saying('may not') })
    expect(await store.deleteMany([{ key: 'k', ifEtag: etag }, { key: 'k', ifEtag: null }], never)).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }])
    expect(await etagOf(store, 'k')).toBe(etag)
  })

  it('holds other things under the same keys: they are no sessions, and stay', async () => {
    await server.app.hset('session:hash', 'a', '1')
    await server.app.set(Buffer.concat([Buffer.from('session:'), Buffer.from([0xff, 0xfe])]), 'x')
    await server.app.set('session:a', '{"n": 1}')
    const store = await open({ pattern: 'session:*' })
    expect(await readAll(store, order, 5)).toEqual(['a'])
    expect(await store.read('hash', never)).toBeNull()
    expect(await store.deleteMany([{ key: 'hash', ifEtag: null }], never)).toMatchObject([{ outcome: 'gone' }])
    expect(await server.app.hget('session:hash', 'a')).toBe('1')
    expect((await store.describe(never)).payload).toMatchObject({ reader: 'own-engine', serializer: 'json' })
  })

  it('holds sessions of both cache engines, and each is found and listed', async () => {
    await put('a')
    await server.app.set(':1:django.contrib.sessions.cached_dbb', 'x', 'PXAT', NOON / 1000)
    const store = await open()
    expect((await readAll(store, order, 5)).sort()).toEqual(['a', 'b'])
    expect(await store.read('b', never)).toMatchObject({ key: 'b' })
    expect(await store.deleteMany([{ key: 'b', ifEtag: null }], never)).toMatchObject([{ outcome: 'done' }])
  })
})

function inspectDeep(error: unknown): string {
  const seen = new Set<unknown>()
  return JSON.stringify(error, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) return null
      seen.add(value)
      return Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, (value as Record<string, unknown>)[name]]))
    }
    return value
  })
}
