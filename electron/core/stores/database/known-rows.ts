import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { DeleteTarget } from '../session-store.ts'
import { NotForMany, deleteRows } from './many-rows.ts'
import type { WholeRow } from './row-reader.ts'
import type { SqlClient, SqlTransaction } from './sql-dialect.ts'
import { text } from './stored-value.ts'

type Client = Pick<SqlClient, 'dialect' | 'shape'>
/** Key, data and expire date, all of them text. */
type PlainRow = readonly string[]

export type RememberRow = (key: SessionKey, etag: Etag, row: WholeRow) => void

/** Rows as they were read for a journal, until they are deleted: of the last two parts, because the next one is read while one is on its way. */
export class KnownRows {
  #parts: readonly Map<string, PlainRow>[] = []

  /** For the rows of one part. */
  begin({ shape: { kind } }: Client): RememberRow {
    const part = new Map<string, PlainRow>()
    this.#parts = [part, ...this.#parts].slice(0, 2)
    return (key, etag, row) => {
      const values = [row.get(kind.key).value, row.get(kind.data).value, row.get(kind.expire).value]
      if (isPlain(values)) part.set(spell(key, etag), values)
    }
  }

  /** Each is told once. null: it is not known. */
  take(key: SessionKey, etag: Etag): PlainRow | null {
    const id = spell(key, etag)
    for (const rows of this.#parts) {
      const row = rows.get(id)
      if (row !== undefined && rows.delete(id)) return row
    }
    return null
  }
}

/**
 * Deletes those that are still as they were read, each compared in the statement that deletes it: nothing is read again while the
 * database is locked. What is not known goes the way of `deleteRows`. A null outcome: to be settled by itself.
 * @throws what the database does; the transaction is then rolled back
 */
export async function deleteKnownRows(client: Client, transaction: SqlTransaction, targets: readonly DeleteTarget[], known: KnownRows): Promise<readonly (KeyOutcome | null)[]> {
  const { dialect, shape: { kind, from } } = client
  let statement: string | null = null
  let params: readonly number[] = []
  const outcomes: (KeyOutcome | null)[] = []
  const others: number[] = []
  for (const [index, { key, ifEtag }] of targets.entries()) {
    const row = ifEtag === null ? null : known.take(key, ifEtag)
    if (row === null) {
      outcomes.push(null)
      others.push(index)
      continue
    }
    if (statement === null) {
      const [name = '', data = '', expire = ''] = row
      const conditions = [dialect.finds(kind.key, text(name)), dialect.holds(kind.data, text(data)), dialect.holds(kind.expire, text(expire))]
      statement = `DELETE FROM ${from} WHERE ${conditions.map((one) => one.sql).join(' AND ')}`
      params = conditions.flatMap((one, index) => one.params.map(() => index))
    }
    const deleted = await transaction.run({ sql: statement, params: params.map((index) => row[index] ?? null) })
    if (deleted > 1) throw new NotForMany()
    outcomes.push(deleted === 1 ? { key, outcome: 'done', etag: null, reason: null } : null)
  }
  const settled = others.length === 0 ? [] : await deleteRows(client, transaction, others.flatMap((index) => targets[index] ?? []))
  for (const [at, index] of others.entries()) outcomes[index] = settled[at] ?? null
  return outcomes
}

const isPlain = (values: readonly unknown[]): values is PlainRow => values.every((value) => typeof value === 'string')
const spell = (key: SessionKey, etag: Etag): string => `${etag} ${key}`
