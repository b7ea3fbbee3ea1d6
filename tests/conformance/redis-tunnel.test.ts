import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { ConnectionReport } from '../../shared/model/connection.ts'
import { startApp } from '../support/app.ts'
import { makeCertificates, startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { TestRedis } from '../support/redis-servers.ts'
import { signedText } from '../support/session-table.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { freePort, startSshd, whyNoSshd } from '../support/sshd.ts'
import type { TestSshd } from '../support/sshd.ts'

const missing = whyNoSshd() ?? whyNoRedis()
const noMysql = await whyNoServer('mysql')
const KEY = 'k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0'
/** pickle.dumps({"n": 1}, 2) */
const PICKLE = Buffer.from('\x80\x02}q\x00X\x01\x00\x00\x00nq\x01K\x01s.', 'latin1')
const LIST = { order: { by: 'stored', direction: 'asc' }, cursor: null, limit: 10 } as const

describe.skipIf(missing !== null)(`Redis and MySQL through a real sshd${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let sshd: TestSshd
  let redis: TestRedis
  let files: Awaited<ReturnType<typeof makeCertificates>>
  let tlsPort = 0
  beforeAll(async () => {
    sshd = await startSshd()
    files = await makeCertificates()
    tlsPort = await freePort()
    redis = await startRedis({ args: ['--bind', '127.0.0.1', '127.0.0.2', '--tls-port', String(tlsPort), '--tls-cert-file', files.cert, '--tls-key-file', files.key, '--tls-ca-cert-file', files.ca, '--tls-auth-clients', 'no'] })
    vi.stubEnv('HOME', sshd.home)
    vi.stubEnv('SSH_AUTH_SOCK', '')
    await mkdir(join(sshd.home, '.ssh'), { recursive: true })
    await writeFile(join(sshd.home, '.ssh/known_hosts'), sshd.knownHosts)
    await redis.app.set(`:1:django.contrib.sessions.cache${KEY}`, PICKLE, 'EX', 86_400)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await redis[Symbol.asyncDispose]()
    await sshd[Symbol.asyncDispose]()
    await rm(files.folder, { recursive: true, force: true })
  })
  const ssh = () => ({ host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: null, auth: 'key' as const })
  async function testOf(url: string): Promise<ConnectionReport> {
    await using app = await startApp()
    return app.client.call('connections.test', { target: { kind: 'url', url, ssh: ssh() } })
  }
  const endSoon = (key: string): PlannedChange => ({ kind: 'expire', sessions: [{ key, ifEtag: null }], expiry: { kind: 'in', seconds: 60 } })

  test('Redis is read through it, opens locked, and is written and put back once it is unlocked', async () => {
    await using app = await startApp()
    const { client } = app
    const source = await client.call('sources.open', { target: { kind: 'url', url: `redis://127.0.0.1:${redis.port}/0`, ssh: ssh() } })
    expect(source).toMatchObject({ lock: 'locked', location: expect.stringContaining('through 127.0.0.1') as string })
    const sourceId = source.id
    expect((await client.call('sessions.listPage', { sourceId, ...LIST })).rows.map(({ key }) => key)).toEqual([KEY])
    const early = await client.call('changes.plan', { sourceId, change: endSoon(KEY) })
    await expect(client.call('changes.apply', { planId: early.planId })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    await client.call('sources.unlock', { sourceId, name: source.name })
    const { planId } = await client.call('changes.plan', { sourceId, change: endSoon(KEY) })
    const result = await client.call('changes.apply', { planId })
    expect(result).toMatchObject({ changed: 1, failed: 0 })
    expect(await redis.app.ttl(`:1:django.contrib.sessions.cache${KEY}`)).toBeLessThanOrEqual(60)
    await client.call('changes.undo', { changeId: result.changeId ?? '' })
    expect(await redis.app.getBuffer(`:1:django.contrib.sessions.cache${KEY}`)).toEqual(PICKLE)
    expect(await redis.app.ttl(`:1:django.contrib.sessions.cache${KEY}`)).toBeGreaterThan(86_000)
  })

  test('the way of a test names the SSH server, and what fails there', async () => {
    const report = await testOf(`redis://127.0.0.1:${redis.port}/0`)
    expect(report.error).toBeNull()
    expect(report.steps.map(({ id, state }) => `${id} ${state}`)).toEqual(['ssh ok', 'port ok', 'sign-in ok', 'place ok', 'sessions ok', 'values ok', 'write warn'])
    expect(await testOf(`redis://127.0.0.1:${await freePort()}/0`)).toMatchObject({ error: { code: 'SSH_FORWARD' } })
  })

  test.each([
    ['the name that it is for', 'localhost', null],
    ['the address that it is for', '127.0.0.1', null],
    ['another name of the same server', '127.0.0.2', 'CONNECT_TLS'],
  ])('its certificate is checked against the server, not the beginning of the tunnel: %s', async (_, host, code) => {
    const { error } = await testOf(`rediss://${host}:${tlsPort}/0?tlscacert=${encodeURIComponent(files.ca)}`)
    expect(error?.code ?? null).toBe(code)
  })

  test.each(['redis+sentinel://127.0.0.1:26379/shop/0', 'redis+cluster://127.0.0.1:7000'])('%s is refused, with the reason', async (url) => {
    await using app = await startApp()
    await expect(app.client.call('sources.open', { target: { kind: 'url', url, ssh: ssh() } })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED', message: expect.stringMatching(/name other servers/) as string })
  })

  test.each(['unix:///tmp/redis.sock', 'memcached://127.0.0.1:11211', 'file:///tmp'])('%s has no way through SSH', async (url) => {
    await using app = await startApp()
    await expect(app.client.call('sources.open', { target: { kind: 'url', url, ssh: ssh() } })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED', message: expect.stringMatching(/host and a port/) as string })
  })

  test.skipIf(noMysql !== null)(`MySQL is read and, once unlocked, written through it${noMysql === null ? '' : ` (skipped: ${noMysql})`}`, async () => {
    await using database = await makeDatabase('mysql')
    await database.app.run(`INSERT INTO django_session VALUES ('${KEY}', '${signedText({ json: '{"n":1}', expireDate: Date.UTC(2027, 0, 1) })}', '2027-01-01 00:00:00')`)
    const { host, port, user, password } = database.profile()
    await using app = await startApp()
    const { client } = app
    const source = await client.call('sources.open', { target: { kind: 'url', url: `mysql://${user}@${host}:${port}/${database.name}`, ssh: ssh() }, ...(password === null ? {} : { password }) })
    expect(source).toMatchObject({ lock: 'locked' })
    const sourceId = source.id
    expect((await client.call('sessions.listPage', { sourceId, ...LIST })).rows.map(({ key }) => key)).toEqual([KEY])
    await client.call('sources.unlock', { sourceId, name: source.name })
    const { planId } = await client.call('changes.plan', { sourceId, change: endSoon(KEY) })
    expect(await client.call('changes.apply', { planId })).toMatchObject({ changed: 1, failed: 0 })
    expect((await database.app.run('SELECT expire_date < UTC_TIMESTAMP() + INTERVAL 2 MINUTE AS soon FROM django_session'))[0]).toEqual({ soon: 1 })
  })
})
