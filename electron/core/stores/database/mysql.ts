import { hostname } from 'node:os'
import type { StoreClock } from '../../../../shared/model/store.ts'
import { DatabaseStore } from './database-store.ts'
import { createMysqlDialect } from './mysql-dialect.ts'
import { translateMysqlError } from './mysql-errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { connectMysql } from './mysql-link.ts'
import { readMysqlTable } from './mysql-table.ts'
import type { MysqlTable } from './mysql-table.ts'
import { ServerClient } from './server-client.ts'
import type { Ask, ServerDriver } from './server-link.ts'
import type { ServerPlace } from './server-place.ts'
import { whyFar } from './server-place.ts'
import type { SqlFacts } from './sql-dialect.ts'

/**
 * MySQL and MariaDB. Dates are wall clock there, as on SQLite: the clock tells how they are meant.
 * @throws CONNECT_*, STORE_NOT_FOUND, STORE_NOT_DJANGO, STORE_PERMISSION
 */
export async function openMysql(place: ServerPlace, clock: StoreClock): Promise<DatabaseStore> {
  const client = await ServerClient.open(mysqlDriver(place))
  try {
    return new DatabaseStore(client, clock)
  } catch (error) {
    await client.close()
    throw error
  }
}

function mysqlDriver(place: ServerPlace): ServerDriver<MysqlTable> {
  return {
    place,
    transaction: { begin: 'START TRANSACTION READ WRITE', commit: 'COMMIT', rollback: 'ROLLBACK' },
    needsSavepoints: false,
    connect: (purpose) => connectMysql(place, purpose),
    readTable: (ask) => readMysqlTable(ask, place),
    dialectOf: (table) => createMysqlDialect(table.binaryColumns),
    describe: (ask) => describe(ask, place),
    translate: (error) => translateMysqlError(error, place),
  }
}

async function describe(ask: Ask, place: ServerPlace): Promise<SqlFacts> {
  const [row = []] = await ask({ sql: 'SELECT @@version, @@version_comment, @@hostname, @@global.read_only, @@character_set_database', params: [] })
  const [version = '', comment = '', host = '', isReadOnly = '', encoding = ''] = row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value ?? '')))
  const name = /mariadb/i.test(`${version} ${comment}`) ? 'MariaDB' : 'MySQL'
  return {
    server: `${name} ${version.split('-')[0] ?? version}`,
    facts: [{ name: 'version', value: version }, { name: 'encoding', value: encoding }, { name: 'host name of the server', value: host }],
    lockReason: whyFar(place, host === hostname()),
    readOnlyReason: isReadOnly === '0' ? null : reason('sql.replica'),
  }
}
