import Database from 'better-sqlite3'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, openFile, rowsOf, undo } from '../support/cleanup.ts'
import { makeSessionTable } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const { signal } = new AbortController()

/** Leaves the file, and the rollback journal beside it, as a program that is killed in the middle of a transaction does. */
async function cutInTheMiddle(file: string): Promise<void> {
  const copy = `${file}.cut`
  const writer = new Database(file)
  writer.pragma('cache_size = 1')
  writer.exec("BEGIN IMMEDIATE; UPDATE django_session SET session_data = session_data || 'half written'")
  await copyFile(file, copy)
  await copyFile(`${file}-journal`, `${copy}-journal`)
  writer.exec('ROLLBACK')
  writer.close()
  await copyFile(copy, file)
  await copyFile(`${copy}-journal`, `${file}-journal`)
}

test('a database that a killed run has left half written is made whole when it is opened to go on; nobody else’s is', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-cut-')), 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: 400 }, (_, index) => ({ key: `k${index}`, json: `{"n":${index}}`, expireDate: NOW + (index % 2 === 0 ? -1 : 1) * 60_000 })))
  const before = rowsOf(file)
  let run
  {
    await using app = await startApp({ clock: () => NOW })
    const source = await openFile(app.client, file)
    run = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
  }
  const left = rowsOf(file)
  expect(left).toHaveLength(200)
  // As the kill of a run leaves its folder: under way, its end never written.
  const manifest = join(run.folder, 'run.json')
  await writeFile(manifest, JSON.stringify({ ...(JSON.parse(await readFile(manifest, 'utf8')) as object), state: 'running', endedAt: null }))
  await cutInTheMiddle(file)

  await using stranger = await startApp({ clock: () => NOW })
  await expect(openFile(stranger.client, file)).rejects.toMatchObject({ code: 'STORE_BUSY' })
  await using app = await startApp({ clock: () => NOW, runsFolder: dirname(run.folder) })
  await openFile(app.client, file)
  expect(rowsOf(file)).toEqual(left)
  expect(await app.client.call('cleanup.report', { runId: run.runId }, signal)).toMatchObject({ state: 'interrupted', canUndo: true, counts: { done: 200, left: 0 } })
  await undo(app.client, { runId: run.runId, pace: 'full' })
  expect(rowsOf(file)).toEqual(before)
  await rm(dirname(file), { recursive: true })
})
