import Database from 'better-sqlite3'
import { ROW_SALT } from '../../electron/core/codecs/salts.ts'
import { signData } from '../../electron/core/codecs/signing.ts'

/** SECRET_KEY of every table made here. */
export const TABLE_KEY = 'coatcheck-demo-key'

export interface TableRow {
  readonly key: string
  /** Session data as JSON text. */
  readonly json: string
  /** Milliseconds since 1970 UTC. */
  readonly expireDate: number
  readonly savedAt?: number
}

/** django/contrib/sessions/migrations/0001_initial.py on SQLite. */
const SCHEMA = `
  CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL);
  CREATE INDEX django_session_expire_date_a5c62663 ON django_session (expire_date)`

/** A SQLite file with Django's session table and these rows, signed as the db engine signs them. */
export function makeSessionTable(path: string, rows: Iterable<TableRow>): void {
  const database = new Database(path)
  database.exec(SCHEMA)
  const insert = database.prepare('INSERT INTO django_session VALUES (?, ?, ?)')
  database.transaction(() => {
    for (const row of rows) insert.run(row.key, signedText(row), djangoDate(row.expireDate))
  })()
  database.close()
}

/** Sessions of a large table: `n` in the order of keys has the number `n` as the beginning of its key. */
export interface ManySessions {
  readonly rows: number
  readonly json: string
  /** Every so manieth session, from 0 on, has this data instead. */
  readonly other: { readonly every: number; readonly json: string }
  /** End of the first one, in milliseconds since 1970 UTC; the others end later, in another order than that of their keys. */
  readonly expireDate: number
}

/** SQLite itself writes the rows, hundreds of thousands in a second or two: sessions with the same data are the same text. */
export function makeManySessions(path: string, { rows, json, other, expireDate }: ManySessions): void {
  const database = new Database(path)
  database.exec(SCHEMA)
  const text = (data: string): string => signedText({ json: data, expireDate })
  database.prepare(`
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < @rows)
    INSERT INTO django_session SELECT printf('%07d', n) || '${'k'.repeat(25)}', CASE WHEN n % @every = 0 THEN @other ELSE @text END, datetime(@first + (n * 7919) % @rows, 'unixepoch') FROM numbers`)
    .run({ rows, every: other.every, other: text(other.json), text: text(json), first: Math.floor(expireDate / 1000) })
  database.close()
}

/** Key of session `n` of such a table. */
export const manyKey = (n: number): string => `${String(n).padStart(7, '0')}${'k'.repeat(25)}`

export function signedText({ json, expireDate, savedAt }: Pick<TableRow, 'json' | 'expireDate' | 'savedAt'>): string {
  const key = { name: 'SECRET_KEY', secret: TABLE_KEY }
  return signData(Buffer.from(json, 'latin1'), { key, salt: ROW_SALT, compress: true, now: savedAt ?? expireDate - 14 * 86_400_000 })
}

function djangoDate(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/(\.000)?Z$/, '').replace(/\.(\d{3})$/, '.$1000')
}

/** The row as it is stored, byte for byte; null: there is none. */
export function readRow(path: string, key: string): { readonly session_data: string; readonly expire_date: string } | null {
  const database = new Database(path, { readonly: true })
  try {
    return (database.prepare('SELECT session_data, expire_date FROM django_session WHERE session_key = ?').get(key) as { session_data: string; expire_date: string } | undefined) ?? null
  } finally {
    database.close()
  }
}
