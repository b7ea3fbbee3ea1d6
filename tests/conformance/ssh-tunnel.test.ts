import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CoatcheckError } from '../../shared/errors.ts'
import type { PlannedChange } from '../../shared/model/change.ts'
import type { SshRoute } from '../../shared/model/source.ts'
import { openTunnel } from '../../electron/core/tunnel/open-tunnel.ts'
import type { SshProfile } from '../../electron/core/tunnel/ssh-client.ts'
import { startApp } from '../support/app.ts'
import { signedText } from '../support/session-table.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import type { TestDatabase } from '../support/sql-servers.ts'
import type { TestSshd } from '../support/sshd.ts'
import { freePort, makeKey, startSshd, whyNoSshd } from '../support/sshd.ts'

const missing = whyNoSshd() ?? (await whyNoServer('postgres'))

describe.skipIf(missing !== null)(`a tunnel through a real sshd${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let sshd: TestSshd
  let database: TestDatabase
  let folder = ''
  beforeAll(async () => {
    sshd = await startSshd()
    database = await makeDatabase('postgres')
    await database.app.run(`INSERT INTO django_session VALUES ('k', '${signedText({ json: '{"n":1}', expireDate: Date.UTC(2027, 0, 1) })}', '2027-01-01 00:00:00')`)
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await sshd[Symbol.asyncDispose]()
    vi.unstubAllEnvs()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coatcheck-tunnel-'))
    vi.stubEnv('HOME', sshd.home)
    vi.stubEnv('SSH_AUTH_SOCK', '')
    await writeFile(join(sshd.home, '.ssh/known_hosts'), sshd.knownHosts)
    await writeFile(join(sshd.home, '.ssh/config'), '')
  })

  const route = (changes: Partial<SshRoute> = {}): SshRoute => ({ host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: null, auth: 'key', ...changes })
  const profile = (changes: Partial<SshProfile> = {}): SshProfile => ({ ...route(), secret: null, trustHostKey: null, knownHostsFile: join(folder, 'known_hosts'), ...changes })
  const server = (): { host: string; port: number } => ({ host: database.profile().host, port: database.profile().port })
  const url = (): string => `postgresql://${database.profile().user}@${server().host}:${server().port}/${database.name}`
  const failureOf = async (changes: Partial<SshProfile>, to = server()): Promise<CoatcheckError> => {
    const error = await openTunnel(profile(changes), to).then(async (tunnel) => { await tunnel[Symbol.asyncDispose](); return null }, (reason: unknown) => reason)
    return error as CoatcheckError
  }

  test('PostgreSQL is read through it, is not local, opens locked, and is written once it is unlocked', async () => {
    await using app = await startApp()
    const { client } = app
    const source = await client.call('sources.open', { target: { kind: 'url', url: url(), ssh: route() } })
    expect(source).toMatchObject({ lock: 'locked', environment: 'staging', location: expect.stringContaining('through 127.0.0.1') as string })
    const { rows } = await client.call('sessions.listPage', { sourceId: source.id, order: { by: 'key', direction: 'asc' }, cursor: null, limit: 10 })
    expect(rows.map((row) => row.key)).toEqual(['k'])
    const change: PlannedChange = { kind: 'expire', sessions: [{ key: 'k', ifEtag: null }], expiry: { kind: 'now' } }
    const early = await client.call('changes.plan', { sourceId: source.id, change })
    await expect(client.call('changes.apply', { planId: early.planId })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    await expect(client.call('sources.unlock', { sourceId: source.id, name: 'shop' })).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    expect(await client.call('sources.unlock', { sourceId: source.id, name: source.name })).toMatchObject({ id: source.id, lock: 'unlocked', readOnlyReason: null })
    const plan = await client.call('changes.plan', { sourceId: source.id, change })
    expect(await client.call('changes.apply', { planId: plan.planId })).toMatchObject({ changed: 1, failed: 0 })
    expect(await client.call('sources.lock', { sourceId: source.id })).toMatchObject({ lock: 'locked' })
    expect(JSON.stringify(await readFile(join(app.dataFolder, 'recent.json'), 'utf8'))).not.toContain('mode=rw')
  })

  test('a test of the connection names its steps', async () => {
    await using app = await startApp()
    const report = await app.client.call('connections.test', { target: { kind: 'url', url: url(), ssh: route() } })
    expect(report.error).toBeNull()
    expect(report.steps.map(({ id, state }) => `${id} ${state}`)).toEqual(['ssh ok', 'port ok', 'sign-in ok', 'place ok', 'sessions ok', 'values ok', 'write warn'])
    const bad = await app.client.call('connections.test', { target: { kind: 'url', url: url(), ssh: route({ port: await freePort() }) } })
    expect(bad).toMatchObject({ error: { code: 'SSH_UNREACHABLE' }, steps: expect.arrayContaining([expect.objectContaining({ id: 'ssh', state: 'failed' }), expect.objectContaining({ id: 'port', state: 'skipped' })]) as unknown })
  })

  test('a new host key is asked about with its fingerprint, and remembered once it was accepted', async () => {
    await writeFile(join(sshd.home, '.ssh/known_hosts'), '# nothing\n')
    const error = await failureOf({})
    expect(error).toMatchObject({ code: 'SSH_HOST_UNKNOWN', details: { subject: expect.stringContaining(sshd.fingerprint) as string } })
    expect(await failureOf({ trustHostKey: 'SHA256:something-else' })).toMatchObject({ code: 'SSH_HOST_UNKNOWN' })
    expect(await failureOf({ trustHostKey: sshd.fingerprint })).toBeNull()
    expect(await failureOf({})).toBeNull()
    expect(await readFile(join(sshd.home, '.ssh/known_hosts'), 'utf8')).toBe('# nothing\n')
  })

  test('a changed or revoked host key is refused, whatever was accepted', async () => {
    makeKey(join(folder, 'other'))
    const other = (await readFile(join(folder, 'other.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
    await writeFile(join(sshd.home, '.ssh/known_hosts'), `[127.0.0.1]:${sshd.port} ${other}\n`)
    expect(await failureOf({ trustHostKey: sshd.fingerprint })).toMatchObject({ code: 'SSH_HOST_CHANGED' })
    await writeFile(join(sshd.home, '.ssh/known_hosts'), `@revoked ${sshd.knownHosts}${sshd.knownHosts}`)
    expect(await failureOf({ trustHostKey: sshd.fingerprint })).toMatchObject({ code: 'SSH_HOST_CHANGED' })
  })

  test('an alias of ~/.ssh/config, an include and a jump host lead there', async () => {
    await writeFile(join(sshd.home, '.ssh/more.conf'), `Host bastion\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}\n`)
    await writeFile(join(sshd.home, '.ssh/config'), `Include *.conf\nHost inner\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  ProxyJump bastion\nHost hole\n  ProxyCommand touch ${folder}/was-run\nMatch exec "touch ${folder}/was-run"\n  Port 1\n`)
    for (const host of ['bastion', 'inner']) expect(await failureOf({ host, port: null, user: null }), host).toBeNull()
    expect(await failureOf({ host: 'hole', port: null, user: null })).toMatchObject({ code: 'SSH_UNREACHABLE', message: expect.stringMatching(/ProxyCommand/) as string })
    await expect(readFile(join(folder, 'was-run'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a key file with a passphrase, without it, and one that the server does not know', async () => {
    const locked = join(folder, 'locked')
    makeKey(locked, 'open sesame')
    const authorized = join(sshd.home, 'authorized_keys')
    await writeFile(authorized, `${await readFile(authorized, 'utf8')}${await readFile(`${locked}.pub`, 'utf8')}`)
    expect(await failureOf({ keyFile: locked, secret: 'open sesame' })).toBeNull()
    expect(await failureOf({ keyFile: locked })).toMatchObject({ code: 'SSH_AUTH', message: expect.stringMatching(/passphrase protects/) as string })
    expect(await failureOf({ keyFile: locked, secret: 'closed' })).toMatchObject({ code: 'SSH_AUTH', message: expect.stringMatching(/does not open/) as string })
    makeKey(join(folder, 'stranger'))
    expect(await failureOf({ keyFile: join(folder, 'stranger') })).toMatchObject({ code: 'SSH_AUTH', message: expect.stringMatching(/accepts none/) as string })
    expect(await failureOf({ auth: 'password', secret: 'MARKER-secret' })).toMatchObject({ code: 'SSH_AUTH' })
    expect(JSON.stringify(await failureOf({ auth: 'password', secret: 'MARKER-secret' }))).not.toContain('MARKER')
  })

  test('an agent gets in where no key file is', async () => {
    const socket = join(folder, 'agent.sock')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(agent.stdout, 'data')
      await chmod(sshd.keyFile, 0o600)
      const added = spawn('ssh-add', ['-q', sshd.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
      expect(await once(added, 'exit')).toEqual([0, null])
      await writeFile(join(sshd.home, '.ssh/config'), `Host *\n  IdentityFile ${folder}/none\n`)
      expect(await failureOf({})).toMatchObject({ code: 'SSH_AUTH' })
      vi.stubEnv('SSH_AUTH_SOCK', socket)
      expect(await failureOf({})).toBeNull()
      vi.stubEnv('SSH_AUTH_SOCK', join(folder, 'no-agent'))
      expect(await failureOf({})).toMatchObject({ code: 'SSH_AUTH' })
    } finally {
      agent.kill()
    }
  })

  test('nothing behind the server, and a server that forwards nothing', async () => {
    const nowhere = { host: '127.0.0.1', port: await freePort() }
    expect(await failureOf({}, nowhere)).toMatchObject({ code: 'SSH_FORWARD', message: expect.stringMatching(/nothing that listens/) as string })
    await using strict = await startSshd(['AllowTcpForwarding no'])
    vi.stubEnv('HOME', strict.home)
    await writeFile(join(strict.home, '.ssh/known_hosts'), strict.knownHosts)
    expect(await failureOf({ port: strict.port })).toMatchObject({ code: 'SSH_FORWARD', message: expect.stringMatching(/does not allow/) as string })
  })

  test('a lost SSH connection is made anew; after closing, nothing listens', async () => {
    await using app = await startApp()
    const { client } = app
    const { id } = await client.call('sources.open', { target: { kind: 'url', url: url(), ssh: route() } })
    const read = (): Promise<unknown> => client.call('sessions.read', { sourceId: id, key: 'k' })
    expect(await read()).not.toBeNull()
    await sshd.stop()
    await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:CONNECT|SSH)_/) as string })
    await sshd.start()
    await vi.waitFor(async () => expect(await read()).not.toBeNull(), { timeout: 10_000, interval: 300 })
    await client.call('sources.close', { sourceId: id })
    await expect(read()).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})
