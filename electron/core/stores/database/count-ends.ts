import { throwIfAborted } from '../../../../shared/errors.ts'
import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import { yieldToLoop } from '../../util/abort.ts'
import type { EndsCount, EndsQuery } from '../session-store.ts'
import { formatDjangoDatetime, instantOf } from './django-datetime.ts'
import { sql } from './sql-dialect.ts'
import type { SqlClient, SqlRow, SqlStatement } from './sql-dialect.ts'

/** Rows that one read counts at most; where there are more, the time is halved and counted again. */
const COUNTED_ROWS = 100_000
/** How long counting goes on before others have a turn. */
const TURN_MS = 12
/** What microseconds in a number tell exactly; ends before and after that are in no stretch. */
const FIRST_DATE: EpochMicros = Date.UTC(1700, 0, 1) * 1000
const LAST_DATE: EpochMicros = Date.UTC(2255, 0, 1) * 1000

/** A moment, and how this database writes it. */
interface Edge {
  readonly at: EpochMicros
  readonly text: string
}

/**
 * Sessions by their end, counted by the database on its index of expire dates: no row is read, none is walked over for another, and
 * every statement ends after `COUNTED_ROWS`. Dates compare as in Django's own queries: as texts, where the database has no dates.
 */
export async function countEnds(client: SqlClient, clock: StoreClock, { edges }: EndsQuery, signal: AbortSignal): Promise<EndsCount> {
  const { dialect, shape: { kind, from: table } } = client
  const column = dialect.quote(kind.expire)
  const sessions = kind.prefix === null ? sql('') : sql(dialect.beginsWith(kind.key, kind.prefix), 'AND')
  const edgeOf = (at: EpochMicros): Edge => ({ at, text: formatDjangoDatetime(Math.min(LAST_DATE, Math.max(FIRST_DATE, at)), clock) })
  const between = (from: Edge, to: Edge): SqlStatement => sql(sessions, { sql: `${column} >= ? AND ${column} < ?`, params: [from.text, to.text] })

  async function one(direction: 'ASC' | 'DESC'): Promise<EpochMicros | null> {
    const { kind: type, value } = dialect.exactly(kind.expire)
    const [row] = await client.query(sql(`SELECT ${type}, ${value} FROM ${table} WHERE`, between(edgeOf(FIRST_DATE), edgeOf(LAST_DATE)), `ORDER BY ${column} ${direction} LIMIT 1`), undefined, signal)
    return row === undefined ? null : instantOf(dialect.toStored(row[0], row[1]), clock)
  }

  let since = performance.now()
  /** Counts are short where the table is: others have a turn after some of them. */
  async function pause(): Promise<void> {
    throwIfAborted(signal)
    if (performance.now() - since < TURN_MS) return
    await yieldToLoop(signal)
    since = performance.now()
  }

  async function count(from: Edge, to: Edge): Promise<number> {
    if (from.text >= to.text) return 0
    await pause()
    const some = sql('SELECT COUNT(*) FROM (SELECT 1 AS present FROM', table, 'WHERE', between(from, to), `LIMIT ${COUNTED_ROWS}) AS counted`)
    const found = numberIn(await client.query(some, undefined, signal))
    if (found < COUNTED_ROWS) return found
    const middle = edgeOf(Math.floor((from.at + to.at) / 2))
    // All of them end at one moment, as a bulk update leaves them: nothing is left to halve.
    if (middle.text <= from.text || middle.text >= to.text) return numberIn(await client.query(sql('SELECT COUNT(*) FROM', table, 'WHERE', between(from, to)), undefined, signal))
    return (await count(from, middle)) + (await count(middle, to))
  }

  const counts: number[] = []
  let before = null as Edge | null
  for (const at of edges) {
    const edge = edgeOf(at)
    if (before !== null) counts.push(await count(before, edge))
    // A wall clock that is set back must not count an hour twice.
    before = before !== null && edge.text < before.text ? { at, text: before.text } : edge
  }
  return { first: await one('ASC'), last: await one('DESC'), counts }
}

const numberIn = ([row]: readonly SqlRow[]): number => Number(row?.[0] ?? 0)
