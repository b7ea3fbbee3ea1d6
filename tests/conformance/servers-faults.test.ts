import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { connectMysql } from '../../electron/core/stores/database/mysql-link.ts'
import { connectPostgres } from '../../electron/core/stores/database/postgres-link.ts'
import type { SessionStore } from '../../electron/core/stores/session-store.ts'
import { CoatcheckError, serializeError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import type { ServerKind, ServerProfile, TestDatabase } from '../support/sql-servers.ts'
import { SESSION_TABLE, connectApp, makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { NOON, makeRows, never, readAll } from './store/harness.ts'
import { saying } from '../support/saying.ts'

const KINDS: readonly ServerKind[] = ['postgres', 'mysql']
const missing = { postgres: await whyNoServer('postgres'), mysql: await whyNoServer('mysql') }
const order = { by: 'key', direction: 'asc' } as const

const OBSTACLES: Readonly<Record<ServerKind, readonly { readonly name: string; readonly statements: readonly string[]; readonly reason: RegExp }[]>> = {
  postgres: [
    { name: 'a trigger', statements: ['CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS \'BEGIN RETURN NEW; END\'', 'CREATE TRIGGER watcher BEFORE UPDATE ON django_session FOR EACH ROW EXECUTE FUNCTION f()'], reason: /trigger/ },
    { name: 'a rule', statements: ['CREATE RULE nothing AS ON DELETE TO django_session DO INSTEAD NOTHING'], reason: /rule/ },
    { name: 'no unique key', statements: ['ALTER TABLE django_session DROP CONSTRAINT django_session_pkey'], reason: /no unique key/ },
  ],
  mysql: [
    { name: 'a trigger', statements: ['CREATE TRIGGER watcher BEFORE UPDATE ON django_session FOR EACH ROW SET NEW.session_data = \'x\''], reason: /trigger/ },
    { name: 'no transactions', statements: ['ALTER TABLE django_session MODIFY session_key varchar(40) NOT NULL', 'ALTER TABLE django_session ENGINE = MyISAM'], reason: /MyISAM/ },
    { name: 'no unique key', statements: ['ALTER TABLE django_session DROP PRIMARY KEY'], reason: /no unique key/ },
  ],
}

describe.each(KINDS)('%s that does not do its part', (kind) => {
  describe.skipIf(missing[kind] !== null)(`with a server${missing[kind] === null ? '' : ` (skipped: ${missing[kind]})`}`, () => {
    let database: TestDatabase
    const stores: SessionStore[] = []
    const open = async (changes?: Partial<ServerProfile>): Promise<SessionStore> => {
      const store = await openStore(database.profile(changes))
      stores.push(store)
      return store
    }
    const put = async (count: number): Promise<void> => {
      const values = makeRows(count).map(({ key }) => `('${key}', 'old', '2026-11-21 10:00:00')`)
      await database.app.run(`INSERT INTO django_session VALUES ${values.join(', ')}`)
    }
    const ours = (): string => (kind === 'postgres'
      ? `SELECT pid AS id FROM pg_stat_activity WHERE datname = '${database.name}' AND pid <> pg_backend_pid()`
      : `SELECT id AS id FROM information_schema.processlist WHERE db = '${database.name}' AND id <> CONNECTION_ID()`)
    const killAll = async (): Promise<void> => {
      for (const { id } of await database.app.run(ours())) await database.app.run(kind === 'postgres' ? `SELECT pg_terminate_backend(${String(id)})` : `KILL ${String(id)}`)
    }

    beforeEach(async () => { database = await makeDatabase(kind) })
    afterEach(async () => {
      for (const store of stores.splice(0)) await store[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    })

    it('a connection that the server ended is told of, and made anew by the next call', async () => {
      await put(5)
      const store = await open()
      const first = await store.listPage({ order, cursor: null, limit: 2 }, never)
      await killAll()
      const outcome = await store.listPage({ order, cursor: first.next, limit: 2 }, never).catch((error: unknown) => error)
      // The loss may have been noticed before the call: then it already went over a new connection.
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'CONNECT_LOST' })
      expect((await store.listPage({ order, cursor: first.next, limit: 9 }, never)).keys).toHaveLength(3)
    })

    it('does not go on in another table that has taken the name', async () => {
      await put(3)
      const store = await open()
      await database.app.run('DROP TABLE django_session')
      // MySQL dates tables by the second.
      if (kind === 'mysql') await new Promise((resolve) => { setTimeout(resolve, 1100) })
      for (const statement of SESSION_TABLE[kind].split(';')) await database.app.run(statement)
      await put(3)
      await expect(store.deleteMany([{ key: makeRows(1)[0]?.key ?? '', ifEtag: null }], never)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
      expect(await database.app.run('SELECT session_key FROM django_session')).toHaveLength(3)
    })

    it('waits for the lock of another transaction for a while, and then says that it is busy', async () => {
      await put(1)
      const key = makeRows(1)[0]?.key ?? ''
      const store = await open()
      const etag = (await store.read(key, never))?.etag ?? ''
      await using other = await connectApp(kind, database.name)
      await other.run('BEGIN')
      await other.run(`UPDATE django_session SET session_data = 'new' WHERE session_key = '${key}'`)
      await expect(store.write({ key, ifEtag: etag, expireDate: NOON + 1 }, never)).rejects.toMatchObject({ code: 'STORE_BUSY' })
      await other.run('COMMIT')
      expect(await store.write({ key, ifEtag: etag, expireDate: NOON + 1 }, never)).toMatchObject({ outcome: 'conflict' })
    })

    it('stops at the server what is stopped here', async () => {
      await put(2)
      const view = kind === 'postgres' ? `SELECT session_key || pg_sleep(30) AS session_key, session_data, expire_date FROM django_session` : `SELECT CONCAT(session_key, SLEEP(30)) AS session_key, session_data, expire_date FROM django_session`
      await database.app.run(`CREATE VIEW slow AS ${view}`)
      const store = await open({ table: 'slow' })
      const controller = new AbortController()
      const reading = store.listPage({ order, cursor: null, limit: 2 }, controller.signal)
      setTimeout(() => controller.abort(), 300)
      await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
      const running = kind === 'postgres' ? `SELECT 1 FROM pg_stat_activity WHERE datname = '${database.name}' AND state = 'active' AND query LIKE '%slow%' AND pid <> pg_backend_pid()` : `SELECT 1 FROM information_schema.processlist WHERE db = '${database.name}' AND command IN ('Query', 'Execute') AND info LIKE '%slow%' AND id <> CONNECTION_ID()`
      expect(await database.app.run(running)).toEqual([])
      expect((await store.describe(never)).readOnlyReason).toEqual(saying(/view/))
    })

    it('cannot be written through the connection that reads: the server refuses', async () => {
      await put(1)
      const link = await (kind === 'postgres' ? connectPostgres : connectMysql)(database.profile(), 'read')
      await expect(link.execute({ sql: 'DELETE FROM django_session', params: [] }, () => undefined)).rejects.toThrow(/read[- ]only/i)
      await link.close()
      expect(await database.app.run('SELECT session_key FROM django_session')).toHaveLength(1)
    })

    // PostgreSQL has no way to ask for one.
    if (kind === 'mysql') {
      it('reads no file of this machine for the server: it is told from the start that there is no way to', async () => {
        const link = await connectMysql(database.profile(), 'write')
        await expect(link.execute({ sql: `LOAD DATA LOCAL INFILE '${import.meta.filename}' INTO TABLE django_session`, params: [] }, () => undefined)).rejects.toThrow(/not allowed|local data is disabled/i)
        link.destroy()
      })
    }

    it.each(OBSTACLES[kind])('refuses to write to a table with $name, even one that came later', async ({ statements, reason }) => {
      await put(1)
      const store = await open()
      const key = makeRows(1)[0]?.key ?? ''
      for (const statement of statements) await database.app.run(statement)
      await expect(store.deleteMany([{ key, ifEtag: null }], never)).rejects.toMatchObject({ code: expect.stringMatching(/STORE_READ_ONLY|CONNECT_LOST/) as string })
      const again = await open()
      expect(await again.describe(never)).toMatchObject({ readOnlyReason: saying(reason), capabilities: { write: false, delete: false } })
      await expect(again.deleteMany([{ key, ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY', message: expect.stringMatching(reason) as string })
      expect(await readAll(again, order, 5)).toEqual([key])
    })

    it('keeps columns that are not Django’s own, and brings them back', async () => {
      await database.app.run('ALTER TABLE django_session ADD COLUMN user_agent varchar(200) NULL')
      await database.app.run('INSERT INTO django_session VALUES (\'k\', \'old\', \'2026-11-21 10:00:00\', \'Firefox\')')
      const store = await open()
      expect((await store.describe(never)).extraColumns).toEqual(['user_agent'])
      const before = await store.read('k', never)
      if (before === null) throw new Error('not there')
      const written = await store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('new') }, never)
      expect(await database.app.run('SELECT user_agent, session_data FROM django_session')).toEqual([{ user_agent: 'Firefox', session_data: 'new' }])
      await store.deleteMany([{ key: 'k', ifEtag: written.etag }], never)
      expect(await store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(await database.app.run('SELECT user_agent, session_data FROM django_session')).toEqual([{ user_agent: 'Firefox', session_data: 'old' }])
    })

    it('says what is wrong with the place, without the password', async () => {
      const failure = (changes: Partial<ServerProfile>): Promise<unknown> => open(changes).catch((error: unknown) => error)
      expect(await failure({ database: 'coatcheck_none' })).toMatchObject({ code: 'STORE_NOT_FOUND' })
      expect(await failure({ table: 'nothing' })).toMatchObject({ code: 'STORE_NOT_DJANGO' })
      expect(await failure({ host: 'nowhere.invalid' })).toMatchObject({ code: 'CONNECT_REFUSED' })
      expect(await failure({ host: '127.0.0.1', port: 1 })).toMatchObject({ code: 'CONNECT_REFUSED' })
      expect(await failure({ host: 'localhost', tls: 'verify' })).toMatchObject({ code: 'CONNECT_TLS' })
      const wrong = await failure({ user: 'nobody-here', password: 'hunter2' })
      expect(wrong).toMatchObject({ code: expect.stringMatching(/CONNECT_AUTH|STORE_PERMISSION/) as string })
      expect(wrong instanceof CoatcheckError ? JSON.stringify(serializeError(wrong)) : '').not.toContain('hunter2')
    })
  })

  it('is given up after the deadline when it accepts a connection and says nothing', async () => {
    const silent = await listen()
    try {
      const started = performance.now()
      await expect(openStore(profileOf(kind, silent))).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' })
      expect(performance.now() - started).toBeLessThan(LIMITS.storeMs + 2000)
    } finally {
      silent.close()
    }
  })
})

async function listen(): Promise<Server> {
  const server = createServer((socket) => { socket.on('error', () => undefined) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return server
}

function profileOf(kind: ServerKind, server: Server): ServerProfile {
  const { port } = server.address() as AddressInfo
  return { kind, host: '127.0.0.1', port, via: null, user: 'u', database: 'd', schema: null, table: 'django_session', tls: 'off', caFile: null, password: 'x', allowCleartext: false, allowWrites: false, clock: { useTz: true, timeZone: 'UTC', origin: 'assumed' } }
}
