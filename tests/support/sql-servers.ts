import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { StoreProfile } from '../../electron/core/connections/open-store.ts'

export type ServerKind = 'postgres' | 'mysql'
export type ServerProfile = Extract<StoreProfile, { kind: ServerKind }>

/** Where `scripts/peers.mjs` found the servers, or where they usually are on a developer's machine. */
const SERVERS = {
  postgres: { name: 'PostgreSQL', host: process.env['COATCHECK_TEST_POSTGRES_HOST'] ?? '127.0.0.1', port: Number(process.env['COATCHECK_TEST_POSTGRES_PORT'] ?? 5432), user: 'postgres' },
  mysql: { name: 'MariaDB', host: process.env['COATCHECK_TEST_MYSQL_HOST'] ?? '127.0.0.1', port: Number(process.env['COATCHECK_TEST_MYSQL_PORT'] ?? 3306), user: 'root' },
} as const

export const UTC = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const

export interface TestServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export function serverPlace(kind: ServerKind): TestServer {
  const { host, port, user } = SERVERS[kind]
  return { host, port, user, password: process.env[`COATCHECK_TEST_${kind.toUpperCase()}_PASSWORD`] ?? '' }
}

/** One connection of a test's own: the app, or its administrator. Rows are objects. */
export interface AppConnection extends AsyncDisposable {
  run(sql: string, params?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

export async function connectApp(kind: ServerKind, database: string): Promise<AppConnection> {
  const { host, port, user } = SERVERS[kind]
  if (kind === 'postgres') {
    const client = new pg.Client({ host, port, user, database, password: process.env['COATCHECK_TEST_POSTGRES_PASSWORD'] ?? '' })
    client.on('error', () => undefined)
    await client.connect()
    return { run: async (sql, params = []) => (await client.query<Record<string, unknown>>(sql, [...params])).rows, [Symbol.asyncDispose]: () => client.end() }
  }
  const connection = await mysql.createConnection({ host, port, user, database, charset: 'utf8mb4', timezone: 'Z', password: process.env['COATCHECK_TEST_MYSQL_PASSWORD'] ?? '' })
  connection.on('error', () => undefined)
  return {
    async run(sql, params = []) {
      const [rows] = await connection.query(sql, [...params])
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
    },
    [Symbol.asyncDispose]: () => connection.end(),
  }
}

/** null: it can be used. Fails when CI is set: a skipped proof is no proof. */
export async function whyNoServer(kind: ServerKind): Promise<string | null> {
  const { name, host, port } = SERVERS[kind]
  try {
    await using app = await connectApp(kind, kind === 'postgres' ? 'postgres' : 'mysql')
    await app.run('SELECT 1')
    return null
  } catch (error) {
    const reason = `no ${name} for tests at ${host}:${port}`
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error })
    console.warn(`\n*** Skipped: ${reason}. ***\n`)
    return reason
  }
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  readonly app: AppConnection
  profile(changes?: Partial<ServerProfile>): ServerProfile
}

/** A new database, dropped at the end. */
export async function makeDatabase(kind: ServerKind, schema: string = SESSION_TABLE[kind]): Promise<TestDatabase> {
  const name = `coatcheck_test_${randomBytes(8).toString('hex')}`
  const admin = await connectApp(kind, kind === 'postgres' ? 'postgres' : 'mysql')
  await admin.run(kind === 'postgres' ? `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'` : `CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  const app = await connectApp(kind, name)
  for (const statement of schema.split(';').filter((part) => part.trim() !== '')) await app.run(statement)
  const place = { ...serverPlace(kind), database: name, schema: null, table: 'django_session', via: null, tls: 'off', caFile: null, allowCleartext: false, allowWrites: true } as const
  return {
    name,
    app,
    profile: (changes) => ({ kind, ...place, clock: UTC, ...changes }),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await admin.run(kind === 'postgres' ? `DROP DATABASE IF EXISTS ${name} WITH (FORCE)` : `DROP DATABASE IF EXISTS ${name}`)
      await admin[Symbol.asyncDispose]()
    },
  }
}

/** As `sessions.0001_initial` makes it; keys may be longer, for what the tests put into them. */
export const SESSION_TABLE = {
  postgres: `
    CREATE TABLE django_session (session_key varchar(2000) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date timestamp with time zone NOT NULL);
    CREATE INDEX django_session_session_key_c0390e0f_like ON django_session (session_key varchar_pattern_ops);
    CREATE INDEX django_session_expire_date_a5c62663 ON django_session (expire_date)`,
  mysql: `
    CREATE TABLE django_session (session_key varchar(700) NOT NULL PRIMARY KEY, session_data longtext NOT NULL, expire_date datetime(6) NOT NULL);
    CREATE INDEX django_session_expire_date_a5c62663 ON django_session (expire_date)`,
} as const
