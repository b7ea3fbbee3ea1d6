import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../shared/limits.ts'
import type { SortOrder } from '../../../../shared/model/session.ts'
import type { StorePage } from '../session-store.ts'
import { DatabaseStore } from './database-store.ts'
import type { SqlClient } from './sql-dialect.ts'
import { SqliteClient, openSqlite } from './sqlite.ts'
import { saying } from '../../../../tests/support/saying.ts'

const UTC = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const
const never = new AbortController().signal
const BY_KEY: SortOrder = { by: 'key', direction: 'asc' }
const BY_DATE: SortOrder = { by: 'expireDate', direction: 'desc' }
const DATE = '2026-11-21 10:00:00'

let folder = ''
let path = ''
let app: Database.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coatcheck-odd-'))
  path = join(folder, 'db.sqlite3')
  app = new Database(path)
})
afterEach(() => {
  app.close()
  rmSync(folder, { recursive: true, force: true })
})

const loose = (): void => void app.exec('CREATE TABLE django_session (session_key UNIQUE, session_data, expire_date, extra); CREATE INDEX expire ON django_session (expire_date)')
const insert = (...values: readonly unknown[]): void => void app.prepare('INSERT INTO django_session VALUES (CAST(? AS TEXT), ?, ?, ?)').run(...values)
const open = (): Promise<DatabaseStore> => openSqlite({ path, table: 'django_session' }, UTC)
const dump = (): unknown[] => app.prepare('SELECT typeof(session_key), hex(session_key), typeof(session_data), hex(session_data), typeof(expire_date), hex(expire_date), expire_date, typeof(extra), hex(extra) FROM django_session ORDER BY rowid').raw().all()

async function everyKey(store: DatabaseStore, order: SortOrder, limit: number): Promise<string[]> {
  const keys: string[] = []
  let cursor: string | null = null
  do {
    const page: StorePage = await store.listPage({ order, cursor, limit, withEtags: true }, never)
    keys.push(...page.keys)
    cursor = page.next
  } while (cursor !== null)
  return keys
}

const NOT_UTF8 = Buffer.from([0xff, 0xfe, 0x41])
/** Data and expire dates of every kind that SQLite lets in. */
const ODD: readonly (readonly [string, unknown, unknown])[] = [
  ['null', null, null], ['integer', 5n, 1766000000n], ['real', 1.5, 46000.25], ['blob', Buffer.from([0, 255]), Buffer.from(DATE)], ['text', 'e30', 'next week'], ['empty', '', ''], ['', 'no key', DATE],
]

describe('rows that Django would not write', () => {
  it('are listed with what is known, in every order and page size', async () => {
    loose()
    for (const [key, data, date] of ODD) insert(key, data, date, null)
    app.prepare('INSERT INTO django_session VALUES (?, ?, ?, ?)').run(Buffer.from('ab'), 'blob key', DATE, null)
    app.prepare('INSERT INTO django_session VALUES (?, ?, ?, ?)').run(null, 'null key', DATE, null)
    app.prepare('INSERT INTO django_session VALUES (?, ?, ?, ?)').run(7n, 'integer key', DATE, null)
    await using store = await open()
    const expected = [...ODD.map(([key]) => key), "x'6162'", 'NULL', '7'].sort()
    for (const order of [BY_KEY, BY_DATE]) for (const limit of [1, 2, 100]) expect((await everyKey(store, order, limit)).sort()).toEqual(expected)
    const page = await store.listPage({ order: BY_KEY, cursor: null, limit: 100 }, never)
    const dates = new Map(page.keys.map((key, index) => [key, page.expireDates[index]]))
    expect(['null', 'integer', 'real', 'blob', 'text', 'empty'].map((key) => dates.get(key))).toEqual([null, null, null, null, null, null])
    expect(dates.get('')).toBe(Date.UTC(2026, 10, 21, 10) * 1000)
  })

  it('tell their raw values as physical facts', async () => {
    loose()
    for (const [key, data, date] of ODD) insert(key, data, date, 'more')
    await using store = await open()
    const factsOf = async (key: string): Promise<unknown> => Object.fromEntries((await store.read(key, never))?.physical.map((fact) => [fact.name, fact.value]) ?? [])
    expect(await factsOf('integer')).toMatchObject({ expire_date: '1766000000', 'typeof(expire_date)': 'integer', 'typeof(session_data)': 'integer', extra: 'more' })
    expect(await factsOf('text')).toMatchObject({ expire_date: 'next week', 'typeof(expire_date)': 'text', 'octet_length(session_data)': '3' })
    expect(await factsOf('null')).toMatchObject({ expire_date: 'NULL', 'typeof(session_data)': 'null' })
    expect(JSON.stringify(await factsOf('blob'))).not.toContain('"blob":')
  })

  it('are deleted, restored and undone byte for byte, kind for kind, extra columns too', async () => {
    loose()
    for (const [key, data, date] of ODD) insert(key, data, date, NOT_UTF8)
    app.prepare('INSERT INTO django_session VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))').run('not utf-8', NOT_UTF8, NOT_UTF8, NOT_UTF8)
    app.prepare('INSERT INTO django_session VALUES (?, ?, ?, ?)').run(Buffer.from('ab'), 'blob key', DATE, 2 ** 60)
    const before = dump()
    await using store = await open()
    for (const key of [...ODD.map(([name]) => name), 'not utf-8', "x'6162'"]) {
      const session = await store.read(key, never)
      if (session === null) throw new Error(`${key} is not found.`)
      const written = await store.write({ key, ifEtag: session.etag, data: Buffer.from('new'), expireDate: 1 }, never)
      expect(written).toMatchObject({ outcome: 'done' })
      expect(await store.write({ key, ifEtag: written.etag ?? '', data: session.data, image: session.image }, never)).toMatchObject({ outcome: 'done', etag: session.etag })
      expect(dump().map(String).sort()).toEqual(before.map(String).sort())
      expect(await store.deleteMany([{ key, ifEtag: session.etag }], never)).toMatchObject([{ outcome: 'done' }])
      expect(await store.restore(structuredClone(session.image), never)).toMatchObject({ outcome: 'done', etag: session.etag })
    }
    expect(dump().map(String).sort()).toEqual(before.map(String).sort())
  })

  it('keep their places when a key is not UTF-8', async () => {
    loose()
    for (let last = 0xf8; last < 0xff; last += 1) insert(Buffer.from([0x61, last]), 'd', DATE, null)
    await using store = await open()
    for (const order of [BY_KEY, BY_DATE]) expect(await everyKey(store, order, 1)).toHaveLength(7)
    const steps = []
    for await (const step of store.tally({ order: BY_KEY, every: 2, now: 0 }, never)) steps.push(...step.signposts)
    expect(steps).toHaveLength(3)
    expect((await store.listPage({ order: BY_KEY, cursor: steps[2] ?? null, limit: 9 }, never)).keys).toHaveLength(1)
  })

  it('with a kind that changed but equal looks are a conflict', async () => {
    loose()
    insert('k', '5', DATE, null)
    await using store = await open()
    const session = await store.read('k', never)
    app.prepare('UPDATE django_session SET session_data = ?').run(5n)
    expect(await store.deleteMany([{ key: 'k', ifEtag: session?.etag ?? '' }], never)).toMatchObject([{ outcome: 'conflict' }])
  })
})

describe('a column that collates without case', () => {
  it('does not make one session stand for another', async () => {
    app.exec('CREATE TABLE django_session (session_key text PRIMARY KEY COLLATE NOCASE, session_data text COLLATE NOCASE, expire_date datetime)')
    app.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run('abc', 'Data', DATE)
    await using store = await open()
    expect(await store.read('ABC', never)).toBeNull()
    expect(await store.deleteMany([{ key: 'ABC', ifEtag: null }], never)).toMatchObject([{ outcome: 'gone' }])
    const etag = (await store.read('abc', never))?.etag ?? ''
    app.exec("UPDATE django_session SET session_data = 'dATA'")
    expect(await store.write({ key: 'abc', ifEtag: etag, expireDate: 1 }, never)).toMatchObject({ outcome: 'conflict' })
  })
})

describe('large values', () => {
  it('end a page early instead of filling memory, and none is lost', async () => {
    loose()
    for (let index = 0; index < 5; index += 1) insert(`k${index}`, 'x'.repeat(LIMITS.storedValueBytes - 10), DATE, null)
    await using store = await open()
    const first = await store.listPage({ order: BY_KEY, cursor: null, limit: 5 }, never)
    expect(first.keys).toEqual(['k0', 'k1'])
    expect(await everyKey(store, BY_KEY, 5)).toHaveLength(5)
  })

  it('of another column count too', async () => {
    loose()
    insert('k', 'x', DATE, 'y'.repeat(LIMITS.storedValueBytes))
    await using store = await open()
    await expect(store.read('k', never)).rejects.toMatchObject({ code: 'SESSION_TOO_LARGE' })
    expect(await store.deleteMany([{ key: 'k', ifEtag: null }], never)).toMatchObject([{ outcome: 'done' }])
  })
})

describe('the table’s own rules', () => {
  it('make a refused row the outcome of that row, and no other', async () => {
    app.exec("CREATE TABLE django_session (session_key text PRIMARY KEY, session_data text CHECK (session_data <> 'bad'), expire_date datetime); CREATE TABLE kept (k REFERENCES django_session (session_key))")
    for (const key of ['a', 'b']) app.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run(key, 'good', DATE)
    app.exec("INSERT INTO kept VALUES ('a')")
    await using store = await open()
    const etag = (await store.read('a', never))?.etag ?? ''
    expect(await store.write({ key: 'a', ifEtag: etag, data: Buffer.from('bad') }, never)).toMatchObject({ outcome: 'failed', reason: saying(/CHECK/) })
    expect(await store.deleteMany(['a', 'b'].map((key) => ({ key, ifEtag: null })), never)).toMatchObject([{ outcome: 'failed', reason: saying(/FOREIGN KEY/) }, { outcome: 'done' }])
    expect((await store.describe(never)).facts).toContainEqual({ name: 'referenced by', value: 'kept' })
  })
})

describe('the statement itself compares', () => {
  /** As a server at READ COMMITTED lets it happen: the row changes between our read and our write, inside the transaction. */
  async function withInterference(interfere: string, act: (store: DatabaseStore, etag: string) => Promise<unknown>): Promise<unknown> {
    loose()
    insert('k', 'one', DATE, null)
    const client = await SqliteClient.open({ path, table: 'django_session' })
    const racing: SqlClient = {
      shape: client.shape, dialect: client.dialect,
      query: (statement, accept) => client.query(statement, accept),
      describe: () => client.describe(),
      close: () => client.close(),
      transact: (work) => client.transact((transaction) => work({
        query: (statement) => transaction.query(statement),
        apart: (part) => transaction.apart(part),
        async run(statement) {
          await transaction.run({ sql: interfere, params: [] })
          return transaction.run(statement)
        },
      })),
    }
    await using store = new DatabaseStore(racing, UTC)
    const etag = (await store.read('k', never))?.etag ?? ''
    return await act(store, etag)
  }

  it.each([
    ["UPDATE django_session SET session_data = 'by the app'", 'conflict'],
    [`UPDATE django_session SET expire_date = '${DATE}.000001'`, 'conflict'],
    ["UPDATE django_session SET session_data = CAST('one' AS BLOB)", 'conflict'],
    ['DELETE FROM django_session', 'gone'],
  ])('%s → %s', async (interfere, outcome) => {
    expect(await withInterference(interfere, (store, ifEtag) => store.write({ key: 'k', ifEtag, data: Buffer.from('mine') }, never))).toMatchObject({ outcome })
    app.exec('DROP TABLE django_session')
    expect(await withInterference(interfere, (store, ifEtag) => store.deleteMany([{ key: 'k', ifEtag }], never))).toMatchObject([{ outcome }])
  })
})
