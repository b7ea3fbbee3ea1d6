import { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import { sql } from './sql-dialect.ts'
import type { SqlClient, SqlRow, SqlStatement } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL } from './stored-value.ts'

/** All columns of one row, as they are stored. */
export interface WholeRow {
  readonly columns: ReadonlyMap<string, StoredValue>
  /** NULL for a column that the table does not have. */
  get(column: string): StoredValue
}

export function rowOf(names: readonly string[], values: readonly StoredValue[]): WholeRow {
  return {
    get columns() {
      return new Map(names.map((name, index) => [name, values[index] ?? NULL]))
    },
    get: (column) => values[names.indexOf(column)] ?? NULL,
  }
}

type Query = (statement: SqlStatement) => Promise<readonly SqlRow[]>

/**
 * Asks for the length before the value. null: no such key.
 * @throws SESSION_TOO_LARGE with the real size
 */
export async function readRow(client: Pick<SqlClient, 'dialect' | 'shape'>, query: Query, key: SessionKey): Promise<WholeRow | null> {
  const { dialect, shape } = client
  const size = shape.columns.map((name) => `COALESCE(${dialect.sizeOf(name)}, 0)`).join(' + ')
  const stored = await findKey(client, query, key, size)
  if (stored === null) return null
  if (stored.size > LIMITS.storedValueBytes) throw tooLarge(stored.size)
  const columns = shape.columns.flatMap((name) => [dialect.exactly(name).kind, dialect.exactly(name).value])
  const [row] = await query(sql(`SELECT ${columns.join(', ')} FROM ${shape.from} WHERE`, dialect.finds(shape.kind.key, stored.key), 'LIMIT 1'))
  if (row === undefined) return null
  return rowOf(shape.columns, shape.columns.map((_, index) => dialect.toStored(row[index * 2], row[index * 2 + 1])))
}

/** Finds what a listed key stands for. */
async function findKey({ dialect, shape }: Pick<SqlClient, 'dialect' | 'shape'>, query: Query, key: SessionKey, size: string): Promise<{ key: StoredValue; size: number } | null> {
  for (const candidate of shape.kind.storedKeys(key)) {
    const [row] = await query(sql(`SELECT ${size} FROM ${shape.from} WHERE`, dialect.finds(shape.kind.key, candidate), 'LIMIT 1'))
    if (row !== undefined) return { key: candidate, size: Number(row[0]) }
  }
  return null
}

export function tooLarge(size: number): CoatcheckError {
  return new CoatcheckError('SESSION_TOO_LARGE', reason('stores.tooLong', { size, limit: LIMITS.storedValueBytes }), { hint: 'next.databaseTools' })
}
