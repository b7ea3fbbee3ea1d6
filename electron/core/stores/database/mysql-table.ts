import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { quoteMysql } from './mysql-dialect.ts'
import type { Ask, ServerTable } from './server-link.ts'
import type { ServerPlace } from './server-place.ts'
import type { SqlRow } from './sql-dialect.ts'
import { USER_ID, tableKind } from './table-kind.ts'
import type { TableKind } from './table-kind.ts'

export interface MysqlTable extends ServerTable {
  /** Columns that hold bytes and not text. */
  readonly binaryColumns: ReadonlySet<string>
}

interface Column {
  readonly name: string
  readonly type: string
  readonly fullType: string
  readonly computed: boolean
}
interface Index {
  readonly name: string
  readonly unique: boolean
  readonly columns: readonly string[]
}
interface Table {
  readonly type: string
  readonly engine: string
}

const TEXTS: readonly string[] = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext']
const BYTES = ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'bit', 'geometry']
const DATES: readonly string[] = ['datetime', 'timestamp']
const HERE = 'table_schema = DATABASE() AND table_name = ?'

/** @throws STORE_NOT_DJANGO, naming tables that look right, or the columns that are missing */
export async function readMysqlTable(ask: Ask, { table, cache }: ServerPlace): Promise<MysqlTable> {
  const kind = tableKind(cache)
  const list = async (sql: string): Promise<readonly (readonly string[])[]> => (await ask({ sql, params: [table] })).map(toTexts)
  const [found] = await list(`SELECT table_type, COALESCE(engine, ''), CONCAT(@@hostname, ':', @@port, ':', DATABASE(), ':', COALESCE(create_time, '')) FROM information_schema.tables WHERE ${HERE}`)
  if (found === undefined) throw await noTable(ask, table, kind)
  const [type = '', engine = '', identity = ''] = found
  const columns = (await list(`SELECT column_name, data_type, column_type, extra FROM information_schema.columns WHERE ${HERE} ORDER BY ordinal_position`))
    .map(([name = '', type = '', fullType = '', extra = '']) => ({ name, type: type.toLowerCase(), fullType, computed: /\b(?:VIRTUAL|STORED|PERSISTENT) GENERATED|^(?:VIRTUAL|PERSISTENT|STORED)/i.test(extra) }))
  const missing = kind.columns.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length > 0) throw new CoatcheckError('STORE_NOT_DJANGO', reason('sql.lacks', { table, columns: missing }), { hint: kind.namedBy, subject: table })
  const indexes = toIndexes(await list(`SELECT index_name, non_unique, COALESCE(column_name, 'expression'), COALESCE(sub_part, '') FROM information_schema.statistics WHERE ${HERE} ORDER BY index_name, seq_in_index`))
  const triggers = (await list('SELECT trigger_name FROM information_schema.triggers WHERE event_object_schema = DATABASE() AND event_object_table = ?')).flat()
  const referrers = (await list('SELECT DISTINCT CONCAT(table_schema, \'.\', table_name) FROM information_schema.key_column_usage WHERE referenced_table_schema = DATABASE() AND referenced_table_name = ?')).flat()
  return {
    identity,
    kind,
    table,
    from: quoteMysql(table),
    columns: columns.map(({ name }) => name),
    insertable: columns.filter(({ computed }) => !computed).map(({ name }) => name),
    userIdType: kind.hasUser ? columns.find(({ name }) => name === USER_ID)?.fullType ?? null : null,
    tie: null,
    binaryColumns: new Set(columns.filter(({ type }) => BYTES.includes(type)).map(({ name }) => name)),
    obstacle: findObstacle({ type, engine }, columns, indexes, triggers, kind),
    facts: [
      { name: 'table', value: `${table} (${type.toLowerCase()}${engine === '' ? '' : `, ${engine}`})` },
      ...columns.map(({ name, fullType }) => ({ name: `column ${name}`, value: fullType })),
      ...indexes.map((index) => ({ name: `${index.unique ? 'unique ' : ''}index ${index.name}`, value: index.columns.join(', ') })),
      ...triggers.map((value) => ({ name: 'trigger', value })),
      ...referrers.map((value) => ({ name: 'referenced by', value })),
    ],
  }
}

function toTexts(row: SqlRow): readonly string[] {
  return row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value ?? '')))
}

function toIndexes(parts: readonly (readonly string[])[]): readonly Index[] {
  const byName = new Map<string, Index>()
  for (const [name = '', nonUnique, column = '', prefix = ''] of parts) {
    const index = byName.get(name) ?? { name, unique: nonUnique === '0', columns: [] }
    byName.set(name, { ...index, columns: [...index.columns, prefix === '' ? column : `${column}(${prefix})`] })
  }
  return [...byName.values()]
}

function findObstacle({ type, engine }: Table, columns: readonly Column[], indexes: readonly Index[], triggers: readonly string[], kind: TableKind): Reason | null {
  if (!/^(?:BASE TABLE|SYSTEM VERSIONED)$/.test(type)) return reason('sql.notTable', { type: type.toLowerCase() })
  if (!/^innodb$/i.test(engine)) return reason('sql.otherEngine', { engine })
  if (triggers.length > 0) return reason('sql.trigger', { names: triggers.join(', ') })
  if (columns.some(({ name, computed }) => computed && kind.columns.includes(name))) return reason('sql.computedColumn')
  for (const [name, types] of [[kind.key, TEXTS], [kind.data, TEXTS], [kind.expire, DATES]] as const) {
    const column = columns.find((one) => one.name === name)
    if (column !== undefined && !types.includes(column.type)) return reason('sql.oddColumn', { name, type: column.fullType })
  }
  const isUnique = indexes.some((index) => index.unique && index.columns.length === 1 && index.columns[0] === kind.key)
  return isUnique ? null : reason('sql.noUniqueKey', { name: kind.key })
}

async function noTable(ask: Ask, table: string, kind: TableKind): Promise<CoatcheckError> {
  const names = kind.columns.map((name) => `'${name}'`).join(', ')
  const rows = await ask({ sql: `SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name IN (${names}) GROUP BY table_name HAVING COUNT(*) = 3 ORDER BY table_name LIMIT 10`, params: [] })
  const others = rows.flatMap(toTexts)
  const hint = others.length === 0 ? reason('next.makeTable', { command: kind.madeBy }) : reason('next.likeSessions', { tables: others.join(', ') })
  return new CoatcheckError('STORE_NOT_DJANGO', reason('sql.noTable', { table }), { hint, subject: table })
}
