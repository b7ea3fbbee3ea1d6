import { readFile } from 'node:fs/promises'
import { connect, isIP } from 'node:net'
import mysql from 'mysql2'
import type { Connection, ConnectionOptions } from 'mysql2'
import { CoatcheckError } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { coded } from './server-errors.ts'
import { LOCK_WAIT_MS, STATEMENT_MS } from './server-link.ts'
import type { ServerLink } from './server-link.ts'
import type { ServerPlace } from './server-place.ts'
import { isPrivate, isSocket, spellPlace } from './server-place.ts'
import type { SqlRow, SqlStatement } from './sql-dialect.ts'

/** A session in UTC, with deadlines of its own, and read-only at the server unless it is to write. */
export async function connectMysql(place: ServerPlace, purpose: 'read' | 'write'): Promise<ServerLink> {
  const link = await openLink(place)
  const run = (sql: string): Promise<number> => link.execute({ sql, params: [] }, () => undefined)
  try {
    // Reads compare with zero dates, which strict modes refuse; writes must not be cut to fit.
    const mode = purpose === 'read' ? '' : 'STRICT_ALL_TABLES'
    await run(`SET SESSION time_zone = '+00:00', sql_mode = '${mode}', lock_wait_timeout = ${LOCK_WAIT_MS / 1000}, innodb_lock_wait_timeout = ${LOCK_WAIT_MS / 1000}, autocommit = 1`)
    await run('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await run(`SET SESSION TRANSACTION ${purpose === 'read' ? 'READ ONLY' : 'READ WRITE'}`)
    if (purpose === 'read') await limitStatements(run)
    return link
  } catch (error) {
    link.destroy()
    throw error
  }
}

/** MySQL counts milliseconds and MariaDB seconds; each refuses the other's name. */
async function limitStatements(run: (sql: string) => Promise<number>): Promise<void> {
  await run(`SET SESSION max_execution_time = ${STATEMENT_MS}`).catch(() => run(`SET SESSION max_statement_time = ${STATEMENT_MS / 1000}`))
}

class MysqlLink implements ServerLink {
  readonly #connection: Connection
  readonly #place: ServerPlace
  #fail: ((error: Error) => void) | null = null
  isAlive = true

  constructor(connection: Connection, place: ServerPlace) {
    this.#connection = connection
    this.#place = place
    connection.on('error', (error) => this.#lose(error))
    connection.on('end', () => this.#lose(coded('COATCHECK_LOST')))
  }

  /** Values go apart from the statement, which the server prepares; none is ever spelled into it. */
  execute(statement: SqlStatement, onRow: (row: SqlRow) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.isAlive) {
        reject(coded('COATCHECK_LOST'))
        return
      }
      this.#fail = reject
      let changed = 0
      const { sql, params } = statement
      // Not every command can be prepared (START TRANSACTION cannot).
      const query = params.length === 0 ? this.#connection.query({ sql, rowsAsArray: true }) : this.#connection.execute({ sql, values: params.map(toParameter), rowsAsArray: true })
      query.on('result', (row: unknown) => {
        if (Array.isArray(row)) onRow(row as SqlRow)
        else if (typeof row === 'object' && row !== null && 'affectedRows' in row) changed = Number(row.affectedRows)
      })
      query.on('error', (error: Error) => {
        if ('fatal' in error && error.fatal === true) this.isAlive = false
        reject(error)
      })
      query.on('end', () => resolve(changed))
    })
  }

  async cancel(): Promise<void> {
    const other = await openLink(this.#place)
    await other.execute({ sql: `KILL QUERY ${Number(this.#connection.threadId)}`, params: [] }, () => undefined).finally(() => other.close())
  }

  async close(): Promise<void> {
    if (!this.isAlive) return
    this.isAlive = false
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000)
      this.#connection.end(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.#connection.destroy()
  }

  destroy(): void {
    this.#connection.destroy()
    this.#lose(coded('COATCHECK_LOST'))
  }

  #lose(error: Error): void {
    this.isAlive = false
    this.#fail?.(error)
  }
}

const toParameter = (value: SqlStatement['params'][number]): string | Buffer | null => (value instanceof Uint8Array ? Buffer.from(value) : value === null ? null : String(value))

async function openLink(place: ServerPlace): Promise<MysqlLink> {
  const connection = mysql.createConnection(await optionsOf(place))
  await new Promise<void>((resolve, reject) => {
    connection.on('error', reject)
    connection.connect((error) => (error === null ? resolve() : reject(error)))
  }).catch((error: unknown) => {
    connection.destroy()
    throw error
  })
  return new MysqlLink(connection, place)
}

async function optionsOf(place: ServerPlace): Promise<ConnectionOptions> {
  const { via } = place
  // The name stays the server's own where a tunnel leads there: its certificate is checked against it.
  const address = isSocket(place) ? { socketPath: place.host } : { host: place.host, port: place.port, ...(via === null ? {} : { stream: () => connect(via) }) }
  return {
    ...address,
    user: place.user,
    database: place.database,
    password: place.password ?? '',
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    multipleStatements: false,
    connectTimeout: LIMITS.storeMs - 500,
    maxPreparedStatements: 64,
    // As Django connects: an UPDATE that finds its row counts it, changed or not. No server reads files of this machine.
    flags: ['FOUND_ROWS', '-LOCAL_FILES'],
    ...(place.tls === 'verify' && !isSocket(place) ? { ssl: await trust(place) } : {}),
    ...(isPrivate(place) || place.allowCleartext ? { enableCleartextPlugin: true } : { authPlugins: SHY }),
  }
}

async function trust(place: ServerPlace): Promise<NonNullable<Exclude<ConnectionOptions['ssl'], string>>> {
  // The library checks a certificate for an address against "localhost".
  if (isIP(place.host) !== 0) throw new CoatcheckError('CONNECT_TLS', 'reach.certificateOfAddress', { hint: 'next.useHostName', subject: spellPlace(place) })
  return { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2', ...(place.caFile === null ? {} : { ca: await readFile(place.caFile) }) }
}

/** Encrypted with a key that whoever answers may choose is as good as readable. */
const SHY: NonNullable<ConnectionOptions['authPlugins']> = {
  mysql_clear_password: () => refuse,
  sha256_password: () => refuse,
  caching_sha2_password: (context) => {
    const answer = mysql.authPlugins.caching_sha2_password({ overrideIsSecure: false, onServerPublicKey: () => { throw coded('COATCHECK_CLEARTEXT') } })(context)
    // Thrown, an error would end the thread.
    return (data) => new Promise<Buffer>((resolve) => { resolve(answer(data) as Buffer) })
  },
}

function refuse(): Promise<string> {
  return Promise.reject(coded('COATCHECK_CLEARTEXT'))
}
