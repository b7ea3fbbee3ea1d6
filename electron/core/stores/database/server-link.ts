import { CoatcheckError, cancelled, throwIfAborted } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { ServerPlace } from './server-place.ts'
import type { SqlDialect, SqlFacts, SqlRow, SqlStatement, TableShape } from './sql-dialect.ts'

/** How long another transaction's lock is waited for. */
export const LOCK_WAIT_MS = 2000
/** The server gives up a statement by itself before its silence would be taken for a loss. */
export const STATEMENT_MS = LIMITS.storeMs - 1000
/** What is still on its way when enough rows have come; more than that is stopped at the server. */
const REST_MS = 25

/** One connection. Rejects with the client library's own errors, which the driver translates. */
export interface ServerLink {
  readonly isAlive: boolean
  /** Tells each row as it comes; answers how many rows the statement changed. One statement at a time. */
  execute(statement: SqlStatement, onRow: (row: SqlRow) => void): Promise<number>
  /** Has the server stop what this connection runs, by another connection. */
  cancel(): Promise<void>
  close(): Promise<void>
  /** Closes at once; what runs rejects. */
  destroy(): void
}

export interface ServerTable extends TableShape {
  /** Which table of which database this is: another one after a reconnect is not written to. */
  readonly identity: string
  readonly facts: readonly PhysicalFact[]
}

export type Ask = (statement: SqlStatement) => Promise<readonly SqlRow[]>

/** What one kind of server does differently from the next. */
export interface ServerDriver<Table extends ServerTable = ServerTable> {
  readonly place: ServerPlace
  readonly transaction: { readonly begin: string; readonly commit: string; readonly rollback: string }
  /** `SAVEPOINT`, where a failed statement would end the whole transaction. */
  readonly needsSavepoints: boolean
  /** A connection with its session set up: UTC, deadlines, and read-only at the server unless it is to write. */
  connect(purpose: 'read' | 'write'): Promise<ServerLink>
  /** @throws STORE_NOT_DJANGO */
  readTable(ask: Ask): Promise<Table>
  dialectOf(table: Table): SqlDialect
  describe(ask: Ask, table: Table): Promise<SqlFacts>
  translate(error: unknown): CoatcheckError
}

export interface Watch {
  readonly driver: Pick<ServerDriver, 'translate'>
  readonly accept?: ((row: SqlRow) => boolean) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly rows: readonly SqlRow[]
  readonly changed: number
}

/** Runs one statement, under a deadline for every silence; stops it at the server when nobody wants more of it. */
export async function runWatched(link: ServerLink, statement: SqlStatement, { driver, accept, signal }: Watch): Promise<Answer> {
  if (signal !== undefined) throwIfAborted(signal)
  const rows: SqlRow[] = []
  let isEnough = false
  let stopping: Promise<void> | null = null
  let rest: NodeJS.Timeout | undefined
  const stop = (): void => {
    stopping ??= link.cancel().catch(() => link.destroy())
  }
  let isSilent = false
  const silence = setTimeout(() => {
    isSilent = true
    link.destroy()
  }, LIMITS.storeMs)
  signal?.addEventListener('abort', stop, { once: true })
  let changed = 0
  try {
    changed = await link.execute(statement, (row) => {
      silence.refresh()
      if (isEnough) return
      if (accept === undefined) rows.push(row)
      else if (!accept(row)) {
        isEnough = true
        rest = setTimeout(stop, REST_MS)
      }
    })
  } catch (error) {
    if (isSilent) throw silent(error)
    // Stopped because enough had come: that is an answer.
    if (signal?.aborted !== true && !isEnough) throw driver.translate(error)
  } finally {
    clearTimeout(silence)
    clearTimeout(rest)
    signal?.removeEventListener('abort', stop)
    // A late stop must not meet the next statement.
    await stopping
  }
  if (signal?.aborted === true) throw cancelled()
  return { rows, changed }
}

export function silent(cause: unknown): CoatcheckError {
  return new CoatcheckError('CONNECT_TIMEOUT', reason('reach.noAnswerFor', { seconds: LIMITS.storeMs / 1000 }), { hint: 'next.checkRuns', retryable: true }, cause)
}
