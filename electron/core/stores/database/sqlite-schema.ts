import type Database from 'better-sqlite3'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { PhysicalFact } from '../../../../shared/model/session.ts'
import type { TableShape } from './sql-dialect.ts'
import { SESSION_TABLE, USER_ID } from './table-kind.ts'
import type { TableKind } from './table-kind.ts'

export interface SqliteTable extends TableShape {
  readonly facts: readonly PhysicalFact[]
}

interface Column {
  readonly name: string
  readonly type: string
  readonly pk: number
  /** 1: hidden, of a virtual table; 2 and 3: generated. */
  readonly hidden: number
}

/** @throws STORE_NOT_DJANGO, naming tables that look right, or the columns that are missing */
export function readTable(database: Database.Database, table: string, kind: TableKind): SqliteTable {
  const found = database.prepare<[string], { name: string; type: string; wr: number }>(`SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE`).get(table)
  if (found === undefined) throw noTable(database, table, kind)
  const columns = database.prepare<[string], Column>('SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)').all(found.name).filter((column) => column.hidden !== 1)
  const missing = kind.columns.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length > 0) {
    throw new CoatcheckError('STORE_NOT_DJANGO', reason('sql.lacks', { table: found.name, columns: missing }), { hint: kind.namedBy, subject: found.name })
  }
  const indexes = readIndexes(database, found.name)
  const triggers = names(database, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE`, found.name)
  const referrers = names(database, `SELECT DISTINCT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = ? COLLATE NOCASE`, found.name)
  return {
    kind,
    table: found.name,
    from: `"${found.name.replaceAll('"', '""')}"`,
    columns: columns.map((column) => column.name),
    insertable: columns.filter((column) => column.hidden === 0).map((column) => column.name),
    userIdType: kind.hasUser ? columns.find((column) => column.name === USER_ID)?.type ?? null : null,
    tie: found.type === 'table' && found.wr === 0 ? rowidName(columns) : null,
    obstacle: findObstacle(found.type, columns, indexes, triggers, kind),
    facts: [
      { name: 'table', value: `${found.name} (${found.type}${found.wr === 1 ? ', WITHOUT ROWID' : ''})` },
      ...columns.map((column) => ({ name: `column ${column.name}`, value: column.type === '' ? 'no type' : column.type })),
      ...indexes.map((index) => ({ name: `${index.unique ? 'unique ' : ''}index ${index.name}`, value: index.columns.join(', ') })),
      ...triggers.map((name) => ({ name: 'trigger', value: name })),
      ...referrers.map((name) => ({ name: 'referenced by', value: name })),
    ],
  }
}

/** Tables that have the three columns of their kind, whatever their names. */
export function listSessionTables(database: Database.Database, kind: TableKind = SESSION_TABLE): readonly string[] {
  const tables = names(database, `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND ? = '' ORDER BY name LIMIT 1000`, '')
  return tables.filter((table) => {
    const columns = names(database, 'SELECT name FROM pragma_table_xinfo(?)', table)
    return kind.columns.every((name) => columns.includes(name))
  })
}

interface Index {
  readonly name: string
  readonly unique: boolean
  readonly partial: boolean
  readonly columns: readonly string[]
}

function readIndexes(database: Database.Database, table: string): readonly Index[] {
  const list = database.prepare<[string], { name: string; unique: number; partial: number }>('SELECT name, "unique", partial FROM pragma_index_list(?)').all(table)
  return list.map(({ name, unique, partial }) => ({
    name,
    unique: unique === 1,
    partial: partial === 1,
    columns: names(database, `SELECT COALESCE(name, 'expression') AS name FROM pragma_index_info(?) ORDER BY seqno`, name),
  }))
}

/** A table's hidden number, by whichever of its names no column has taken. */
function rowidName(columns: readonly Column[]): string | null {
  const taken = new Set(columns.map((column) => column.name.toLowerCase()))
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null
}

function findObstacle(type: string, columns: readonly Column[], indexes: readonly Index[], triggers: readonly string[], kind: TableKind): Reason | null {
  if (type !== 'table') return reason('sql.notTable', { type })
  if (triggers.length > 0) return reason('sql.trigger', { names: triggers.join(', ') })
  if (columns.some((column) => column.hidden !== 0 && kind.columns.includes(column.name))) return reason('sql.computedColumn')
  const primary = columns.filter((column) => column.pk > 0)
  const isPrimary = primary.length === 1 && primary[0]?.name === kind.key
  const isUnique = isPrimary || indexes.some((index) => index.unique && !index.partial && index.columns.length === 1 && index.columns[0] === kind.key)
  return isUnique ? null : reason('sql.noUniqueKey', { name: kind.key })
}

function noTable(database: Database.Database, table: string, kind: TableKind): CoatcheckError {
  const others = listSessionTables(database, kind)
  const hint = others.length === 0
    ? reason('next.makeTable', { command: kind.madeBy })
    : reason('next.likeSessions', { tables: others.slice(0, 10).join(', ') })
  return new CoatcheckError('STORE_NOT_DJANGO', reason('sql.noTable', { table }), { hint, subject: table })
}

function names(database: Database.Database, query: string, parameter: string): readonly string[] {
  return database.prepare<[string], { name: string }>(query).all(parameter).map((row) => row.name)
}
