import { chmodSync, mkdirSync, readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findSqlite } from '../../electron/core/connections/find-sqlite.ts'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { collect, NOON, never, readAll } from './store/harness.ts'
import { DJANGO_TABLE, UTC, makeTempFolder, profileOf } from './store/sqlite-harness.ts'
import type { TempFolder } from './store/sqlite-harness.ts'
import { saying } from '../support/saying.ts'

let folder: TempFolder
beforeEach(async () => { folder = await makeTempFolder() })
afterEach(async () => { await folder[Symbol.asyncDispose]() })

const COLUMNS = 'session_key varchar(40) PRIMARY KEY, session_data text, expire_date datetime'

describe('opening', () => {
  it.each<[string, () => string, string, RegExp]>([
    ['nothing', () => join(folder.path, 'none.db'), 'STORE_NOT_FOUND', /no file/],
    ['a path through a file', () => join(folder.database('a.db'), 'b'), 'STORE_NOT_FOUND', /not a folder/],
    ['a folder', () => folder.path, 'STORE_NOT_DATABASE', /folder/],
    ['a device', () => '/dev/null', 'STORE_NOT_DATABASE', /device/],
    ['an empty file', () => write('empty.db', ''), 'STORE_NOT_DATABASE', /empty/],
    ['a text', () => write('a.txt', 'SESSION_ENGINE = 1\n'.repeat(99)), 'STORE_NOT_DATABASE', /not a SQLite/],
    ['noise, as an encrypted file has it', () => write('noise.db', Buffer.alloc(4096, 0xa7)), 'STORE_NOT_DATABASE', /encrypted/],
    ['a header without a database', () => write('head.db', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4096, 0xff)])), 'STORE_NOT_DATABASE', /not a SQLite|encrypted/],
    ['a name that ends with a space', () => write('db.sqlite3 ', 'x'), 'STORE_NOT_DATABASE', /space/],
    ['a database without tables', () => folder.database('a.db', 'CREATE TABLE t (a)'), 'STORE_NOT_DJANGO', /no table django_session/],
    ['a table that lacks columns', () => folder.database('a.db', 'CREATE TABLE django_session (session_key, other)'), 'STORE_NOT_DJANGO', /session_data and expire_date/],
  ])('%s says what it is', async (_, path, code, message) => {
    await expect(openStore(profileOf(path()))).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string })
  })

  it('names tables that look like sessions', async () => {
    const path = folder.database('a.db', `CREATE TABLE user_sessions_session (${COLUMNS}, user_id)`)
    await expect(openStore(profileOf(path))).rejects.toMatchObject({ code: 'STORE_NOT_DJANGO', details: { hint: expect.stringMatching(/user_sessions_session/) as string } })
    const store = await openStore(profileOf(path, 'user_sessions_session'))
    expect((await store.describe(never)).extraColumns).toEqual(['user_id'])
    await store[Symbol.asyncDispose]()
  })

  it('refuses a time zone that does not exist', async () => {
    const path = folder.database('a.db')
    await expect(openStore({ ...profileOf(path), clock: { ...UTC, useTz: false, timeZone: 'Mars/Olympus' } })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('takes table names as names, never as SQL', async () => {
    const path = folder.database('a.db', `${DJANGO_TABLE} CREATE TABLE "odd ""name; --" (${COLUMNS})`)
    const store = await openStore(profileOf(path, 'odd "name; --'))
    expect(await readAll(store, { by: 'key', direction: 'asc' }, 5)).toEqual([])
    await store[Symbol.asyncDispose]()
    for (const table of ['django_session"; DROP TABLE django_session; --', "x' OR 1=1", '']) await expect(openStore(profileOf(path, table))).rejects.toMatchObject({ code: 'STORE_NOT_DJANGO' })
  })

  it('reports damage of the pages, and reads what is whole', async () => {
    const path = folder.database('a.db')
    const database = new Database(path)
    const insert = database.prepare('INSERT INTO django_session VALUES (?, ?, ?)')
    database.transaction(() => { for (let index = 0; index < 500; index += 1) insert.run(`key${index}`, 'x'.repeat(300), '2026-11-21 10:00:00') })()
    database.close()
    const bytes = readFileSync(path)
    bytes.fill(0xee, 4096 * 6, 4096 * 30)
    writeFileSync(path, bytes)
    const store = await openStore(profileOf(path))
    await expect(collect(store.tally({ order: { by: 'key', direction: 'asc' }, every: 50, now: NOON }, never)).then(() => readAll(store, { by: 'key', direction: 'asc' }, 500))).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    await store[Symbol.asyncDispose]()
    truncateSync(path, 4096 * 3)
    const cut = await openStore(profileOf(path)).catch((error: unknown) => error)
    if (cut instanceof Error) expect(cut).toHaveProperty('code', 'STORE_DAMAGED')
    else await expect(readAll(cut as Awaited<ReturnType<typeof openStore>>, { by: 'expireDate', direction: 'asc' }, 500)).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
  })
})

describe('a table that must not be written', () => {
  it.each([
    ['a trigger', `${DJANGO_TABLE} CREATE TABLE log (x); CREATE TRIGGER spy AFTER DELETE ON django_session BEGIN INSERT INTO log VALUES (1); END`, /trigger \(spy\)/],
    ['a view', `CREATE TABLE base (${COLUMNS}); CREATE VIEW django_session AS SELECT * FROM base; INSERT INTO base VALUES ('k', 'd', '2026-11-21 10:00:00')`, /view/],
    ['no unique key', 'CREATE TABLE django_session (session_key text, session_data text, expire_date datetime)', /unique key/],
    ['a partial unique key', 'CREATE TABLE django_session (session_key text, session_data text, expire_date datetime); CREATE UNIQUE INDEX u ON django_session (session_key) WHERE expire_date > 0', /unique key/],
    ['a computed column', 'CREATE TABLE django_session (session_key text PRIMARY KEY, raw text, session_data text AS (raw), expire_date datetime)', /computed/],
    ['another encoding', `PRAGMA encoding = 'UTF-16le'; ${DJANGO_TABLE}`, /UTF-16/],
  ])('%s: it is read, and each write is refused with the reason', async (_, schema, reason) => {
    const path = folder.database('a.db', schema)
    const store = await openStore(profileOf(path))
    const description = await store.describe(never)
    expect(description.readOnlyReason).toEqual(saying(reason))
    expect(description.capabilities).toMatchObject({ write: false, delete: false })
    for (const by of ['key', 'expireDate'] as const) await readAll(store, { by, direction: 'desc' }, 5)
    const refused = { code: 'STORE_READ_ONLY', message: expect.stringMatching(reason) as string }
    await expect(store.deleteMany([{ key: 'k', ifEtag: null }], never)).rejects.toMatchObject(refused)
    await expect(store.write({ key: 'k', ifEtag: 'x', expireDate: NOON }, never)).rejects.toMatchObject(refused)
    await store[Symbol.asyncDispose]()
  })

  it('a trigger that comes after opening stops the next write', async () => {
    const path = folder.database('a.db')
    const app = new Database(path)
    app.exec(`INSERT INTO django_session VALUES ('k', 'd', '2026-11-21 10:00:00'), ('l', 'd', '2026-11-21 10:00:00')`)
    const store = await openStore(profileOf(path))
    expect(await store.deleteMany([{ key: 'k', ifEtag: null }], never)).toMatchObject([{ outcome: 'done' }])
    app.exec('CREATE TABLE log (x); CREATE TRIGGER spy AFTER DELETE ON django_session BEGIN INSERT INTO log VALUES (1); END')
    await expect(store.deleteMany([{ key: 'l', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    expect(app.prepare('SELECT count(*) AS n FROM log').get()).toEqual({ n: 0 })
    app.close()
    await store[Symbol.asyncDispose]()
  })

  it('a file without the right to write says so', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may write everything')
    const path = folder.database('a.db')
    chmodSync(path, 0o444)
    const store = await openStore(profileOf(path))
    expect((await store.describe(never)).readOnlyReason).toEqual(saying(/not allowed to write/))
    await expect(store.deleteMany([{ key: 'k', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
    await store[Symbol.asyncDispose]()
  })
})

describe('finding the database of a project', () => {
  it('finds the one with sessions, by content', async () => {
    folder.database('other.sqlite3', 'CREATE TABLE t (a)')
    write('db.sqlite3.bak', 'text')
    const path = folder.database('the-data', undefined, 'wal')
    const before = readdirSync(folder.path)
    expect(await findSqlite(folder.path, never)).toBe(path)
    expect(readdirSync(folder.path)).toEqual(before)
  })

  it('looks into the usual folders', async () => {
    mkdirSync(join(folder.path, 'data'))
    const path = folder.database('data/db.sqlite3')
    expect(await findSqlite(folder.path, never)).toBe(path)
  })

  it('says which of none, no sessions and several it is', async () => {
    await expect(findSqlite(join(folder.path, 'none'), never)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    await expect(findSqlite(folder.path, never)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND', message: expect.stringMatching(/no SQLite/) as string })
    folder.database('empty.sqlite3', 'CREATE TABLE t (a)')
    await expect(findSqlite(folder.path, never)).rejects.toMatchObject({ code: 'STORE_NOT_DJANGO', message: expect.stringMatching(/empty\.sqlite3/) as string })
    folder.database('a.sqlite3')
    folder.database('b.sqlite3')
    await expect(findSqlite(folder.path, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID', message: expect.stringMatching(/a\.sqlite3, b\.sqlite3/) as string })
    await expect(findSqlite(join(folder.path, 'a.sqlite3'), never)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    await expect(findSqlite(folder.path, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('takes a link to the database for the database, once', async () => {
    const path = folder.database('db.sqlite3')
    symlinkSync(path, join(folder.path, 'link.sqlite3'))
    expect(await findSqlite(folder.path, never)).toBe(path)
  })
})

function write(name: string, content: string | Buffer): string {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  return path
}
