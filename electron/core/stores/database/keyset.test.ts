import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { orderBy, positionColumns, rangesAfter, readPosition, walkOf } from './keyset.ts'
import type { Position } from './keyset.ts'
import { sql } from './sql-dialect.ts'
import { SESSION_TABLE } from './table-kind.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { readTable } from './sqlite-schema.ts'
import { NULL, text } from './stored-value.ts'

const ORDERS = (['expireDate', 'key'] as const).flatMap((by) => (['asc', 'desc'] as const).map((direction) => ({ by, direction })))

function open(schema: string): Database.Database {
  const database = new Database(':memory:')
  database.exec(schema)
  return database
}
const DJANGO = 'CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL); CREATE INDEX expire ON django_session (expire_date)'
const LOOSE = 'CREATE TABLE django_session (session_key UNIQUE, session_data, expire_date); CREATE INDEX expire ON django_session (expire_date)'

describe('query plans', () => {
  it.each(ORDERS.flatMap((order) => [DJANGO, DJANGO.replace(';', ' WITHOUT ROWID;')].map((schema) => ({ ...order, schema }))))('$by $direction of $schema: each range is one stretch of an index, and nothing is sorted', ({ schema, ...order }) => {
    const database = open(schema)
    const shape = readTable(database, 'django_session', SESSION_TABLE)
    const walk = walkOf(shape, sqliteDialect, order)
    const columns = [...positionColumns(walk, sqliteDialect.plainly), '"session_data"'].join(', ')
    const after: Position = { value: text('2026-11-21 10:00:00'), tie: walk.tie === null ? null : shape.tie === null ? text('k') : { kind: 'integer', value: 5n } }
    for (const position of [null, after]) {
      for (const range of rangesAfter(walk, position)) {
        const statement = sql(`SELECT ${columns} FROM django_session WHERE`, range, `${orderBy(walk)} LIMIT 50`)
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement.sql}`).all(...statement.params) as { detail: string }[]
        const details = plan.map((row) => row.detail).join('; ')
        expect(details).not.toMatch(/TEMP B-TREE/)
        // Only the rows without a date, which this column cannot have, are looked for by a scan (of an index).
        if (position !== null && !range.sql.includes('NULL')) expect(details).toMatch(/^SEARCH .* USING (?:INDEX (?:expire|sqlite_autoindex)|PRIMARY KEY)/)
      }
    }
  })
})

describe('ranges', () => {
  it('cover every kind of value that SQLite can hold, once, both ways, from every row', () => {
    const database = open(LOOSE)
    const values = [null, null, 5n, 5n, 5.5, -1n, '2026-11-21 10:00:00', '2026-11-21 10:00:00', '', '5', 'x', Buffer.from('2026'), Buffer.alloc(0), Number.POSITIVE_INFINITY, 9007199254740993n]
    const insert = database.prepare('INSERT INTO django_session VALUES (?, ?, ?)')
    for (const [index, value] of values.entries()) insert.run(index % 4 === 0 ? Buffer.from(`k${index}`) : index % 4 === 1 ? BigInt(index) : `k${index}`, 'd', value)
    insert.run(null, 'd', 'x')
    const shape = readTable(database, 'django_session', SESSION_TABLE)
    for (const order of ORDERS) {
      const walk = walkOf(shape, sqliteDialect, order)
      const columns = positionColumns(walk, sqliteDialect.exactly).join(', ')
      const read = (after: Position | null): Position[] => rangesAfter(walk, after).flatMap((range) => {
        const statement = sql(`SELECT ${columns} FROM django_session WHERE`, range, orderBy(walk))
        return database.prepare(statement.sql).raw().safeIntegers().all(...statement.params).map((row) => readPosition(walk, row as never))
      })
      const all = read(null)
      expect(all).toHaveLength(values.length + 1)
      for (const [index, position] of all.entries()) expect(read(position)).toEqual(all.slice(index + 1))
    }
  })

  it('put NULL last where the database does', () => {
    const walk = { name: '"expire_date"', column: 'expire_date', tie: '"session_key"', tieColumn: 'session_key', direction: 'asc', dialect: { ...sqliteDialect, nullsSort: 'last' } } as const
    expect(rangesAfter(walk, { value: text('a'), tie: text('k') }).map((range) => range.sql)).toEqual(['"expire_date" = ? AND "session_key" > ?', '"expire_date" > ?', '"expire_date" IS NULL'])
    expect(rangesAfter(walk, { value: NULL, tie: text('k') }).map((range) => range.sql)).toEqual(['"expire_date" IS NULL AND "session_key" > ?'])
  })
})
