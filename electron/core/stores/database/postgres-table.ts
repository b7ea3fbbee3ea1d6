import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { Ask, ServerTable } from './server-link.ts'
import type { ServerPlace } from './server-place.ts'
import { USER_ID, tableKind } from './table-kind.ts'
import type { TableKind } from './table-kind.ts'

interface Found {
  readonly identity: string
  readonly schema: string
  readonly name: string
  /** pg_class.relkind: r table, p partitioned table, v view, m materialized view, f foreign table. */
  readonly kind: string
  readonly hasChildren: boolean
  readonly columns: readonly { readonly name: string; readonly type: string; readonly category: string; readonly computed: boolean }[]
  readonly indexes: readonly { readonly name: string; readonly unique: boolean; readonly columns: readonly string[] }[]
  readonly triggers: readonly string[]
  readonly rules: readonly string[]
  readonly referrers: readonly string[]
  /** 140010: 14.10. */
  readonly version: number
}

export interface PostgresTable extends ServerTable {
  readonly version: number
}

/** One answer, because each write asks again. `to_jsonb(row)` reads catalogue columns that older servers do not have. */
const TABLE = `
  SELECT json_build_object(
    'identity', (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) || ':' || c.oid,
    'version', current_setting('server_version_num')::int, 'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
    'hasChildren', c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhparent = c.oid),
    'columns', (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'category', t.typcategory,
        'computed', coalesce(to_jsonb(a) ->> 'attgenerated', '') <> '' OR coalesce(to_jsonb(a) ->> 'attidentity', '') = 'a') ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'indexes', (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'unique', x.indisunique AND x.indisvalid AND x.indpred IS NULL,
        'columns', (SELECT json_agg(pg_get_indexdef(x.indexrelid, k, true) ORDER BY k) FROM generate_series(1, coalesce((to_jsonb(x) ->> 'indnkeyatts')::int, x.indnatts)) k)) ORDER BY i.relname), '[]')
      FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid),
    'triggers', (SELECT coalesce(json_agg(tgname), '[]') FROM pg_catalog.pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal),
    'rules', (SELECT coalesce(json_agg(rulename), '[]') FROM pg_catalog.pg_rewrite WHERE ev_class = c.oid AND rulename <> '_RETURN'),
    'referrers', (SELECT coalesce(json_agg(DISTINCT conrelid::regclass::text), '[]') FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid = c.oid)
  )::text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (n.nspname = ?::text OR (?::text IS NULL AND pg_catalog.pg_table_is_visible(c.oid)))`

/** `?`: the column names, as an array. */
const ALIKE = `
  SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND 3 = (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = ANY (string_to_array(?, ',')))
  ORDER BY 1 LIMIT 10`

const KINDS: Readonly<Record<string, string>> = { r: 'table', p: 'partitioned table', v: 'view', m: 'materialized view', f: 'foreign table' }

/** @throws STORE_NOT_DJANGO, naming tables that look right, or the columns that are missing */
export async function readPostgresTable(ask: Ask, { schema, table, cache }: ServerPlace): Promise<PostgresTable> {
  const kind = tableKind(cache)
  const [row] = await ask({ sql: TABLE, params: [table, schema, schema] })
  if (row === undefined) throw await noTable(ask, schema === null ? table : `${schema}.${table}`, kind)
  const found = JSON.parse(String(row[0])) as Found
  const missing = kind.columns.filter((name) => !found.columns.some((column) => column.name === name))
  if (missing.length > 0) throw new CoatcheckError('STORE_NOT_DJANGO', reason('sql.lacks', { table: found.name, columns: missing }), { hint: kind.namedBy, subject: found.name })
  return {
    identity: found.identity,
    version: found.version,
    kind,
    table: found.name,
    from: `${postgresDialect.quote(found.schema)}.${postgresDialect.quote(found.name)}`,
    columns: found.columns.map(({ name }) => name),
    insertable: found.columns.filter(({ computed }) => !computed).map(({ name }) => name),
    userIdType: kind.hasUser ? found.columns.find(({ name }) => name === USER_ID)?.type ?? null : null,
    tie: null,
    obstacle: findObstacle(found, kind),
    facts: [
      { name: 'table', value: `${found.schema}.${found.name} (${KINDS[found.kind] ?? found.kind})` },
      ...found.columns.map(({ name, type }) => ({ name: `column ${name}`, value: type })),
      ...found.indexes.map(({ name, unique, columns }) => ({ name: `${unique ? 'unique ' : ''}index ${name}`, value: columns.join(', ') })),
      ...found.triggers.map((value) => ({ name: 'trigger', value })),
      ...found.rules.map((value) => ({ name: 'rule', value })),
      ...found.referrers.map((value) => ({ name: 'referenced by', value })),
    ],
  }
}

function findObstacle({ kind: type, hasChildren, columns, indexes, triggers, rules }: Found, kind: TableKind): Reason | null {
  if (type !== 'r' && type !== 'p') return reason('sql.notTable', { type: KINDS[type] ?? type })
  if (triggers.length > 0) return reason('sql.trigger', { names: triggers.join(', ') })
  if (rules.length > 0) return reason('sql.rule', { names: rules.join(', ') })
  if (hasChildren) return reason('sql.inherited')
  if (columns.some(({ name, computed }) => computed && kind.columns.includes(name))) return reason('sql.computedColumn')
  for (const [name, category] of [[kind.key, 'S'], [kind.data, 'S'], [kind.expire, 'D']] as const) {
    const column = columns.find((one) => one.name === name)
    if (column !== undefined && column.category !== category) return reason('sql.oddColumn', { name, type: column.type })
  }
  const isUnique = indexes.some((index) => index.unique && index.columns.length === 1 && index.columns[0] === kind.key)
  return isUnique ? null : reason('sql.noUniqueKey', { name: kind.key })
}

async function noTable(ask: Ask, table: string, kind: TableKind): Promise<CoatcheckError> {
  const others = (await ask({ sql: ALIKE, params: [kind.columns.join(',')] })).map((row) => String(row[0]))
  const hint = others.length === 0 ? reason('next.makeTable', { command: kind.madeBy }) : reason('next.likeSessions', { tables: others.join(', ') })
  return new CoatcheckError('STORE_NOT_DJANGO', reason('sql.noTable', { table }), { hint, subject: table })
}
