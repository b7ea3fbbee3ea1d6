import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CleanupReport, DryRun } from '../../shared/model/cleanup.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, dryRun, heldInTheMiddle, openFile, rowsOf, settled, unaccounted, undo, whyEnded } from '../support/cleanup.ts'
import { sealFolder, whyNoSealedFolder } from '../support/sealed-folder.ts'
import { makeSessionTable } from '../support/session-table.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
/** Five parts of a run. */
const SESSIONS = 10_000
const { signal } = new AbortController()
const noDisk = whyNoSmallDisk()
const noSeal = whyNoSealedFolder()

async function makeTable(folder: string): Promise<string> {
  const file = join(folder, 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: SESSIONS }, (_, index) => ({ key: `k${String(index).padStart(7, '0')}`, json: `{"n":${index}}`, expireDate: NOW - (index + 1) * 1000 })))
  return file
}

async function look(app: TestApp, file: string): Promise<DryRun> {
  const source = await openFile(app.client, file)
  return dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
}

/** A run that is held goes on against a fault, to its end. */
async function goesOn(app: TestApp, runId: string): Promise<CleanupReport> {
  await app.client.call('cleanup.resume', { runId, pace: 'full' }, signal)
  const { report } = await settled(app.client, runId)
  expect(unaccounted(report)).toBe(0)
  return report
}

/** The fault is over: the rest is done, and then all of it is put back. */
async function expectWhole(app: TestApp, { runId, file, before }: { readonly runId: string; readonly file: string; readonly before: readonly unknown[] }): Promise<void> {
  const report = await goesOn(app, runId)
  expect(report, whyEnded(report)).toMatchObject({ state: 'done', counts: { done: SESSIONS, left: 0, failed: 0 }, undoable: SESSIONS })
  expect(rowsOf(file)).toHaveLength(0)
  await undo(app.client, { runId, pace: 'full' })
  expect(rowsOf(file)).toEqual(before)
  expect(app.reported).toEqual([])
}

test.skipIf(noDisk !== null)(`the disk of the database is full in the middle: what is done is kept, the rest is as it was, and the run says why${noDisk === null ? '' : ` (skipped: ${noDisk})`}`, async () => {
  using disk = mountSmallDisk(16)
  const file = await makeTable(disk.folder)
  const before = rowsOf(file)
  await using app = await startApp({ clock: () => NOW })
  const { dryRunId: runId } = await look(app, file)
  const held = await heldInTheMiddle(app.client, runId)
  disk.fill()
  const report = await goesOn(app, runId)
  expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true, counts: { unknown: 0, changed: 0, gone: 0 } })
  expect(whyEnded(report)).toContain('The disk is full')
  expect(rowsOf(file)).toHaveLength(SESSIONS - report.counts.done)
  expect(report.counts.done).toBeGreaterThanOrEqual(held.counts.done)
  disk.empty()
  await expectWhole(app, { runId, file, before })
})

test.skipIf(noDisk !== null)(`the disk of the journal is full in the middle: nothing more is deleted, and the run says why${noDisk === null ? '' : ` (skipped: ${noDisk})`}`, async () => {
  using disk = mountSmallDisk(16)
  const file = await makeTable(await mkdtemp(join(tmpdir(), 'coatcheck-journal-')))
  const before = rowsOf(file)
  await using app = await startApp({ clock: () => NOW, runsFolder: join(disk.folder, 'runs') })
  const { dryRunId: runId } = await look(app, file)
  const held = await heldInTheMiddle(app.client, runId)
  disk.fill()
  const report = await goesOn(app, runId)
  expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true, counts: { done: held.counts.done, failed: 0 } })
  expect(whyEnded(report)).toContain('The journal cannot be written (ENOSPC)')
  expect(rowsOf(file)).toHaveLength(SESSIONS - held.counts.done)
  disk.empty()
  await expectWhole(app, { runId, file, before })
})

test.skipIf(noSeal !== null)(`a folder that takes no files any more stops a database in the middle, which needs its journal there${noSeal === null ? '' : ` (skipped: ${noSeal})`}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-sealed-'))
  const file = await makeTable(folder)
  const before = rowsOf(file)
  await using app = await startApp({ clock: () => NOW })
  const { dryRunId: runId } = await look(app, file)
  const held = await heldInTheMiddle(app.client, runId)
  using sealed = sealFolder(folder)
  const report = await goesOn(app, runId)
  expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true, counts: { done: held.counts.done, unknown: 0 } })
  expect(whyEnded(report)).toMatch(/cannot open this file, or a file that it needs beside it|cannot be written/)
  sealed.open()
  expect(rowsOf(file)).toHaveLength(SESSIONS - held.counts.done)
  await expectWhole(app, { runId, file, before })
})

test.skipIf(noSeal !== null)(`a folder of session files that may not be written any more interrupts the run; given back, it goes on${noSeal === null ? '' : ` (skipped: ${noSeal})`}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-files-'))
  const FILES = 2300
  for (let index = 0; index < FILES; index++) {
    const path = join(folder, `sessionid${String(index).padStart(32, '0')}`)
    writeFileSync(path, `e30:${index}`, { mode: 0o600 })
    utimesSync(path, 1_780_000_000 + index, 1_780_000_000 + index)
  }
  const contents = (): readonly string[] => readdirSync(folder).toSorted().map((name) => `${name} ${readFileSync(join(folder, name), 'utf8')} ${statSync(join(folder, name)).mtimeMs}`)
  const before = contents()
  await using app = await startApp()
  const source = await app.client.call('sources.open', { target: { kind: 'url', url: `file://${folder}` } }, signal)
  const { dryRunId: runId } = await dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'key:*' }], action: DELETE })
  const held = await heldInTheMiddle(app.client, runId)
  using sealed = sealFolder(folder)
  const report = await goesOn(app, runId)
  expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true, counts: { done: held.counts.done, unknown: 0 } })
  expect(whyEnded(report)).toContain('You are not allowed to do this in this folder')
  expect(contents()).toHaveLength(FILES - held.counts.done)
  sealed.open()
  expect(await goesOn(app, runId)).toMatchObject({ state: 'done', counts: { done: FILES, left: 0, failed: 0 } })
  await undo(app.client, { runId, pace: 'full' })
  expect(contents()).toEqual(before)
  expect(app.reported).toEqual([])
})
