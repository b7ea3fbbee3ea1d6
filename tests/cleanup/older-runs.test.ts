import Database from 'better-sqlite3'
import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecords, readRecords } from '../../electron/core/cleanup/record-file.ts'
import type { CleanupReport } from '../../shared/model/cleanup.ts'
import { english } from '../../shared/words/reason.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, openFile, rowsOf, undo, unaccounted, whyEnded } from '../support/cleanup.ts'
import { makeSessionTable } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const { signal } = new AbortController()
const REFUSED = 'The row is still referred to.'
const STOOD_THERE = 'A newer session stands there.'

/** As runs were written before a reason was a sentence of the catalogue: an English text. */
async function agedFile(path: string, key: Buffer, reason: string): Promise<void> {
  const aged = `${path}.aged`
  const file = await openRecords(aged, key)
  for await (const { facts, blobs } of readRecords(path, key)) {
    const older = facts as { readonly rest?: readonly (readonly [number, string, unknown])[] }
    await file.append({ facts: older.rest === undefined ? older : { ...older, rest: older.rest.map(([index, outcome]) => [index, outcome, reason]) }, blobs })
  }
  await file.close()
  await rename(aged, path)
}

async function aged({ folder }: CleanupReport, file: 'journal' | 'undo', reason: string): Promise<void> {
  const path = join(folder, 'run.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { readonly key: { readonly kind: 'file'; readonly key: string }; readonly reason: unknown }
  await agedFile(join(folder, file), Buffer.from(manifest.key.key, 'base64'), reason)
  await writeFile(path, JSON.stringify({ ...manifest, reason: { id: 'cleanup.reason', params: { message: `${reason} Look at it, then resume.` } } }))
}

test('a run of an earlier version, whose reasons are texts, is read, shown and undone, and so is its half-done undo', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-older-')), 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: 6 }, (_, index) => ({ key: `k${index}`, json: `{"n":${index}}`, expireDate: NOW - 86_400_000 })))
  const database = new Database(file)
  database.exec("CREATE TABLE cart (session_key REFERENCES django_session (session_key)); INSERT INTO cart VALUES ('k2')")
  const before = rowsOf(file)
  await using first = await startApp({ clock: () => NOW })
  const run = await clean(first.client, { sourceId: (await openFile(first.client, file)).id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
  expect(run).toMatchObject({ counts: { matched: 6, done: 5, failed: 1 } })
  await first[Symbol.asyncDispose]()
  await aged(run, 'journal', REFUSED)

  await using second = await startApp({ clock: () => NOW, dataFolder: first.dataFolder })
  const source = await openFile(second.client, file)
  const [shown] = await second.client.call('cleanup.list', {}, signal)
  expect(shown).toMatchObject({ runId: run.runId, counts: { matched: 6, done: 5, failed: 1 }, undoable: 5, canUndo: true, canResume: true })
  expect(shown === undefined ? 1 : unaccounted(shown)).toBe(0)
  expect(shown === undefined ? '' : whyEnded(shown)).toBe(`${REFUSED} Look at it, then resume.`)
  const { exceptions } = await second.client.call('cleanup.exceptions', { runId: run.runId, offset: 0, limit: 10 }, signal)
  expect(exceptions.map(({ key, outcome, reason }) => [key, outcome, reason === null ? null : english(reason)])).toEqual([['k2', 'failed', REFUSED]])
  expect((await second.client.call('cleanup.trash', { runId: run.runId, offset: 0, limit: 10 }, signal)).entries.map(({ key }) => key)).toEqual(['k0', 'k1', 'k3', 'k4', 'k5'])
  expect(await second.client.call('trash.bundles', {}, signal)).toMatchObject([{ id: run.runId, count: 5, sourceId: source.id }])

  // One of them stands there again: the undo leaves it, and is itself of an earlier version when it is read again.
  database.exec("INSERT INTO django_session VALUES ('k4', 'made:again', '2031-01-01 00:00:00')")
  expect(await undo(second.client, { runId: run.runId, pace: 'full' })).toMatchObject({ counts: { done: 4, exists: 1 }, undoable: 1 })
  await second[Symbol.asyncDispose]()
  await aged(run, 'undo', STOOD_THERE)

  await using third = await startApp({ clock: () => NOW, dataFolder: first.dataFolder })
  await openFile(third.client, file)
  const left = await third.client.call('cleanup.exceptions', { runId: run.runId, offset: 0, limit: 10 }, signal)
  expect(left.exceptions.map(({ key, outcome, reason }) => [key, outcome, reason === null ? null : english(reason)])).toEqual([['k4', 'exists', STOOD_THERE]])
  database.exec("DELETE FROM django_session WHERE session_key = 'k4'")
  database.close()
  expect(await undo(third.client, { runId: run.runId, pace: 'full' })).toMatchObject({ undone: 5, undoable: 0 })
  expect(rowsOf(file)).toEqual(before)
})
