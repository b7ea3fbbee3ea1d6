import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { Attempts } from '../../util/attempts.ts'
import { monotonicMs } from '../../util/clock.ts'
import { createQueue } from '../../util/serial.ts'
import { runWatched, silent } from './server-link.ts'
import type { Answer, ServerDriver, ServerLink, ServerTable } from './server-link.ts'
import { AnswerLost } from './sql-dialect.ts'
import type { SqlClient, SqlDialect, SqlFacts, SqlRow, SqlStatement, SqlTransaction } from './sql-dialect.ts'
import { spellPlace } from './server-place.ts'

/** Of many transactions one after the other: the catalogue is asked longer than some of them take. */
const CHECKED_MS = 1000

const plain = (sql: string): SqlStatement => ({ sql, params: [] })

/**
 * A server's session table, over two connections: one that cannot write, and one for writing, made by the first write.
 * A lost connection is made anew by the next call; nothing is ever sent a second time.
 */
export class ServerClient implements SqlClient {
  readonly shape: ServerTable
  readonly dialect: SqlDialect
  readonly #driver: ServerDriver
  readonly #reading = createQueue()
  readonly #writing = createQueue()
  readonly #attempts = new Attempts()
  #reader: ServerLink | null
  #writer: ServerLink | null = null
  #readOnlyReason: Reason | null | undefined
  /** The connection over which the table was last found to be writable, and when. */
  #checked: { readonly link: ServerLink | null; readonly at: number } = { link: null, at: 0 }

  /** @throws CONNECT_*, STORE_NOT_FOUND, STORE_NOT_DJANGO, STORE_PERMISSION */
  static async open(driver: ServerDriver): Promise<ServerClient> {
    const reader = await connect(driver, 'read')
    try {
      const shape = await driver.readTable(async (statement) => (await runWatched(reader, statement, { driver })).rows)
      return new ServerClient(driver, reader, shape)
    } catch (error) {
      reader.destroy()
      throw error
    }
  }

  private constructor(driver: ServerDriver, reader: ServerLink, shape: ServerTable) {
    this.#driver = driver
    this.#reader = reader
    this.shape = shape
    this.dialect = driver.dialectOf(shape)
  }

  query(statement: SqlStatement, accept?: (row: SqlRow) => boolean, signal?: AbortSignal): Promise<readonly SqlRow[]> {
    return this.#reading(async () => (await runWatched(await this.#openReader(), statement, { driver: this.#driver, accept, signal })).rows)
  }

  async describe(signal?: AbortSignal): Promise<SqlFacts> {
    const found = await this.#driver.describe((statement) => this.query(statement, undefined, signal), this.shape)
    this.#readOnlyReason = found.lockReason ?? found.readOnlyReason
    const { tls } = this.#driver.place
    const facts = [{ name: 'server', value: spellPlace(this.#driver.place) }, { name: 'TLS', value: tls === 'verify' ? 'verified' : 'off' }]
    return { ...found, facts: [...facts, ...found.facts, ...this.shape.facts] }
  }

  transact<T>(work: (transaction: SqlTransaction) => Promise<T>, isOneOfMany = false): Promise<T> {
    return this.#writing(async () => {
      await this.#assertWritable()
      const link = await this.#openWriter()
      const { begin } = this.#driver.transaction
      const run = (statement: SqlStatement): Promise<Answer> => runWatched(link, statement, { driver: this.#driver })
      try {
        await run(plain(begin))
        if (!isOneOfMany || this.#checked.link !== link || monotonicMs() - this.#checked.at > CHECKED_MS) await this.#checkTable(link)
        const result = await work({
          query: async (statement) => (await run(statement)).rows,
          run: async (statement) => (await run(statement)).changed,
          apart: (part) => (this.#driver.needsSavepoints ? atSavepoint(run, part) : part()),
        })
        await this.#commit(link)
        return result
      } catch (error) {
        if (link.isAlive) await this.#rollBack(link)
        throw error
      }
    })
  }

  async close(): Promise<void> {
    await Promise.all([
      this.#reading(async () => {
        await this.#reader?.close()
        this.#reader = null
      }),
      this.#writing(async () => {
        await this.#writer?.close()
        this.#writer = null
      }),
    ])
  }

  async #openReader(): Promise<ServerLink> {
    if (this.#reader?.isAlive === true) return this.#reader
    this.#reader = await this.#connect('read')
    await this.#recognize(this.#reader)
    return this.#reader
  }

  async #openWriter(): Promise<ServerLink> {
    if (this.#writer?.isAlive === true) return this.#writer
    this.#writer = await this.#connect('write')
    return this.#writer
  }

  async #connect(purpose: 'read' | 'write'): Promise<ServerLink> {
    this.#attempts.begin()
    return connect(this.#driver, purpose)
  }

  /** After a reconnect another server, or a new table of the same name, may be there. */
  async #recognize(link: ServerLink): Promise<ServerTable> {
    const table = await this.#readTable(link)
    if (table.identity === this.shape.identity) return table
    link.destroy()
    throw new CoatcheckError('CONNECT_LOST', 'sql.replaced', { hint: 'next.openAgain', subject: this.shape.table })
  }

  #readTable(link: ServerLink): Promise<ServerTable> {
    return this.#driver.readTable(async (statement) => (await runWatched(link, statement, { driver: this.#driver })).rows)
  }

  async #assertWritable(): Promise<void> {
    if (this.#readOnlyReason === undefined) await this.describe()
    const reason = this.#readOnlyReason ?? this.shape.obstacle
    if (reason !== null) throw new CoatcheckError('STORE_READ_ONLY', reason, { subject: this.shape.table })
  }

  /** A trigger may have come since the table was looked at. */
  async #checkTable(link: ServerLink): Promise<void> {
    const { obstacle } = await this.#recognize(link)
    this.#checked = { link: obstacle === null ? link : null, at: monotonicMs() }
    if (obstacle !== null) throw new CoatcheckError('STORE_READ_ONLY', obstacle, { subject: this.shape.table })
  }

  async #commit(link: ServerLink): Promise<void> {
    try {
      await runWatched(link, plain(this.#driver.transaction.commit), { driver: this.#driver })
    } catch (error) {
      if (link.isAlive) throw error
      throw new AnswerLost(error)
    }
  }

  async #rollBack(link: ServerLink): Promise<void> {
    await runWatched(link, plain(this.#driver.transaction.rollback), { driver: this.#driver }).catch(() => link.destroy())
  }
}

/** The deadline covers all of it: name, socket, TLS, password and session. */
async function connect(driver: ServerDriver, purpose: 'read' | 'write'): Promise<ServerLink> {
  let timer: NodeJS.Timeout | undefined
  let isLate = false
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(silent(null))
    }, LIMITS.storeMs)
  })
  const link = driver.connect(purpose)
  // One that comes after all is of no use to anybody.
  link.then((made) => { if (isLate) made.destroy() }, () => undefined)
  try {
    return await Promise.race([link, late])
  } catch (error) {
    throw driver.translate(error)
  } finally {
    clearTimeout(timer)
  }
}

async function atSavepoint<T>(run: (statement: SqlStatement) => Promise<Answer>, work: () => Promise<T>): Promise<T> {
  await run(plain('SAVEPOINT coatcheck'))
  try {
    const result = await work()
    await run(plain('RELEASE SAVEPOINT coatcheck'))
    return result
  } catch (error) {
    // Where that fails too, so does the commit.
    await run(plain('ROLLBACK TO SAVEPOINT coatcheck')).catch(() => undefined)
    throw error
  }
}
