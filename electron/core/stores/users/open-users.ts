import type { UserTable } from '../../../../shared/model/owner.ts'
import { quoteMysql } from '../database/mysql-dialect.ts'
import { translateMysqlError } from '../database/mysql-errors.ts'
import { connectMysql } from '../database/mysql-link.ts'
import { postgresDialect } from '../database/postgres-dialect.ts'
import { translatePostgresError } from '../database/postgres-errors.ts'
import { connectPostgres } from '../database/postgres-link.ts'
import { runWatched } from '../database/server-link.ts'
import type { ServerLink, Watch } from '../database/server-link.ts'
import type { ServerPlace } from '../database/server-place.ts'
import type { SqlRow } from '../database/sql-dialect.ts'
import { openReader } from '../database/sqlite-connection.ts'
import type { Reader } from '../database/sqlite-connection.ts'
import { sqliteDialect } from '../database/sqlite-dialect.ts'
import { translateSqliteError } from '../database/sqlite-errors.ts'
import { inspectFile } from '../database/sqlite-file.ts'
import { createQueue } from '../../util/serial.ts'
import type { UserDirectory } from '../user-directory.ts'
import { createUserTable } from './user-table.ts'
import type { UserDatabase } from './user-table.ts'

/** The database that holds a project's users: the alias that AUTH_USER_MODEL is routed to. */
export type UserProfile = { readonly users: UserTable } & (
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly place: ServerPlace }
)

/** Connects when the first question comes. */
export function openUsers(profile: UserProfile): UserDirectory {
  return createUserTable(profile.kind === 'sqlite' ? sqliteUsers(profile.path) : serverUsers(profile.kind, profile.place), profile.users)
}

function sqliteUsers(path: string): UserDatabase {
  let opening: Promise<Reader> | null = null
  const open = async (): Promise<Reader> => {
    opening ??= inspectFile(path).then((file) => openReader(file))
    return opening.catch((error: unknown) => {
      opening = null
      throw error
    })
  }
  const ask = async (sql: string, params: SqlRow): Promise<readonly SqlRow[]> => {
    try {
      return (await open()).database.prepare(sql).raw().safeIntegers().all(...params) as SqlRow[]
    } catch (error) {
      throw translateSqliteError(error, { path, table: '' })
    }
  }
  return {
    query: ({ sql, params }) => ask(sql, params),
    quote: sqliteDialect.quote,
    keyParameter: { integer: '?', uuid: '?', text: '?' },
    async columns({ table }) {
      return toTypes(await ask('SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1', [table]))
    },
    async [Symbol.asyncDispose]() {
      const reader = await opening?.catch(() => null)
      reader?.close()
    },
  }
}

const COLUMNS = {
  postgres: `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm') AND (n.nspname = ?::text OR (?::text IS NULL AND pg_catalog.pg_table_is_visible(c.oid)))`,
  mysql: 'SELECT column_name, column_type FROM information_schema.columns WHERE table_name = ? AND table_schema = DATABASE()',
}

function serverUsers(kind: 'postgres' | 'mysql', place: ServerPlace): UserDatabase {
  const inTurn = createQueue()
  const translate: Watch['driver'] = { translate: (error) => (kind === 'postgres' ? translatePostgresError(error, place) : translateMysqlError(error, place)) }
  let link: ServerLink | null = null
  const connect = async (): Promise<ServerLink> => {
    if (link?.isAlive === true) return link
    try {
      link = await (kind === 'postgres' ? connectPostgres(place, 'read') : connectMysql(place, 'read'))
      return link
    } catch (error) {
      throw translate.translate(error)
    }
  }
  const query: UserDatabase['query'] = (statement, signal) => inTurn(async () => (await runWatched(await connect(), statement, { driver: translate, signal })).rows)
  return {
    query,
    quote: kind === 'postgres' ? postgresDialect.quote : quoteMysql,
    keyParameter: kind === 'postgres' ? { integer: '?::bigint', uuid: '?::uuid', text: '?' } : { integer: 'CAST(? AS SIGNED)', uuid: '?', text: '?' },
    async columns({ table, schema }, signal) {
      return toTypes(await query({ sql: COLUMNS[kind], params: kind === 'postgres' ? [table, schema, schema] : [table] }, signal))
    },
    [Symbol.asyncDispose]: () => inTurn(async () => link?.close()),
  }
}

function toTypes(rows: readonly SqlRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(([name, type]) => [toText(name).toLowerCase(), toText(type).toLowerCase()]))
}

const toText = (value: SqlRow[number] | undefined): string => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value))
