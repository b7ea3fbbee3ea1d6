import { CoatcheckError } from '../../../../shared/errors.ts'
import type { WalkOrder } from '../session-store.ts'
import { sql } from './sql-dialect.ts'
import type { Selection, SqlDialect, SqlRow, SqlStatement, TableShape } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'

/** Where a row stands in an order. `tie` is null where the key alone decides. */
export interface Position {
  readonly value: StoredValue
  readonly tie: StoredValue | null
}

export interface Walk {
  /** What it goes by, as SQL. */
  readonly name: string
  /** The session column behind `name`; null: the row id, which is always a plain integer. */
  readonly column: string | null
  readonly tie: string | null
  /** The session column behind `tie`; null: the row id, or there is no tie. */
  readonly tieColumn: string | null
  readonly direction: 'asc' | 'desc'
  readonly dialect: SqlDialect
}

export function walkOf(shape: TableShape, dialect: SqlDialect, { by, direction }: WalkOrder): Walk {
  if (by === 'rowless') throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.onlyPairs')
  if (by === 'stored' && shape.tie !== null) return { name: shape.tie, column: null, tie: null, tieColumn: null, direction, dialect }
  const { key, expire } = shape.kind
  const column = by === 'expireDate' ? expire : key
  const tie = shape.tie ?? (column === key ? null : dialect.quote(key))
  return { name: dialect.quote(column), column, tie, tieColumn: shape.tie === null ? key : null, direction, dialect }
}

export function orderBy({ name, tie, direction }: Walk): string {
  const way = direction === 'asc' ? 'ASC' : 'DESC'
  return `ORDER BY ${name} ${way}${tie === null ? '' : `, ${tie} ${way}`}`
}

/**
 * Conditions of the rows after a position, as ranges to be read one after the other: the rest of the same value,
 * what follows it, and NULLs where they sort last. Each range is one stretch of one index, so that a page costs
 * the same wherever it begins; one condition for all of them (`OR`, row values) would walk through every tie.
 */
export function rangesAfter(walk: Walk, after: Position | null): readonly SqlStatement[] {
  if (after === null) return [sql('1 = 1')]
  const { name, tie, direction, dialect } = walk
  const beyond = direction === 'asc' ? '>' : '<'
  const nullsFirst = (dialect.nullsSort === 'first') === (direction === 'asc')
  const isNull = after.value.kind === 'null'

  const ranges: SqlStatement[] = []
  if (tie !== null && after.tie !== null) {
    const same = isNull ? sql(`${name} IS NULL`) : sql(`${name} =`, dialect.bind(after.value))
    ranges.push(sql(same, `AND ${tie} ${beyond}`, dialect.bind(after.tie)))
  }
  if (!isNull) ranges.push(sql(`${name} ${beyond}`, dialect.bind(after.value)))
  if (isNull && nullsFirst) ranges.push(sql(`${name} IS NOT NULL`))
  if (!isNull && !nullsFirst) ranges.push(sql(`${name} IS NULL`))
  return ranges
}

/** Columns that tell a row's position; `readPosition` reads them from the start of a row. */
export function positionColumns({ name, column, tie, tieColumn }: Walk, select: Selection): readonly string[] {
  const value = column === null ? { kind: 'NULL', value: name } : select(column)
  if (tie === null) return [value.kind, value.value]
  const exactTie = tieColumn === null ? { kind: 'NULL', value: tie } : select(tieColumn)
  return [value.kind, value.value, exactTie.kind, exactTie.value]
}

export function readPosition({ tie, dialect }: Walk, row: SqlRow): Position {
  return { value: dialect.toStored(row[0], row[1]), tie: tie === null ? null : dialect.toStored(row[2], row[3]) }
}

