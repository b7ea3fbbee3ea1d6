import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createKeychain } from '../../electron/main/keychain.ts'
import type { ElectronApi } from '../../electron/main/electron-api.ts'
import type { SourceTarget } from '../../shared/model/source.ts'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { fakeSafeStorage } from '../support/electron.ts'
import { makeGate } from '../support/gate.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import type { TestRedis } from '../support/redis-servers.ts'
import { signedText } from '../support/session-table.ts'
import type { TestDatabase } from '../support/sql-servers.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { startSshd, whyNoSshd } from '../support/sshd.ts'
import type { TestSshd } from '../support/sshd.ts'
import { saying } from '../support/saying.ts'

const missing = whyNoRedis() ?? (await whyNoServer('mysql'))
const noSshd = whyNoSshd()
const [ROWS, CACHE] = ['MARKER-rows', 'MARKER-cache']
const KEY = 'k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0'
/** pickle.dumps({"n": 1}, 2) */
const PICKLE = Buffer.from('\x80\x02}q\x00X\x01\x00\x00\x00nq\x01K\x01s.', 'latin1')
const COPY = `:1:django.contrib.sessions.cached_db${KEY}`
const LIST = { order: { by: 'key', direction: 'asc' }, cursor: null, limit: 10 } as const

describe.skipIf(missing !== null)(`the two places of cached_db${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let database: TestDatabase
  let redis: TestRedis
  let user = ''
  beforeEach(async () => {
    database = await makeDatabase('mysql')
    user = `u${database.name.slice(-20)}`
    for (const host of ['%', 'localhost']) {
      await database.app.run(`CREATE USER '${user}'@'${host}' IDENTIFIED BY '${ROWS}'`)
      await database.app.run(`GRANT ALL ON ${database.name}.* TO '${user}'@'${host}'`)
    }
    await database.app.run(`INSERT INTO django_session VALUES ('${KEY}', '${signedText({ json: '{"n":1}', expireDate: Date.UTC(2027, 0, 1) })}', '2027-01-01 00:00:00')`)
    redis = await startRedis()
    await redis.app.set(COPY, PICKLE, 'PXAT', Date.UTC(2027, 0, 1))
    await redis.app.call('ACL', 'SETUSER', 'shop', 'on', `>${CACHE}`, '~*', '+@all')
    await redis.app.call('ACL', 'SETUSER', 'default', 'resetpass', `>${CACHE}-default`)
  })
  afterEach(async () => {
    for (const host of ['%', 'localhost']) await database.app.run(`DROP USER '${user}'@'${host}'`)
    await database[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })
  const row = (password = ''): string => `mysql://${user}${password}@${database.profile().host}:${database.profile().port}/${database.name}`
  const cache = (password = ''): string => `redis://shop${password}@127.0.0.1:${redis.port}/0`
  const target = (ways: object = {}): Extract<SourceTarget, { kind: 'pair' }> => ({ kind: 'pair', row: row(), cache: cache(), ...ways })

  test('each has a password of its own, and neither hears the other’s', async () => {
    await using app = await startApp()
    const { client } = app
    const source = await client.call('sources.open', { target: target(), password: ROWS, cachePassword: CACHE })
    expect(source).toMatchObject({ engine: 'cached_db', readOnlyReason: null })
    expect((await client.call('sessions.listPage', { sourceId: source.id, ...LIST })).rows).toMatchObject([{ key: KEY }])
    expect(JSON.stringify(app.sent)).not.toContain('MARKER')
    await client.call('sources.close', { sourceId: source.id })
    await expect(client.call('sources.open', { target: target(), password: CACHE, cachePassword: CACHE })).rejects.toMatchObject({ code: 'CONNECT_AUTH' })
    for (const wrong of [{ password: ROWS }, { password: ROWS, cachePassword: ROWS }]) {
      const half = await client.call('sources.open', { target: target(), ...wrong })
      expect(half.readOnlyReason).toEqual(saying(/cache cannot be reached/))
      await client.call('sources.close', { sourceId: half.id })
    }
    const gate = await makeGate(redis.port)
    const heard = await client.call('sources.open', { target: { ...target(), cache: `redis://shop@127.0.0.1:${gate.port}/0` }, password: ROWS, cachePassword: CACHE })
    expect(heard.readOnlyReason).toEqual(saying(/until it is unlocked/))
    expect([gate.sent.join('').includes(CACHE), gate.sent.join('').includes(ROWS)]).toEqual([true, false])
    gate.close()
  })

  test('both are kept in the vault, each in its place, and nowhere else; a saved pair opens with them', async () => {
    const keychain = createKeychain({ safeStorage: fakeSafeStorage() } as unknown as ElectronApi, 'linux')
    await using app = await startApp({ keychain })
    const { client } = app
    const connection = { name: 'shop', group: '', color: 'none', environment: 'local', target: { kind: 'pair', row: `${row(`:${ROWS}`)}?mode=rw`, cache: `${cache(`:${CACHE}`)}?mode=rw` }, clock: null } as const
    const saved = await client.call('connections.save', { id: null, connection, keepSecrets: true })
    expect(saved).toMatchObject({ target: target(), keeps: { password: true, cache: true, sentinel: false, ssh: false, cacheSsh: false } })
    const source = await client.call('connections.open', { id: saved.id })
    expect(source).toMatchObject({ readOnlyReason: null, target: target() })
    for (const file of await readdir(app.dataFolder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain('MARKER')
    }
    expect(JSON.stringify(app.sent)).not.toContain('MARKER')
    expect(await client.call('connections.save', { id: saved.id, connection: { ...connection, target: target() }, keepSecrets: false })).toMatchObject({ keeps: { password: false, cache: false } })
  })

  test('the command line takes them from two variables, and writes neither down', async () => {
    const world = await createCliWorld()
    const env = { ROWS_PASSWORD: ROWS, CACHE_PASSWORD: CACHE, COATCHECK_SECRET_KEY: 'coatcheck-demo-key' }
    const args = [row(), '--cache', cache(), '--password-env', 'ROWS_PASSWORD', '--cache-password-env', 'CACHE_PASSWORD', '--json']
    const listed = await world.run(['list', ...args], { env })
    expect(listed.lines()).toMatchObject([{ key: KEY, engine: 'cached_db' }])
    const removed = await world.run(['delete', ...args, KEY, '--yes'], { env })
    expect(removed.json()).toMatchObject({ changed: 1, layers: { db: 1, cache: 1 } })
    const { journal } = removed.json() as { journal: string }
    expect(await readFile(journal, 'utf8')).not.toContain('MARKER')
    const undone = await world.run(['undo', journal, '--yes', '--json', '--password-env', 'ROWS_PASSWORD', '--cache-password-env', 'CACHE_PASSWORD'], { env })
    expect(undone.json()).toMatchObject({ changed: 1, layers: { db: 1, cache: 1 } })
    expect(await redis.app.exists(COPY)).toBe(1)
    expect([listed, removed, undone].map(({ out, err }) => out + err).join('')).not.toContain('MARKER')
    expect(await world.run(['list', ...args.slice(0, 5), '--cache-password-env', 'NO_SUCH'], { env })).toMatchObject({ err: expect.stringContaining('NO_SUCH') as string })
  })

  describe.skipIf(noSshd !== null)(`through a real sshd${noSshd === null ? '' : ` (skipped: ${noSshd})`}`, () => {
    let sshd: TestSshd
    beforeAll(async () => {
      sshd = await startSshd()
      vi.stubEnv('HOME', sshd.home)
      vi.stubEnv('SSH_AUTH_SOCK', '')
      await mkdir(join(sshd.home, '.ssh'), { recursive: true })
      await writeFile(join(sshd.home, '.ssh/known_hosts'), sshd.knownHosts)
    })
    afterAll(async () => {
      vi.unstubAllEnvs()
      await sshd[Symbol.asyncDispose]()
      await rm(sshd.home, { recursive: true, force: true })
    })
    const route = () => ({ host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: null, auth: 'key' as const })

    test.each([['its rows', ['ssh']], ['its cache', ['cacheSsh']], ['both', ['ssh', 'cacheSsh']]])('%s: it opens locked, and both layers are written and put back once it is unlocked', async (_, ways) => {
      await using app = await startApp()
      const { client } = app
      const source = await client.call('sources.open', { target: target(Object.fromEntries(ways.map((way) => [way, route()]))), password: ROWS, cachePassword: CACHE })
      expect(source).toMatchObject({ lock: 'locked', target: Object.fromEntries(ways.map((way) => [way, route()])) })
      const sourceId = source.id
      expect([source.location, source.cache?.location].map((place) => place?.includes('through 127.0.0.1'))).toEqual([ways.includes('ssh'), ways.includes('cacheSsh')])
      expect((await client.call('sessions.listPage', { sourceId, ...LIST })).rows).toMatchObject([{ key: KEY }])
      const planned = () => client.call('changes.plan', { sourceId, change: { kind: 'delete', sessions: [{ key: KEY, ifEtag: null }] } })
      await expect(client.call('changes.apply', { planId: (await planned()).planId })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
      await client.call('sources.unlock', { sourceId, name: source.name })
      const result = await client.call('changes.apply', { planId: (await planned()).planId })
      expect(result).toMatchObject({ changed: 1, failed: 0 })
      expect([await redis.app.exists(COPY), await database.app.run('SELECT session_key FROM django_session')]).toEqual([0, []])
      expect(await client.call('changes.undo', { changeId: result.changeId ?? '' })).toMatchObject({ changed: 1 })
      expect(await redis.app.getBuffer(COPY)).toEqual(PICKLE)
      expect(await database.app.run('SELECT session_key FROM django_session')).toEqual([{ session_key: KEY }])
    })

    test('a tunnel that leads to no cache leaves the rows, and an unknown host key is asked about', async () => {
      await using app = await startApp()
      const { client } = app
      const closed = { ...target({ cacheSsh: route() }), cache: 'redis://127.0.0.1:1/0' }
      expect((await client.call('sources.open', { target: closed, password: ROWS })).readOnlyReason).toEqual(saying(/cache cannot be reached/))
      await writeFile(join(sshd.home, '.ssh/known_hosts'), '')
      await expect(client.call('sources.open', { target: target({ cacheSsh: route() }), password: ROWS, cachePassword: CACHE })).rejects.toMatchObject({ code: 'SSH_HOST_UNKNOWN' })
      await writeFile(join(sshd.home, '.ssh/known_hosts'), sshd.knownHosts)
    })
  })
})
