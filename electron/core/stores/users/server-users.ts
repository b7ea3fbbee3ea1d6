import { quoteMysql } from '../database/mysql-dialect.ts'
import { translateMysqlError } from '../database/mysql-errors.ts'
import { connectMysql } from '../database/mysql-link.ts'
import { postgresDialect } from '../database/postgres-dialect.ts'
import { translatePostgresError } from '../database/postgres-errors.ts'
import { connectPostgres } from '../database/postgres-link.ts'
import { runWatched } from '../database/server-link.ts'
import type { ServerLink, Watch } from '../database/server-link.ts'
import type { ServerPlace } from '../database/server-place.ts'
import { createQueue } from '../../util/serial.ts'
import { toTypes } from './column-types.ts'
import type { UserDatabase } from './user-table.ts'

const COLUMNS = {
  postgres: `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm') AND (n.nspname = ?::text OR (?::text IS NULL AND pg_catalog.pg_table_is_visible(c.oid)))`,
  mysql: 'SELECT column_name, column_type FROM information_schema.columns WHERE table_name = ? AND table_schema = DATABASE()',
}

/** Users on a server, of which this opens a connection of its own, for reading. */
export function serverUsers(kind: 'postgres' | 'mysql', place: ServerPlace): UserDatabase {
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
