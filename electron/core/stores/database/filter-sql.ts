import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { KeyValue } from '../../../../shared/query/ast.ts'
import type { Bound, StoreFilter } from '../../../../shared/query/plan.ts'
import { formatDjangoDatetime } from './django-datetime.ts'
import type { Walk } from './keyset.ts'
import { joinSql, sql } from './sql-dialect.ts'
import type { DateBound, SqlDialect, SqlStatement } from './sql-dialect.ts'
import type { TableKind } from './table-kind.ts'

/** Where the conditions stand. */
interface Place {
  readonly dialect: SqlDialect
  readonly kind: TableKind
  readonly clock: StoreClock
  readonly walk: Walk
  /** Whether the walk goes on from a row. */
  readonly isOnward: boolean
}

/** A day: a wall clock may be turned back, and two instants have the same text then. */
const DOUBT = 86_400_000_000

/** Conditions that every session which fits meets, each followed by AND; those that `sizeColumn` says are left out. */
export function filterSql(filter: StoreFilter, place: Place): SqlStatement {
  const { dialect, kind, clock, walk, isOnward } = place
  // An index has one beginning and one end: where a page begins in it, only its end is left to be told. In another order it would be sorted anew for each page.
  const useIndex = (operator: Bound['operator']): boolean => walk.column === kind.expire && !(isOnward && operator.startsWith('>') === (walk.direction === 'asc'))
  const conditions = [
    ...filter.keys.map((values) => sql('(', joinSql(values.flatMap((value) => keySql(value, place)), ' OR '), ')')),
    ...filter.expires.flatMap((bound) => dateBound(bound, clock)).map((bound) => dialect.mayStand(kind.expire, bound, useIndex(bound.operator))),
    ...(dialect.isCancellable ? filter.sizes.flatMap(sizeBound) : []).map(({ operator, value }) => ({ sql: `COALESCE(${dialect.sizeOf(kind.data)}, 0) ${operator} ?`, params: [value] })),
  ]
  return joinSql(conditions.map((condition) => sql(condition, 'AND')), ' ')
}

/** A condition to be seen row by row, as a column, where reading on until one fits could not be stopped. null: there is none. */
export function sizeColumn(filter: StoreFilter | null, { dialect, kind }: Pick<Place, 'dialect' | 'kind'>): string | null {
  const bounds = filter === null || dialect.isCancellable ? [] : filter.sizes.flatMap(sizeBound)
  return bounds.length === 0 ? null : bounds.map(({ operator, value }) => `COALESCE(${dialect.sizeOf(kind.data)}, 0) ${operator} ${String(value)}`).join(' AND ')
}

/** Of a whole key too: few begin as it does. */
function keySql({ text }: KeyValue, { dialect, kind }: Place): readonly SqlStatement[] {
  return kind.storedBeginnings(text).map((beginning) => dialect.mayBegin(kind.key, beginning))
}

/** Lengths are integers of 32 bits to PostgreSQL. What is NULL has no bytes. */
function sizeBound({ operator, value }: Bound): readonly Bound[] {
  if (value < MOST_BYTES) return [{ operator, value }]
  return operator.startsWith('>') ? [{ operator, value: MOST_BYTES }] : []
}
const MOST_BYTES = 2 ** 31 - 1

/** Nothing where no date of Django stands there: the bound is then left to who looks again. */
function dateBound({ operator, value }: Bound, clock: StoreClock): readonly DateBound[] {
  const isAbove = operator.startsWith('>')
  const doubt = clock.useTz ? 0 : isAbove ? -DOUBT : DOUBT
  // Six zeros behind a second are the same instant, and a longer text.
  const at = operator === '<=' ? { operator: '<' as const, value: value + 1 + doubt } : { operator, value: value + doubt }
  const text = writeDate(at.value, clock)
  return text === null ? [] : [{ operator: at.operator, text }]
}

function writeDate(at: EpochMicros, clock: StoreClock): string | null {
  return at > FIRST && at < LAST ? formatDjangoDatetime(at, clock) : null
}

/** Dates of Python, a day off its ends. */
const FIRST = Date.parse('0001-01-03T00:00:00Z') * 1000
const LAST = Date.parse('9999-12-29T00:00:00Z') * 1000
