import { rm } from 'node:fs/promises'
import { Cluster } from 'ioredis'
import { afterAll, beforeAll, describe } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { openInWorker } from '../../electron/core/connections/remote-store.ts'
import { freePort } from '../support/memcached.ts'
import { makeCertificates, redisProfile, startCluster, startRedis, startSentinels, whyNoRedis } from '../support/redis-servers.ts'
import type { RedisProfile, TestRedis, TestSentinels } from '../support/redis-servers.ts'
import { describeStoreConformance } from './store/index.ts'
import { REDIS_TRAITS, makeRedisHarness } from './store/redis-harness.ts'
import { STORE_WORKER } from './store/sqlite-harness.ts'

const missing = whyNoRedis()

describe.skipIf(missing !== null)(`with Redis${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  describe('one server', () => {
    let server: TestRedis
    beforeAll(async () => { server = await startRedis() })
    afterAll(async () => { await server[Symbol.asyncDispose]() })
    const make = (changes: Partial<RedisProfile> = {}) => () => makeRedisHarness(server.app, redisProfile(server, changes), openStore)

    describeStoreConformance('keys of Django', make(), REDIS_TRAITS)
    describeStoreConformance('keys of a pattern with characters that mean something to MATCH', make({ pattern: '[s]?\\^-:*:{end}' }), REDIS_TRAITS)
    describeStoreConformance('in a worker', () => makeRedisHarness(server.app, redisProfile(server), (profile) => openInWorker({ worker: STORE_WORKER, profile, onLost: (error) => { throw error } })), REDIS_TRAITS)
  })

  describe('users of an ACL', () => {
    let server: TestRedis
    beforeAll(async () => {
      server = await startRedis()
      await server.app.call('ACL', 'SETUSER', 'shop', 'on', '>sesame', '~t*', '+@all', '-@dangerous', '-@admin')
      // Neither scripts nor the server’s own description.
      await server.app.call('ACL', 'SETUSER', 'narrow', 'on', '>sesame', '~t*', '-@all', '+select', '+scan', '+get', '+strlen', '+pexpiretime', '+set', '+unlink', '+pexpireat', '+persist', '+exists', '+type', '+watch', '+unwatch', '+multi', '+exec')
    })
    afterAll(async () => { await server[Symbol.asyncDispose]() })
    for (const user of ['shop', 'narrow']) {
      describeStoreConformance(user, () => makeRedisHarness(server.app, redisProfile(server, { user, password: 'sesame' }), openStore), REDIS_TRAITS)
    }
  })

  describe('TLS with an authority of its own', () => {
    let server: TestRedis
    let tlsPort = 0
    let files: Awaited<ReturnType<typeof makeCertificates>>
    beforeAll(async () => {
      files = await makeCertificates()
      const { ca, cert, key } = files
      tlsPort = await freePort()
      server = await startRedis({
        args: ['--tls-port', String(tlsPort), '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no', '--unixsocket', `${files.folder}/redis.sock`],
      })
    })
    afterAll(async () => {
      await server[Symbol.asyncDispose]()
      await rm(files.folder, { recursive: true, force: true })
    })
    const make = (changes: () => Partial<RedisProfile>) => () => makeRedisHarness(server.app, redisProfile(server, changes()), openStore)

    describeStoreConformance('by name', make(() => ({ addresses: [{ host: 'localhost', port: tlsPort }], tls: 'verify', caFile: files.ca })), REDIS_TRAITS)
    describeStoreConformance('through a Unix socket', make(() => ({ addresses: [{ path: `${files.folder}/redis.sock` }] })), REDIS_TRAITS)
  })

  describe('Sentinels', () => {
    let place: TestSentinels
    beforeAll(async () => { place = await startSentinels() }, 60_000)
    afterAll(async () => { await place[Symbol.asyncDispose]() })
    describeStoreConformance('a master that three of them name', () => makeRedisHarness(place.master.app, redisProfile(place.sentinels, { topology: { kind: 'sentinel', master: 'shop' } }), openStore), REDIS_TRAITS)
  })

  describe('a cluster', () => {
    let nodes: readonly TestRedis[] = []
    let app: Cluster
    beforeAll(async () => {
      nodes = await startCluster()
      app = new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
    }, 60_000)
    afterAll(async () => {
      app.disconnect()
      for (const node of nodes) await node[Symbol.asyncDispose]()
    })
    describeStoreConformance('of three masters', () => makeRedisHarness(app, redisProfile(nodes, { topology: { kind: 'cluster' } }), openStore), REDIS_TRAITS)
  })
})
