import type { RawValue } from '../session-store.ts'
import { afterPrefix } from './sql-dialect.ts'
import type { SqlDialect, SqlStatement } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL, textFromBytes } from './stored-value.ts'

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * SQLite types values, not columns. Text is read and compared as bytes: it need not be UTF-8,
 * a column may collate without case, and a NUMERIC column (`datetime` is one) converts what looks like a number.
 */
export const sqliteDialect: SqlDialect = {
  quote,
  nullsSort: 'first',
  // Who waits for 30 ms in SQLite's busy handler sleeps 20 ms at a time by then, and asks again while nobody holds the lock.
  pace: { lockMs: 30, pauseMs: 60 },
  lockRows: '',
  sizeOf: (column) => `octet_length(${quote(column)})`,
  exactly(column) {
    const name = quote(column)
    return { kind: `typeof(${name})`, value: `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END` }
  },
  plainly: (column) => ({ kind: 'NULL', value: quote(column) }),
  // Bytes that are not UTF-8 come as this character.
  isLossy: (value) => typeof value === 'string' && value.includes('\ufffd'),
  toStored(kind, value) {
    if (value instanceof Uint8Array) return kind === 'text' ? textFromBytes(value) : { kind: 'blob', value }
    if (typeof value === 'bigint') return { kind: 'integer', value }
    if (typeof value === 'number') return { kind: 'real', value }
    if (typeof value === 'string') return { kind: 'text', value }
    return NULL
  },
  bind(stored) {
    const isBytesOfText = stored.kind === 'text' && stored.value instanceof Uint8Array
    return { sql: isBytesOfText ? 'CAST(? AS TEXT)' : '?', params: [stored.value] }
  },
  beginsWith: (column, prefix) => ({
    sql: `(${quote(column)} >= ? AND ${quote(column)} < ? AND typeof(${quote(column)}) = 'text' AND CAST(substr(${quote(column)}, 1, ${[...prefix].length}) AS BLOB) = CAST(? AS BLOB))`,
    params: [prefix, afterPrefix(prefix), prefix],
  }),
  holds,
  finds(column, stored) {
    const exact = holds(column, stored)
    if (stored.value === null) return exact
    const bound = sqliteDialect.bind(stored)
    return { sql: `(${quote(column)} = ${bound.sql} AND ${exact.sql})`, params: [...bound.params, ...exact.params] }
  },
}

function holds(column: string, stored: StoredValue): SqlStatement {
  const name = quote(column)
  const condition = (test: string, params: readonly RawValue[]): SqlStatement => ({ sql: `(typeof(${name}) = '${stored.kind}' AND ${test})`, params })
  switch (stored.kind) {
    case 'null':
      return { sql: `${name} IS NULL`, params: [] }
    case 'text':
      return condition(`CAST(${name} AS BLOB) = CAST(CAST(? AS TEXT) AS BLOB)`, [stored.value])
    case 'blob':
      return condition(`CAST(${name} AS BLOB) = ?`, [stored.value])
    default:
      return condition(`${name} = ?`, [stored.value])
  }
}
