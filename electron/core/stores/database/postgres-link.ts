import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import type { ConnectionOptions, PeerCertificate } from 'node:tls'
import pg from 'pg'
import { LIMITS } from '../../../../shared/limits.ts'
import { numberParameters } from './postgres-dialect.ts'
import { coded } from './server-errors.ts'
import { LOCK_WAIT_MS, STATEMENT_MS } from './server-link.ts'
import type { ServerLink } from './server-link.ts'
import type { ServerPlace } from './server-place.ts'
import { isPrivate, isSocket } from './server-place.ts'
import type { SqlRow, SqlStatement } from './sql-dialect.ts'

/** Values stay the texts that the server sends: a JavaScript Date would lose the microseconds. */
const AS_SENT: pg.CustomTypesConfig = { getTypeParser: () => (value: unknown) => value }

const SESSION: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lock_timeout: String(LOCK_WAIT_MS),
  statement_timeout: String(STATEMENT_MS),
  idle_in_transaction_session_timeout: String(LIMITS.storeMs),
}

/** A session in UTC, with deadlines of its own, and read-only at the server unless it is to write. */
export async function connectPostgres(place: ServerPlace, purpose: 'read' | 'write'): Promise<ServerLink> {
  const link = await openLink(place)
  try {
    const settings = { ...SESSION, default_transaction_read_only: purpose === 'read' ? 'on' : 'off', default_transaction_isolation: 'read committed' }
    const calls = Object.entries(settings).map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', false)`)
    await link.execute({ sql: `SELECT ${calls.join(', ')}`, params: [] }, () => undefined)
    // Ends work for a client that is gone. Servers before 14, and some systems, do not know it: they go on without.
    await link.execute({ sql: `SELECT pg_catalog.set_config(name, '2000', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`, params: [] }, () => undefined).catch(() => undefined)
    return link
  } catch (error) {
    link.destroy()
    throw error
  }
}

class PostgresLink implements ServerLink {
  readonly #client: pg.Client
  readonly #place: ServerPlace
  readonly #pid: number
  #fail: ((error: Error) => void) | null = null
  isAlive = true

  constructor(client: pg.Client, place: ServerPlace, pid: number) {
    this.#client = client
    this.#place = place
    this.#pid = pid
    client.on('end', () => this.#lose(coded('COATCHECK_LOST')))
    client.on('error', (error) => this.#lose(error))
  }

  execute(statement: SqlStatement, onRow: (row: SqlRow) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.isAlive) {
        reject(coded('COATCHECK_LOST'))
        return
      }
      this.#fail = reject
      const config: pg.QueryArrayConfig<unknown[]> = { text: numberParameters(statement.sql), values: statement.params.map(toParameter), rowMode: 'array', types: AS_SENT }
      const query = new pg.Query<unknown[], unknown[]>(config)
      query.on('row', (row) => onRow(row as unknown as SqlRow))
      query.on('error', (error) => {
        // The server's last word: the socket is about to close.
        if ('severity' in error && error.severity === 'FATAL') this.isAlive = false
        reject(error)
      })
      query.on('end', (result) => resolve(result.rowCount ?? 0))
      this.#client.query(query)
    })
  }

  async cancel(): Promise<void> {
    const other = await openLink(this.#place)
    await other.execute({ sql: 'SELECT pg_catalog.pg_cancel_backend(?::int)', params: [this.#pid] }, () => undefined).finally(() => other.close())
  }

  async close(): Promise<void> {
    if (!this.isAlive) return
    this.isAlive = false
    const timer = setTimeout(() => this.#client.connection.stream.destroy(), 1000)
    await this.#client.end().catch(() => undefined)
    clearTimeout(timer)
  }

  destroy(): void {
    this.#client.connection.stream.destroy()
    this.#lose(coded('COATCHECK_LOST'))
  }

  #lose(error: Error): void {
    this.isAlive = false
    this.#fail?.(error)
  }
}

const toParameter = (value: SqlStatement['params'][number]): unknown => (value instanceof Uint8Array ? Buffer.from(value) : value === null ? null : String(value))

async function openLink(place: ServerPlace): Promise<PostgresLink> {
  const client = new pg.Client({
    host: place.via?.host ?? place.host,
    port: place.via?.port ?? place.port,
    user: place.user,
    database: place.database,
    ...(place.password === null ? {} : { password: place.password }),
    ssl: place.tls === 'verify' && !isSocket(place) ? await trust(place) : false,
    connectionTimeoutMillis: LIMITS.storeMs - 500,
    keepAlive: true,
    application_name: 'Coatcheck',
    client_encoding: 'UTF8',
    types: AS_SENT,
  })
  client.on('error', () => undefined)
  // Heard before the library answers with the password.
  client.connection.on('authenticationCleartextPassword', () => {
    if (!isPrivate(place) && !place.allowCleartext) client.connection.stream.destroy(coded('COATCHECK_CLEARTEXT'))
  })
  await client.connect()
  let pid = 0
  const link = new PostgresLink(client, place, 0)
  await link.execute({ sql: 'SELECT pg_catalog.pg_backend_pid()', params: [] }, (row) => { pid = Number(row[0]) })
  return new PostgresLink(client, place, pid)
}

/** Through a tunnel, the library would check the certificate against the tunnel's own end. */
async function trust({ host, via, caFile }: ServerPlace): Promise<ConnectionOptions> {
  const through = via === null ? {} : { checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate), ...(isIP(host) === 0 ? { servername: host } : {}) }
  return { rejectUnauthorized: true, ...through, ...(caFile === null ? {} : { ca: await readFile(caFile) }) }
}
