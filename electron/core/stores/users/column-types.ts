import type { SqlRow } from '../database/sql-dialect.ts'

/** Names and types of columns, in lower case, from rows of two. */
export function toTypes(rows: readonly SqlRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(([name, type]) => [toText(name).toLowerCase(), toText(type).toLowerCase()]))
}

const toText = (value: SqlRow[number] | undefined): string => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value))
