import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Source } from '../../shared/model/source.ts'
import { createKeychain } from '../../electron/main/keychain.ts'
import { fakeSafeStorage } from '../support/electron.ts'
import type { TestApp } from '../support/app.ts'
import { copyDemoDatabase, startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, dryRun, openFile, rowsOf, settled, undo } from '../support/cleanup.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const KEYS = { secretKey: 'coatcheck-demo-key', fallbacks: ['coatcheck-old-key'] }
const { signal } = new AbortController()

let app: TestApp
let file: string
let source: Source

beforeEach(async () => {
  app = await startApp({ clock: () => NOW })
  file = await copyDemoDatabase(await mkdtemp(join(tmpdir(), 'coatcheck-clean-')))
  source = await openFile(app.client, file, KEYS)
  return () => app[Symbol.asyncDispose]()
})

test('a dry run counts exactly, tells what it found, and changes nothing', async () => {
  const before = rowsOf(file)
  const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  expect(found).toMatchObject({ count: 'exact', examined: before.length, confirmName: null, nothing: null, undo: { kind: 'whole' } })
  expect(found.matched).toBeGreaterThan(0)
  expect(found.clearsessions.wouldRemove).toBe(found.matched)
  expect(found.samples.length).toBeGreaterThan(0)
  expect(rowsOf(file)).toEqual(before)
  expect(app.reported).toEqual([])
})

test('a run removes exactly what the dry run found, and undo brings it back byte for byte', async () => {
  const before = rowsOf(file)
  const report = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  expect(report).toMatchObject({ state: 'done', exceptions: 0, canUndo: true, canResume: false, counts: { left: 0, failed: 0, changed: 0 } })
  expect(report.counts.done).toBe(report.counts.matched)
  expect(rowsOf(file)).toHaveLength(before.length - report.counts.done)
  const trash = await app.client.call('cleanup.trash', { runId: report.runId, offset: 0, limit: 500 }, signal)
  expect(trash.total).toBe(report.counts.done)
  expect(trash.entries.every(({ state, sizeBytes, expireDate }) => state === 'removed' && sizeBytes > 0 && expireDate !== null && expireDate < NOW * 1000)).toBe(true)
  const undone = await undo(app.client, { runId: report.runId })
  expect(undone).toMatchObject({ kind: 'undo', state: 'done', undone: report.counts.done, undoable: 0, canUndo: false })
  expect(rowsOf(file)).toEqual(before)
  expect(app.reported).toEqual([])
})

test('a dry run is started once', async () => {
  const { dryRunId } = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  await app.client.call('cleanup.start', { dryRunId }, signal)
  await settled(app.client, dryRunId)
  await expect(app.client.call('cleanup.start', { dryRunId }, signal)).rejects.toMatchObject({ code: 'PLAN_EXPIRED' })
})

test('with a keychain the files of a run are sealed by it; without it what the run was is told, and nothing more', async () => {
  const keychain = createKeychain({ safeStorage: fakeSafeStorage() }, 'linux')
  await using sealed = await startApp({ clock: () => NOW, keychain })
  const there = await openFile(sealed.client, file, KEYS)
  const report = await clean(sealed.client, { sourceId: there.id, rules: [EXPIRED], action: DELETE })
  expect(report.protection).toBe('keychain')
  await using other = await startApp({ clock: () => NOW, runsFolder: dirname(report.folder) })
  const [listed] = await other.client.call('cleanup.list', {}, signal)
  expect(listed).toMatchObject({ runId: report.runId, canUndo: false, canResume: false, reason: { id: 'cleanup.keyGone' } })
  await expect(other.client.call('cleanup.undo', { runId: report.runId }, signal)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' })
  expect((await undo(sealed.client, { runId: report.runId })).undone).toBe(report.counts.done)
})
