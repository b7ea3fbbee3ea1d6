import { execFile, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import type { StoreProfile } from '../../electron/core/connections/open-store.ts'
import { freePort } from './memcached.ts'

const BINARY = process.env['COATCHECK_TEST_REDIS'] ?? 'redis-server'
const START_MS = 10_000
const run = promisify(execFile)

export type RedisProfile = Extract<StoreProfile, { kind: 'redis' }>

/** A Redis of a test's own, with a connection of the app's. */
export interface TestRedis extends AsyncDisposable {
  readonly port: number
  readonly folder: string
  readonly app: Redis
  /** Stops it where it stands (SIGSTOP), and lets it go on. */
  freeze(): void
  thaw(): void
  /** Ends it at once; its port and folder stay its own. */
  kill(): Promise<void>
  /** Starts it again, empty. */
  restart(): Promise<void>
}

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export function whyNoRedis(): string | null {
  const { status, stdout } = spawnSync(BINARY, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  if (status === 0 && / v=(?:[7-9]|\d\d)\./.test(stdout)) return null
  const reason = 'no redis-server 7 or later on the path; COATCHECK_TEST_REDIS names another'
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`\n*** Skipped: ${reason}. ***\n`)
  return reason
}

export interface StartOptions {
  readonly args?: readonly string[]
  readonly mode?: 'server' | 'sentinel'
  readonly port?: number
}

export async function startRedis({ args = [], mode = 'server', port }: StartOptions = {}): Promise<TestRedis> {
  const chosen = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-redis-'))
  const config = join(folder, 'redis.conf')
  if (mode === 'sentinel') writeFileSync(config, '')
  const command = [...(mode === 'sentinel' ? [config, '--sentinel'] : ['--save', '', '--appendonly', 'no']), '--port', String(chosen), '--bind', '127.0.0.1', '--dir', folder, ...args]
  const app = new Redis({ host: '127.0.0.1', port: chosen, lazyConnect: true, retryStrategy: () => 20, maxRetriesPerRequest: null })
  app.on('error', () => undefined)
  const launch = (): ChildProcess => spawn(BINARY, command, { stdio: 'ignore' })
  let child = launch()
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await inTime(app.ping())
  return {
    port: chosen, folder, app, kill,
    freeze: () => { child.kill('SIGSTOP') },
    thaw: () => { child.kill('SIGCONT') },
    async restart() {
      child = launch()
      await inTime(app.ping())
    },
    async [Symbol.asyncDispose]() {
      app.disconnect()
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Three masters that share all slots. Its bus needs a second port, 10000 above the first. */
export async function startCluster(certificates: Certificates | null = null): Promise<readonly TestRedis[]> {
  const nodes = await Promise.all([0, 1, 2].map(async () => {
    const tlsPort = await freeClusterPort()
    const tls = certificates === null ? [] : [...tlsArguments(certificates, tlsPort), '--tls-cluster', 'yes', '--tls-replication', 'yes']
    const node = await startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'yes', ...tls], port: await freeClusterPort() })
    return { ...node, busPort: certificates === null ? node.port : tlsPort }
  }))
  const bounds = [0, 5461, 10_923, 16_384]
  for (const [index, { app }] of nodes.entries()) {
    await app.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    await app.call('CLUSTER', 'ADDSLOTSRANGE', String(bounds[index]), String((bounds[index + 1] ?? 0) - 1))
    for (const { busPort } of nodes) await app.call('CLUSTER', 'MEET', '127.0.0.1', String(busPort))
  }
  for (const { app } of nodes) {
    await until(async () => {
      const slots = (await app.call('CLUSTER', 'SLOTS')) as unknown[]
      return slots.length === 3 && String(await app.call('CLUSTER', 'INFO')).includes('cluster_state:ok')
    })
  }
  return nodes
}

/** A replica of one node of a cluster, which all of its nodes name. */
export async function addReplica(nodes: readonly TestRedis[], master: TestRedis): Promise<TestRedis> {
  const replica = await startRedis({ args: ['--cluster-enabled', 'yes'], port: await freeClusterPort() })
  await replica.app.call('CLUSTER', 'MEET', '127.0.0.1', String(master.port))
  const id = String(await master.app.call('CLUSTER', 'MYID'))
  await until(async () => String(await replica.app.call('CLUSTER', 'NODES')).includes(id) && String(await replica.app.call('CLUSTER', 'INFO')).includes('cluster_state:ok'))
  await replica.app.call('CLUSTER', 'REPLICATE', id)
  for (const { app } of nodes) await until(async () => ((await app.call('CLUSTER', 'SLOTS')) as unknown[][]).some((range) => range.length === 4))
  await until(async () => (await replica.app.info('replication')).includes('master_link_status:up'))
  return replica
}

export interface TestSentinels extends AsyncDisposable {
  readonly master: TestRedis
  readonly replica: TestRedis
  readonly sentinels: readonly TestRedis[]
}

/** Arguments of a server that speaks TLS on a port of its own, to clients and to other servers. */
export function tlsArguments({ ca, cert, key }: Pick<Certificates, 'ca' | 'cert' | 'key'>, tlsPort: number): readonly string[] {
  return ['--tls-port', String(tlsPort), '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no']
}

/** A master, a replica, and three Sentinels that call them `shop`. */
export async function startSentinels(): Promise<TestSentinels> {
  const master = await startRedis()
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] })
  const sentinels = await Promise.all([1, 2, 3].map(() => startRedis({ mode: 'sentinel' })))
  for (const { app } of sentinels) {
    await app.call('SENTINEL', 'MONITOR', 'shop', '127.0.0.1', String(master.port), '2')
    await app.call('SENTINEL', 'SET', 'shop', 'down-after-milliseconds', '500', 'failover-timeout', '3000')
  }
  await until(async () => /state=online/.test(await master.app.info('replication')))
  for (const { app } of sentinels) await until(async () => ((await app.call('SENTINEL', 'REPLICAS', 'shop')) as unknown[]).length === 1 && ((await app.call('SENTINEL', 'SENTINELS', 'shop')) as unknown[]).length === 2)
  return {
    master, replica, sentinels,
    async [Symbol.asyncDispose]() {
      for (const server of [...sentinels, replica, master]) await server[Symbol.asyncDispose]()
    },
  }
}

export interface Certificates {
  readonly folder: string
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** An authority of the test's own, and a certificate for localhost and 127.0.0.1 by it. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-tls-'))
  const [ca, caKey, cert, key, request, names] = ['ca.pem', 'ca.key', 'cert.pem', 'cert.key', 'cert.csr', 'names.txt'].map((name) => join(folder, name)) as [string, string, string, string, string, string]
  writeFileSync(names, 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const days = ['-days', '2']
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Coatcheck test authority', '-keyout', caKey, '-out', ca, ...days])
  await run('openssl', ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', key, '-out', request])
  await run('openssl', ['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-extfile', names, '-out', cert, ...days])
  return { folder, ca, cert, key }
}

export function redisProfile(server: TestRedis | readonly TestRedis[], changes: Partial<RedisProfile> = {}): RedisProfile {
  const servers = Array.isArray(server) ? (server as readonly TestRedis[]) : [server as TestRedis]
  return {
    kind: 'redis', topology: { kind: 'single' }, addresses: servers.map(({ port }) => ({ host: '127.0.0.1', port })), via: null, db: 0, user: null, password: null, sentinelUser: null, sentinelPassword: null, readsReplicas: false, tls: 'off', caFile: null,
    format: 'auto', pattern: null, prefix: '', version: '1', allowCleartext: false, allowWrites: false, ...changes,
  }
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await isSo());) {
    if (Date.now() - started > START_MS * 2) throw new Error('It has not come about in time.')
    await new Promise((resolve) => { setTimeout(resolve, 30) })
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error('redis-server has not started in time.')), START_MS) })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

async function freeClusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 55_000) return port
  }
}
