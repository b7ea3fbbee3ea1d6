import type { RawValue } from '../session-store.ts'
import { afterPrefix, escapeLike } from './sql-dialect.ts'
import type { Selection, SqlDialect, SqlStatement } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL } from './stored-value.ts'

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const asText: Selection = (column) => ({ kind: 'NULL', value: `${quote(column)}::text` })

/**
 * PostgreSQL types columns, and each type has a text that it is read back from without loss: everything goes as text,
 * a date too (with its microseconds, in UTC). A parameter takes the type of what it is compared with.
 */
export const postgresDialect: SqlDialect = {
  quote,
  nullsSort: 'last',
  pace: { lockMs: 25, pauseMs: () => 10 },
  lockRows: 'FOR UPDATE SKIP LOCKED',
  etagOf: () => null,
  isCancellable: true,
  sizeOf: (column) => `octet_length(${quote(column)}::text)`,
  exactly: asText,
  plainly: asText,
  isLossy: () => false,
  toStored: (_, value) => (typeof value === 'string' ? { kind: 'text', value } : NULL),
  bind: (stored) => ({ sql: '?', params: [stored.value] }),
  beginsWith: (column, prefix) => ({ sql: `(${quote(column)} >= ? AND ${quote(column)} < ? AND left(${quote(column)}::text, ${[...prefix].length}) COLLATE "C" = ?::text)`, params: [prefix, afterPrefix(prefix), prefix] }),
  mayBegin: (column, prefix) => ({ sql: `${quote(column)}::text COLLATE "C" LIKE ? ESCAPE '|'`, params: [`${escapeLike(prefix)}%`] }),
  mayStand: (column, { operator, text }) => ({ sql: `${quote(column)} ${operator} ?`, params: [text] }),
  holds,
  finds(column, stored) {
    const exact = holds(column, stored)
    return exact.params.length === 0 ? exact : { sql: `(${quote(column)} = ? AND ${exact.sql})`, params: [stored.value, ...exact.params] }
  },
}

/** From version 11 on the server has SHA-256. */
export function postgresDialectOf(versionNumber: number): SqlDialect {
  return versionNumber < 110_000 ? postgresDialect : { ...postgresDialect, etagOf }
}

function etagOf(data: string, expire: string): string {
  const parts = [data, expire].map((column) => {
    const utf8 = `convert_to(${quote(column)}::text, 'UTF8')`
    return `convert_to('text:' || octet_length(${utf8}) || ':', 'UTF8') || ${utf8}`
  })
  return `translate(left(encode(sha256(${parts.join(' || ')}), 'base64'), 22), '+/', '-_')`
}

/** Collations, and types such as citext, may take for equal what is not the same bytes. */
function holds(column: string, stored: StoredValue): SqlStatement {
  if (stored.value === null) return { sql: `${quote(column)} IS NULL`, params: [] }
  if (!isPostgresText(stored.value)) return { sql: 'FALSE', params: [] }
  return { sql: `${quote(column)}::text COLLATE "C" = ?::text`, params: [stored.value] }
}

/** No text of PostgreSQL holds a NUL; to ask for one is an error there. */
function isPostgresText(value: RawValue): boolean {
  return typeof value === 'string' && !value.includes('\0')
}

/** `?` outside quotes → `$1`, `$2`… */
export function numberParameters(statement: string): string {
  let number = 0
  return statement.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\?/g, (part) => (part === '?' ? `$${++number}` : part))
}
