import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import { monotonicMs } from '../../util/clock.ts'
import { createQueue } from '../../util/serial.ts'
import type { CacheKeySpace } from '../cache-key.ts'
import type { RawValue } from '../session-store.ts'
import { DatabaseStore } from './database-store.ts'
import type { SqlClient, SqlFacts, SqlRow, SqlStatement, SqlTransaction } from './sql-dialect.ts'
import { BUSY_MS, openCut, openReader, openWriter } from './sqlite-connection.ts'
import type { Reader } from './sqlite-connection.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { translateSqliteError } from './sqlite-errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { inspectFile, whyReadOnly } from './sqlite-file.ts'
import type { SqliteFile } from './sqlite-file.ts'
import { readTable } from './sqlite-schema.ts'
import type { SqliteTable } from './sqlite-schema.ts'
import { tableKind } from './table-kind.ts'

export interface SqlitePlace {
  readonly path: string
  readonly table: string
  /** Keys of the cache whose table it is; missing: a table of sessions. */
  readonly cache?: CacheKeySpace
  /** A cleaning of ours was cut off here: what SQLite left half written of it is rolled back on opening. */
  readonly finishesCut?: boolean
}

export interface SqliteProfile extends SqlitePlace {
  readonly kind: 'sqlite'
  readonly clock: StoreClock
}

/**
 * Opens for reading only; a second connection for writing is made when the first write comes.
 * @throws STORE_NOT_FOUND, STORE_PERMISSION, STORE_NOT_DATABASE, STORE_DAMAGED, STORE_NOT_DJANGO, STORE_BUSY, STORE_READ_ONLY
 */
export async function openSqlite(place: SqlitePlace, clock: StoreClock): Promise<DatabaseStore> {
  const client = await SqliteClient.open(place)
  try {
    return new DatabaseStore(client, clock)
  } catch (error) {
    await client.close()
    throw error
  }
}

/** Loads what opening a file needs, ahead of the first. */
export function loadLibrary(): void {
  new Database(':memory:').close()
}

/** better-sqlite3 answers at once or throws: its promises are for the sake of servers. Run it in a worker. */
export class SqliteClient implements SqlClient {
  readonly dialect = sqliteDialect
  readonly shape: SqliteTable
  readonly #file: SqliteFile
  readonly #reader: Reader
  readonly #inTurn = createQueue()
  readonly #statements = new Map<string, Database.Statement>()
  #writer: Database.Database | null = null
  /** The last one that wrote: many rows are written by the same. */
  #writing: { readonly sql: string; readonly writer: Database.Database; readonly statement: Database.Statement } | null = null
  #schemaVersion = -1

  static async open({ path: given, table, cache, finishesCut = false }: SqlitePlace): Promise<SqliteClient> {
    const file = await inspectFile(given)
    let reader: Reader | null = null
    try {
      reader = finishesCut ? openCut(file) : openReader(file)
      return new SqliteClient(file, reader, readTable(reader.database, table, tableKind(cache)))
    } catch (error) {
      reader?.close()
      throw translateSqliteError(error, { path: file.path, table })
    }
  }

  private constructor(file: SqliteFile, reader: Reader, shape: SqliteTable) {
    this.#file = file
    this.#reader = reader
    this.shape = shape
  }

  async query(statement: SqlStatement, accept?: (row: SqlRow) => boolean): Promise<readonly SqlRow[]> {
    let isTold = false
    const started = monotonicMs()
    for (;;) {
      try {
        return this.#translated(() => this.#read(statement, accept === undefined ? undefined : (row) => {
          isTold = true
          return accept(row)
        }))
      } catch (error) {
        // Under a busy writer the gaps are short: asking anew (SQLite's handler slows down) finds one sooner.
        const isOver = isTold || monotonicMs() - started >= BUSY_MS
        if (isOver || !(error instanceof CoatcheckError) || error.code !== 'STORE_BUSY') throw error
        await new Promise<void>((resolve) => { setImmediate(resolve) })
      }
    }
  }

  transact<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const writer = this.#translated(() => this.#openWriter())
      this.#translated(() => writer.exec('BEGIN IMMEDIATE'))
      try {
        this.#translated(() => this.#checkSchema(writer))
        const result = await work({
          query: async (statement) => this.#translated(() => writer.prepare(statement.sql).raw().safeIntegers().all(...statement.params) as SqlRow[]),
          run: async (statement) => this.#translated(() => this.#prepareWrite(writer, statement.sql).run(...statement.params).changes),
          // SQLite undoes a statement that fails, and each item here writes with one.
          apart: (work) => work(),
        })
        this.#translated(() => writer.exec('COMMIT'))
        return result
      } catch (error) {
        if (writer.inTransaction) writer.exec('ROLLBACK')
        throw error
      }
    })
  }

  async describe(): Promise<SqlFacts> {
    const facts = this.#translated(() => this.#facts())
    const readOnlyReason = await whyReadOnly(this.#file.path)
    return { server: `SQLite ${this.#scalar('SELECT sqlite_version()')}`, facts: [...facts, ...this.shape.facts], readOnlyReason: readOnlyReason ?? this.#foreignEncoding() }
  }

  /** `data_version`: another number whenever another connection, also our own that writes, has committed. */
  async revision(): Promise<string> {
    return this.#translated(() => {
      this.#checkFile()
      return String(this.#scalar('PRAGMA data_version'))
    })
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#reader.close()
      // The last to leave empties a write-ahead log and removes it; only a writer can.
      this.#writer?.close()
      this.#writer = null
    })
  }

  #read({ sql, params }: SqlStatement, accept: ((row: SqlRow) => boolean) | undefined): readonly SqlRow[] {
    this.#checkFile()
    const statement = this.#prepare(sql)
    if (accept === undefined) return statement.all(...params) as SqlRow[]
    for (const row of statement.iterate(...params)) if (!accept(row as SqlRow)) break
    return []
  }

  #facts(): readonly PhysicalFact[] {
    const pragmas = ['journal_mode', 'encoding', 'page_size', 'page_count', 'freelist_count', 'schema_version', 'user_version', 'auto_vacuum']
    return [
      { name: 'path', value: this.#file.path },
      { name: 'size', value: `${statSync(this.#file.path).size} bytes` },
      ...pragmas.map((name) => ({ name, value: String(this.#scalar(`PRAGMA ${name}`)) })),
    ]
  }

  #scalar(query: string): RawValue {
    return this.#translated(() => (this.#reader.database.prepare(query).raw().get() as SqlRow | undefined)?.[0] ?? null)
  }

  /** Django's databases are UTF-8. Bytes of another encoding would be compared, and written, as something else. */
  #foreignEncoding(): Reason | null {
    const encoding = String(this.#scalar('PRAGMA encoding'))
    return encoding === 'UTF-8' ? null : reason('sqlite.encoding', { encoding })
  }

  #openWriter(): Database.Database {
    this.#checkFile()
    const obstacle = this.shape.obstacle ?? this.#foreignEncoding()
    if (obstacle !== null) throw new CoatcheckError('STORE_READ_ONLY', obstacle, { subject: this.shape.table })
    this.#writer ??= openWriter(this.#file)
    return this.#writer
  }

  /** A trigger may have come since the table was looked at. Inside the transaction, so that none can come after it. */
  #checkSchema(writer: Database.Database): void {
    const version = Number(writer.pragma('schema_version', { simple: true }))
    if (version === this.#schemaVersion) return
    const { obstacle } = readTable(writer, this.shape.table, this.shape.kind)
    if (obstacle !== null) throw new CoatcheckError('STORE_READ_ONLY', obstacle, { subject: this.shape.table })
    this.#schemaVersion = version
  }

  /** SQLite goes on with a file that was deleted or replaced: reads would be of the past, writes would be lost. */
  #checkFile(): void {
    const facts = statSync(this.#file.path, { bigint: true })
    if (`${facts.dev}:${facts.ino}` === this.#file.identity) return
    throw new CoatcheckError('CONNECT_LOST', 'sqlite.replaced', { hint: 'next.openAgain', subject: this.#file.path })
  }

  #prepare(query: string): Database.Statement {
    const known = this.#statements.get(query)
    if (known !== undefined && !known.busy) return known
    const statement = this.#reader.database.prepare(query).raw().safeIntegers()
    if (this.#statements.size < 64) this.#statements.set(query, statement)
    return statement
  }

  #prepareWrite(writer: Database.Database, query: string): Database.Statement {
    if (this.#writing?.sql !== query || this.#writing.writer !== writer) this.#writing = { sql: query, writer, statement: writer.prepare(query) }
    return this.#writing.statement
  }

  #translated<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw translateSqliteError(error, { path: this.#file.path, table: this.shape.table })
    }
  }
}
