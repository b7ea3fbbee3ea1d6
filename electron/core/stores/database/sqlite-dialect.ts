import type { RawValue } from '../session-store.ts'
import { afterPrefix } from './sql-dialect.ts'
import type { DateBound, SqlDialect, SqlStatement } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL, textFromBytes } from './stored-value.ts'

/** What a system wakes a sleeper, or ours, too late. */
const SLEEP_SPARE_MS = 5

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * SQLite types values, not columns. Text is read and compared as bytes: it need not be UTF-8,
 * a column may collate without case, and a NUMERIC column (`datetime` is one) converts what looks like a number.
 */
export const sqliteDialect: SqlDialect = {
  quote,
  nullsSort: 'first',
  pace: { lockMs: 25, pauseMs: sleepOfWaiter },
  lockRows: '',
  // No SHA-256 in there; and rows do not travel.
  etagOf: () => null,
  isCancellable: false,
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
  mayBegin,
  mayStand,
  holds,
  finds(column, stored) {
    const exact = holds(column, stored)
    if (stored.value === null) return exact
    const bound = sqliteDialect.bind(stored)
    return { sql: `(${quote(column)} = ${bound.sql} AND ${exact.sql})`, params: [...bound.params, ...exact.params] }
  },
}

/**
 * Who waits for a lock asks again now and then (`sqliteDefaultBusyCallback`: after 1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, then 100 ms each).
 * Away for a little longer than the sleep that a lock held so long leaves such a one in, nobody misses the moment in which nobody holds it.
 */
function sleepOfWaiter(heldMs: number): number {
  const sleep = heldMs < 18 ? 10 : heldMs < 33 ? 15 : heldMs < 53 ? 20 : heldMs < 128 ? 25 : heldMs < 228 ? 50 : 100
  return sleep + SLEEP_SPARE_MS
}

/** Above any letter that may follow, in every collation. */
const LAST = Buffer.from([0xff, 0xff])

/** What is no text stands before and behind all text, and may be listed under such a name. */
function mayBegin(column: string, prefix: string): SqlStatement {
  const name = quote(column)
  const others = /^(?:[\d+\-.IN]|x)/.test(prefix) ? (prefix.startsWith('x') ? ` OR ${name} >= x''` : ` OR ${name} < '' OR ${name} IS NULL`) : ''
  return { sql: `((${name} >= ? AND ${name} < CAST(? AS TEXT))${others})`, params: [prefix, Buffer.concat([Buffer.from(prefix), LAST])] }
}

const DIGIT = '[0-9]'
/** Anything but a digit there makes it no date to Django. */
const SECONDS = '????-??-?? ??:??:??'

/**
 * Texts as Django writes them have the order of their dates. Others that Django reads (`T`, an offset, months of one digit) stand in
 * their year, or next to it, and are let through: that is said by year, which the index finds, and then text by text.
 */
function mayStand(column: string, { operator, text }: DateBound, useIndex: boolean): SqlStatement {
  // With a sign before it a column is not looked for in its index.
  const name = useIndex ? quote(column) : `+${quote(column)}`
  const isAbove = operator.startsWith('>')
  const year = Number(text.slice(0, 4)) + (isAbove ? -1 : 2)
  const hasYear = year >= 0 && year <= 9999
  const isOdd = `NOT (${name} GLOB '${SECONDS}' OR ${name} GLOB '${SECONDS}.${DIGIT.repeat(6)}')`
  const near = { sql: `(${name} ${operator} ? OR ${isOdd})`, params: [text] }
  return hasYear ? { sql: `(${name} ${isAbove ? '>=' : '<'} ? AND ${near.sql})`, params: [`${String(year).padStart(4, '0')}-`, ...near.params] } : near
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
