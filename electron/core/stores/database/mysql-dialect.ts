import { afterPrefix, escapeLike } from './sql-dialect.ts'
import type { Selection, SqlDialect, SqlStatement } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL, textFromBytes } from './stored-value.ts'

export const quoteMysql = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/**
 * MySQL types columns, and compares text without case and accents unless told otherwise: what has to be exact goes by bytes.
 * Everything that is no binary column is read as UTF-8 text; dates are text here anyway.
 */
export function createMysqlDialect(binaryColumns: ReadonlySet<string>): SqlDialect {
  const bytesOf = (column: string): string => (binaryColumns.has(column) ? quoteMysql(column) : `CAST(CONVERT(${quoteMysql(column)} USING utf8mb4) AS BINARY)`)
  const select: Selection = (column) => ({ kind: binaryColumns.has(column) ? `'blob'` : 'NULL', value: bytesOf(column) })

  function holds(column: string, stored: StoredValue): SqlStatement {
    if (stored.value === null) return { sql: `${quoteMysql(column)} IS NULL`, params: [] }
    if ((stored.kind === 'blob') !== binaryColumns.has(column)) return { sql: 'FALSE', params: [] }
    return { sql: `${bytesOf(column)} = CAST(? AS BINARY)`, params: [stored.value] }
  }

  return {
    quote: quoteMysql,
    nullsSort: 'first',
    pace: { lockMs: 25, pauseMs: () => 10 },
    lockRows: 'FOR UPDATE SKIP LOCKED',
    etagOf(data, expire) {
      if (binaryColumns.has(data) || binaryColumns.has(expire)) return null
      const parts = [data, expire].map((column) => `'text:', OCTET_LENGTH(${bytesOf(column)}), ':', ${bytesOf(column)}`)
      return `REPLACE(REPLACE(LEFT(TO_BASE64(UNHEX(SHA2(CONCAT(${parts.join(', ')}), 256))), 22), '+', '-'), '/', '_')`
    },
    isCancellable: true,
    sizeOf: (column) => `OCTET_LENGTH(${quoteMysql(column)})`,
    exactly: select,
    plainly: select,
    isLossy: () => false,
    toStored(kind, value) {
      if (value instanceof Uint8Array) return isBlob(kind) ? { kind: 'blob', value } : textFromBytes(value)
      return typeof value === 'string' ? { kind: 'text', value } : NULL
    },
    bind: (stored) => ({ sql: '?', params: [stored.value] }),
    beginsWith: (column, prefix) => ({
      sql: `(${quoteMysql(column)} >= ? AND ${quoteMysql(column)} < ? AND CAST(CONVERT(LEFT(${quoteMysql(column)}, ${[...prefix].length}) USING utf8mb4) AS BINARY) = CAST(? AS BINARY))`,
      params: [prefix, afterPrefix(prefix), prefix],
    }),
    // Bytes are listed as hex.
    mayBegin: (column, prefix) => (binaryColumns.has(column) ? { sql: '1 = 1', params: [] } : { sql: `${quoteMysql(column)} LIKE ? ESCAPE '|'`, params: [`${escapeLike(prefix)}%`] }),
    mayStand: (column, { operator, text }) => ({ sql: `${quoteMysql(column)} ${operator} ?`, params: [text] }),
    holds,
    finds(column, stored) {
      const exact = holds(column, stored)
      return exact.params.length === 0 ? exact : { sql: `(${quoteMysql(column)} = ? AND ${exact.sql})`, params: [stored.value, ...exact.params] }
    },
  }
}

const isBlob = (kind: unknown): boolean => (kind instanceof Uint8Array ? Buffer.from(kind).toString() : kind) === 'blob'
