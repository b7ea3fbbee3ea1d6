import { CoatcheckError } from '../../../../shared/errors.ts'
import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import type { RawValue } from '../session-store.ts'
import type { StoredValue } from './stored-value.ts'
import type { TableKind } from './table-kind.ts'

/** SQL with `?` for each value, in order; a client whose server numbers them rewrites it. */
export interface SqlStatement {
  readonly sql: string
  readonly params: readonly RawValue[]
}
export type SqlRow = readonly RawValue[]

/** What one SQL database does differently from the next. Pure: texts in, texts out. */
export interface SqlDialect {
  quote(name: string): string
  /** Selects a column without loss, whatever it holds. */
  readonly exactly: Selection
  /** Quicker by half, and right unless `isLossy` says otherwise of a value. */
  readonly plainly: Selection
  isLossy(value: RawValue | undefined): boolean
  toStored(kind: RawValue | undefined, value: RawValue | undefined): StoredValue
  /** The etag of a row of two texts, as `etagOf` has it, by the database itself, so that the row need not travel; NULL where one is NULL. null: this database cannot. */
  etagOf(data: string, expire: string): string | null
  /** Length in bytes, found without reading the value. */
  sizeOf(column: string): string
  /** An expression for a value. */
  bind(value: StoredValue): SqlStatement
  /** True only where the column holds exactly this: kind, bytes, case. null counts as a value. */
  holds(column: string, value: StoredValue): SqlStatement
  /** `holds`, said so that the unique index of the column finds it. */
  finds(column: string, value: StoredValue): SqlStatement
  /** Text of the column begins with exactly this, said so that its index is of use. `prefix` ends with a letter before `z`. */
  beginsWith(column: string, prefix: string): SqlStatement
  /** Text of the column begins so; true of others too, where SQL cannot say it better. Said so that an index is of use. */
  mayBegin(column: string, prefix: string): SqlStatement
  /** The date in the column stands so to another; true of others too. `useIndex`: where nothing else tells the index where to begin, or to end. */
  mayStand(column: string, bound: DateBound, useIndex: boolean): SqlStatement
  readonly nullsSort: 'first' | 'last'
  readonly pace: WritePace
  /** Locks the rows of a SELECT until its transaction ends, and passes over those that others hold. Empty: the transaction has locked everything. */
  readonly lockRows: string
  /** false: who has begun to read a stretch reads it to its end, so that stretches have to be short. */
  readonly isCancellable: boolean
}

/** `text`: as Django writes a date. */
export interface DateBound {
  readonly operator: '<' | '<=' | '>' | '>='
  readonly text: string
}

/** How writing many is gentle to the live app: locked for about `lockMs` at a time, then away for as long as `pauseMs` says. */
export interface WritePace {
  readonly lockMs: number
  /** After locks were held for so long. */
  pauseMs(heldMs: number): number
}

/** Two expressions for a column, which `toStored` reads back. */
export type Selection = (column: string) => { readonly kind: string; readonly value: string }

/** What was found where the sessions should be. Names are unquoted; `tie` is an expression. */
export interface TableShape {
  readonly kind: TableKind
  readonly table: string
  /** The table's whole name as SQL, quoted. */
  readonly from: string
  /** Columns that can be read, in their order. */
  readonly columns: readonly string[]
  /** Those of them that can be written: the others are computed. */
  readonly insertable: readonly string[]
  /** Declared type of the column `user_id` of a session model that has one; null: there is none. */
  readonly userIdType: string | null
  /** Breaks ties between rows of equal expire dates, by index order. null: the session key has to. */
  readonly tie: string | null
  /** Why nothing must be written to this table, whoever asks; null: nothing speaks against it. */
  readonly obstacle: Reason | null
}

/** Runs statements. Rejects with `CoatcheckError` only: each client has its table of foreign errors. */
export interface SqlClient {
  readonly shape: TableShape
  readonly dialect: SqlDialect
  /**
   * One short read, never a transaction. `accept` is given each row in place of the answer, which then has none; it answers false when it has enough.
   * An aborted signal stops it at a server too.
   */
  query(statement: SqlStatement, accept?: (row: SqlRow) => boolean, signal?: AbortSignal): Promise<readonly SqlRow[]>
  /**
   * Commits when `work` is done, rolls back when it throws. One at a time. `isOneOfMany`: a server's table is then not looked at anew where it
   * was a second ago.
   * @throws AnswerLost when the commit was sent and nothing tells whether it was done
   */
  transact<T>(work: (transaction: SqlTransaction) => Promise<T>, isOneOfMany?: boolean): Promise<T>
  describe(signal: AbortSignal): Promise<SqlFacts>
  /** As in `SessionReader`. */
  revision?(): Promise<string>
  close(): Promise<void>
}

export interface SqlTransaction {
  query(statement: SqlStatement): Promise<readonly SqlRow[]>
  /** Rows changed. */
  run(statement: SqlStatement): Promise<number>
  /** Work of which nothing stays when it throws, while the transaction goes on. */
  apart<T>(work: () => Promise<T>): Promise<T>
}

/** A commit was sent, and its answer did not come: it may be done or not. */
export class AnswerLost extends CoatcheckError {
  constructor(cause: unknown) {
    super('CONNECT_LOST', 'sql.answerLost', { hint: 'next.readAgain' }, cause)
  }
}

export interface SqlFacts {
  readonly server: string
  readonly facts: readonly PhysicalFact[]
  readonly readOnlyReason: Reason | null
  /** As in `StoreDescription`. */
  readonly lockReason?: Reason | null
}

/** Joins parts of a statement; a text stands for itself. */
export function sql(...parts: readonly (string | SqlStatement)[]): SqlStatement {
  const statements = parts.map((part) => (typeof part === 'string' ? { sql: part, params: [] } : part))
  return { sql: statements.map((part) => part.sql).join(' '), params: statements.flatMap((part) => part.params) }
}

export function joinSql(parts: readonly SqlStatement[], separator: string): SqlStatement {
  return { sql: parts.map((part) => part.sql).join(separator), params: parts.flatMap((part) => part.params) }
}

/** The least text after all that begin with `prefix`. */
export function afterPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`
}

/** For `LIKE … ESCAPE '|'`: a backslash means something else to every server. */
export function escapeLike(text: string): string {
  return text.replace(/[|%_]/g, '|$&')
}
