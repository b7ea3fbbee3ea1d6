import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import type { StoreProfile } from '../../electron/core/connections/open-store.ts'
import type { RawValue, SessionStore } from '../../electron/core/stores/session-store.ts'
import { makeDatabase, whyNoServer } from '../support/sql-servers.ts'
import { NOON, never } from './store/harness.ts'
import { UTC, makeTempFolder } from './store/sqlite-harness.ts'

/** As the migrations of django-user-sessions 2.0 and django-qsessions 2.1 make them: other columns stand between Django's. */
const TABLES = {
  user_sessions_session: {
    sqlite: `CREATE TABLE user_sessions_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL, user_agent varchar(200) NULL, last_activity datetime NOT NULL, ip char(39) NULL, user_id integer NULL REFERENCES auth_user (id))`,
    postgres: `CREATE TABLE user_sessions_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL, user_agent varchar(200) NULL, last_activity timestamptz NOT NULL, ip inet NULL, user_id integer NULL REFERENCES auth_user (id))`,
    mysql: `CREATE TABLE user_sessions_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data longtext NOT NULL, expire_date datetime(6) NOT NULL, user_agent varchar(200) NULL, last_activity datetime(6) NOT NULL, ip char(39) NULL, user_id integer NULL, FOREIGN KEY (user_id) REFERENCES auth_user (id))`,
    insert: `INSERT INTO user_sessions_session (session_key, session_data, expire_date, user_agent, last_activity, ip, user_id) VALUES ('k', 'one', '2036-11-21 10:00:00', 'Firefox', '2026-11-21 10:00:00', '10.0.0.1', 1)`,
  },
  qsessions_session: {
    sqlite: `CREATE TABLE qsessions_session (created_at datetime NULL, session_key varchar(40) NOT NULL PRIMARY KEY, user_agent varchar(300) NULL, session_data text NOT NULL, updated_at datetime NOT NULL, expire_date datetime NOT NULL, ip char(39) NULL, user_id integer NULL REFERENCES auth_user (id))`,
    postgres: `CREATE TABLE qsessions_session (created_at timestamptz NULL, session_key varchar(40) NOT NULL PRIMARY KEY, user_agent varchar(300) NULL, session_data text NOT NULL, updated_at timestamptz NOT NULL, expire_date timestamptz NOT NULL, ip inet NULL, user_id integer NULL REFERENCES auth_user (id))`,
    mysql: `CREATE TABLE qsessions_session (created_at datetime(6) NULL, session_key varchar(40) NOT NULL PRIMARY KEY, user_agent varchar(300) NULL, session_data longtext NOT NULL, updated_at datetime(6) NOT NULL, expire_date datetime(6) NOT NULL, ip char(39) NULL, user_id integer NULL, FOREIGN KEY (user_id) REFERENCES auth_user (id))`,
    insert: `INSERT INTO qsessions_session (session_key, session_data, expire_date, user_agent, updated_at, ip, user_id) VALUES ('k', 'one', '2036-11-21 10:00:00', 'Firefox', '2026-11-21 10:00:00', '10.0.0.1', 1)`,
  },
} as const
type Table = keyof typeof TABLES
type Kind = 'sqlite' | 'postgres' | 'mysql'

const USERS = 'CREATE TABLE auth_user (id integer NOT NULL PRIMARY KEY)'
const missing = { sqlite: null, postgres: await whyNoServer('postgres'), mysql: await whyNoServer('mysql') }

interface World extends AsyncDisposable {
  readonly profile: StoreProfile
  run(sql: string): Promise<readonly Record<string, unknown>[]>
}

async function makeWorld(kind: Kind, table: string, statements: readonly string[]): Promise<World> {
  if (kind !== 'sqlite') {
    const database = await makeDatabase(kind, statements.join(';'))
    return { profile: database.profile({ table }), run: (sql) => database.app.run(sql), [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
  }
  const folder = await makeTempFolder()
  const path = folder.database('db.sqlite3', statements.join(';'))
  const app = new Database(path, { timeout: 5000 })
  return {
    profile: { kind: 'sqlite', path, table, clock: UTC },
    run: async (sql) => (/^SELECT/.test(sql) ? (app.prepare(sql).all() as Record<string, unknown>[]) : (app.exec(sql), [])),
    async [Symbol.asyncDispose]() {
      app.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe.each((['sqlite', 'postgres', 'mysql'] as const).flatMap((kind) => (['user_sessions_session', 'qsessions_session'] as const).map((table) => ({ kind, table }))))('$table on $kind', ({ kind, table }: { kind: Kind; table: Table }) => {
  describe.skipIf(missing[kind] !== null)(`with a server${missing[kind] === null ? '' : ` (skipped: ${missing[kind]})`}`, () => {
    let world: World | null = null
    let store: SessionStore | null = null
    const open = async (): Promise<{ readonly store: SessionStore; readonly world: World }> => {
      world = await makeWorld(kind, table, [USERS, 'INSERT INTO auth_user VALUES (1), (2)', TABLES[table][kind], TABLES[table].insert])
      store = await openStore(world.profile)
      return { store, world }
    }
    afterEach(async () => {
      await store?.[Symbol.asyncDispose]()
      await world?.[Symbol.asyncDispose]()
    })
    const look = `SELECT user_id, user_agent, session_data FROM ${table}`

    it('an edit leaves what is not Django’s own, and takes the user along where the data has another', async () => {
      const opened = await open()
      expect((await opened.store.describe(never)).extraColumns).toEqual(expect.arrayContaining(['user_agent', 'ip', 'user_id']))
      const before = await opened.store.read('k', never)
      if (before === null) throw new Error('not there')
      const same = await opened.store.write({ key: 'k', ifEtag: before.etag, data: Buffer.from('two') }, never)
      expect(await opened.world.run(look)).toMatchObject([{ user_id: 1, user_agent: 'Firefox', session_data: 'two' }])
      const other = await opened.store.write({ key: 'k', ifEtag: same.etag ?? '', data: Buffer.from('three'), userId: '2' }, never)
      expect(await opened.world.run(look)).toMatchObject([{ user_id: 2, user_agent: 'Firefox', session_data: 'three' }])
      const nobody = await opened.store.write({ key: 'k', ifEtag: other.etag ?? '', data: Buffer.from('four'), userId: null }, never)
      expect(await opened.world.run(look)).toMatchObject([{ user_id: null, session_data: 'four' }])
      expect(await opened.store.write({ key: 'k', ifEtag: nobody.etag ?? '', data: before.data, image: before.image }, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(await opened.world.run(look)).toMatchObject([{ user_id: 1, user_agent: 'Firefox', session_data: 'one' }])
      expect(await opened.store.read('k', never)).toEqual(before)
    })

    it('a user that the table does not take is the outcome of that session, and nothing is written', async () => {
      const opened = await open()
      const etag = (await opened.store.read('k', never))?.etag ?? ''
      const outcome = await opened.store.write({ key: 'k', ifEtag: etag, data: Buffer.from('two'), userId: '99' }, never)
      expect(outcome).toMatchObject({ outcome: 'failed' })
      expect(await opened.world.run(look)).toMatchObject([{ user_id: 1, session_data: 'one' }])
    })

    it('a deleted session comes back with all of its columns', async () => {
      const opened = await open()
      const before = await opened.store.read('k', never)
      if (before === null) throw new Error('not there')
      const rows = await opened.world.run(`SELECT * FROM ${table}`)
      await opened.store.deleteMany([{ key: 'k', ifEtag: before.etag }], never)
      expect(await opened.store.restore(before.image, never)).toMatchObject({ outcome: 'done', etag: before.etag })
      expect(await opened.world.run(`SELECT * FROM ${table}`)).toEqual(rows)
    })
  })
})

describe('a user that is no number', () => {
  it('is kept as Django keeps UUIDs where the database has none, and a table without users has none', async () => {
    await using world = await makeWorld('sqlite', 'sessions', ['CREATE TABLE sessions (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL, user_id char(32) NULL)', 'CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL)', "INSERT INTO sessions VALUES ('k', 'one', '2036-11-21 10:00:00', NULL)", "INSERT INTO django_session VALUES ('k', 'one', '2036-11-21 10:00:00')"])
    await using store = await openStore(world.profile)
    const etag = async (of: SessionStore): Promise<string> => (await of.read('k', never))?.etag ?? ''
    await store.write({ key: 'k', ifEtag: await etag(store), data: Buffer.from('two'), userId: '6f1b0f3e-0000-4000-8000-000000000001' }, never)
    const user = async (): Promise<RawValue | undefined> => (await store.read('k', never))?.image.columns['user_id']
    expect(await user()).toBe('6f1b0f3e000040008000000000000001')
    await using plain = await openStore({ ...world.profile, table: 'django_session' } as StoreProfile)
    expect(await plain.write({ key: 'k', ifEtag: await etag(plain), expireDate: NOON + 1, userId: '5' }, never)).toMatchObject({ outcome: 'done' })
  })
})
