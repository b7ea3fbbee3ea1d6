import Database from 'better-sqlite3'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DatabaseStore } from './database-store.ts'
import { AnswerLost } from './sql-dialect.ts'
import type { SqlClient } from './sql-dialect.ts'
import { SqliteClient } from './sqlite.ts'
import { saying } from '../../../../tests/support/saying.ts'

const never = new AbortController().signal
let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'coatcheck-lost-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A store whose server does every commit and never says so. */
async function openMute(): Promise<DatabaseStore> {
  const path = join(folder, 'db.sqlite3')
  const app = new Database(path)
  app.exec('CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL)')
  for (const key of ['a', 'b']) app.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run(key, 'x', '2026-11-21 10:00:00')
  app.close()
  const client = await SqliteClient.open({ path, table: 'django_session' })
  const mute: SqlClient = {
    shape: client.shape, dialect: client.dialect,
    query: (statement, accept) => client.query(statement, accept),
    describe: () => client.describe(),
    close: () => client.close(),
    async transact(work) {
      await client.transact(work)
      throw new AnswerLost(null)
    },
  }
  return new DatabaseStore(mute, { useTz: true, timeZone: 'UTC', origin: 'assumed' })
}

it('a write whose commit was not answered is unknown, and is not sent again', async () => {
  await using store = await openMute()
  const before = await store.read('a', never)
  const outcome = await store.write({ key: 'a', ifEtag: before?.etag ?? '', data: Buffer.from('y') }, never)
  expect(outcome).toMatchObject({ key: 'a', outcome: 'unknown', etag: null, reason: saying('lost') })
})

it('of many, those that were gone or changed are known all the same', async () => {
  await using store = await openMute()
  const outcomes = await store.deleteMany([{ key: 'a', ifEtag: null }, { key: 'none', ifEtag: null }, { key: 'b', ifEtag: 'another' }], never)
  expect(outcomes.map(({ key, outcome }) => [key, outcome])).toEqual([['a', 'unknown'], ['none', 'gone'], ['b', 'conflict']])
})
