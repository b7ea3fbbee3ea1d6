import Database from 'better-sqlite3'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, openFile, rowsOf, settled, undo } from '../support/cleanup.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const KEYS = { secretKey: TABLE_KEY, fallbacks: [] }
const { signal } = new AbortController()

test('what the database refused is counted as failed, exactly at the end; resume tries these again, and undo brings all back', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-retry-')), 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: 2700 }, (_, index) => ({ key: `k${index}`, json: `{"n":${index}}`, expireDate: NOW - (index + 1) * 1000 })))
  const before = rowsOf(file)
  const database = new Database(file)
  // Rows that another table of the site refers to.
  database.exec("CREATE TABLE cart (session_key REFERENCES django_session (session_key)); INSERT INTO cart VALUES ('k3'), ('k1500'), ('k2600')")
  await using app = await startApp({ clock: () => NOW })
  const source = await openFile(app.client, file, KEYS)
  const first = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
  expect(first).toMatchObject({ state: 'done', counts: { matched: 2700, done: 2697, failed: 3, left: 0 }, exceptions: 3, undoable: 2697, canResume: true })

  database.exec("DELETE FROM cart WHERE session_key = 'k3'")
  await app.client.call('cleanup.resume', { runId: first.runId, pace: 'full' }, signal)
  const second = (await settled(app.client, first.runId)).report
  expect(second).toMatchObject({ counts: { done: 2698, failed: 2, left: 0 }, exceptions: 2, undoable: 2698, canResume: true })

  database.exec('DELETE FROM cart')
  database.close()
  await app[Symbol.asyncDispose]()
  // What the files say is all there is after a restart.
  await using later = await startApp({ clock: () => NOW, runsFolder: dirname(first.folder) })
  await openFile(later.client, file, KEYS)
  await later.client.call('cleanup.resume', { runId: first.runId, pace: 'full' }, signal)
  const third = (await settled(later.client, first.runId)).report
  expect(third).toMatchObject({ state: 'done', counts: { done: 2700, failed: 0, left: 0 }, exceptions: 0, undoable: 2700, canResume: false })
  expect(rowsOf(file)).toEqual([])
  await expect(later.client.call('cleanup.resume', { runId: first.runId }, signal)).rejects.toMatchObject({ code: 'NOTHING_TO_CHANGE' })
  expect((await undo(later.client, { runId: first.runId, pace: 'full' })).undone).toBe(2700)
  expect(rowsOf(file)).toEqual(before)
  expect([...app.reported, ...later.reported]).toEqual([])
})
