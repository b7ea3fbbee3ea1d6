import type { StoreClock } from '../../../../shared/model/store.ts'
import { DatabaseStore } from './database-store.ts'
import { postgresDialectOf } from './postgres-dialect.ts'
import { translatePostgresError } from './postgres-errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { connectPostgres } from './postgres-link.ts'
import { readPostgresTable } from './postgres-table.ts'
import type { PostgresTable } from './postgres-table.ts'
import { ServerClient } from './server-client.ts'
import type { Ask, ServerDriver, ServerTable } from './server-link.ts'
import type { ServerPlace } from './server-place.ts'
import { whyFar } from './server-place.ts'
import type { SqlFacts } from './sql-dialect.ts'

/** PostgreSQL keeps instants, and every session here is in UTC: USE_TZ changes nothing. */
const UTC: StoreClock = { useTz: true, timeZone: 'UTC', origin: 'settings' }

/** @throws CONNECT_*, STORE_NOT_FOUND, STORE_NOT_DJANGO, STORE_PERMISSION */
export async function openPostgres(place: ServerPlace): Promise<DatabaseStore> {
  return new DatabaseStore(await ServerClient.open(postgresDriver(place)), UTC)
}

function postgresDriver(place: ServerPlace): ServerDriver<PostgresTable> {
  return {
    place,
    transaction: { begin: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', commit: 'COMMIT', rollback: 'ROLLBACK' },
    needsSavepoints: true,
    connect: (purpose) => connectPostgres(place, purpose),
    readTable: (ask) => readPostgresTable(ask, place),
    dialectOf: ({ version }) => postgresDialectOf(version),
    describe: (ask, table) => describe(ask, table, place),
    translate: (error) => translatePostgresError(error, place),
  }
}

const FACTS = `
  SELECT current_setting('server_version'), current_setting('server_encoding'), coalesce(host(inet_server_addr()), ''), pg_is_in_recovery()::text,
    (has_table_privilege(?, 'UPDATE') AND has_table_privilege(?, 'DELETE') AND has_table_privilege(?, 'SELECT'))::text`

async function describe(ask: Ask, { from }: ServerTable, place: ServerPlace): Promise<SqlFacts> {
  const [row = []] = await ask({ sql: FACTS, params: [from, from, from] })
  const [version = '', encoding = '', address = '', isStandby, mayWrite] = row.map(String)
  const isHere = address === '' || address === '::1' || address.startsWith('127.')
  const server = `PostgreSQL ${version.split(' ')[0] ?? version}`
  return {
    server,
    facts: [{ name: 'encoding', value: encoding }, { name: 'address of the server', value: address === '' ? 'socket' : address }],
    lockReason: whyFar(place, isHere),
    readOnlyReason: whyReadOnly({ encoding, isStandby: isStandby === 'true', mayWrite: mayWrite === 'true', user: place.user }),
  }
}

function whyReadOnly({ encoding, isStandby, mayWrite, user }: { encoding: string; isStandby: boolean; mayWrite: boolean; user: string }): Reason | null {
  if (isStandby) return reason('sql.standby')
  if (encoding === 'SQL_ASCII') return reason('sql.asciiEncoding')
  return mayWrite ? null : reason('sql.mayNotChange', { user })
}
