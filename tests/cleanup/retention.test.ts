import { createCipheriv } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CleanupReport } from '../../shared/model/cleanup.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, dryRun, openFile, rowsOf, settled, unaccounted, undo } from '../support/cleanup.ts'
import { makeSessionTable } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const { signal } = new AbortController()

/** Text that hardly shrinks, the same each time. */
const noise = (bytes: number, seed: number): string => createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16, seed)).update(Buffer.alloc(Math.ceil(bytes * 0.75))).toString('base64')

async function table(sessions: number, bytes: number): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-retention-')), 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: sessions }, (_, index) => ({ key: `k${String(index).padStart(6, '0')}`, json: `{"n":"${noise(bytes, index)}"}`, expireDate: NOW - (index + 1) * 1000 })))
  return file
}

test('a run that is too big to be kept whole says so, begins only with leave, and undo puts back what was kept', async () => {
  const file = await table(16, 600_000)
  const before = rowsOf(file)
  await using app = await startApp({ clock: () => NOW })
  expect(await app.client.call('cleanup.retention', {}, signal)).toEqual({ days: 7, megabytes: 1024 })
  await app.client.call('cleanup.retention', { change: { megabytes: 1 } }, signal)
  const source = await openFile(app.client, file)
  const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  expect(found.undo).toMatchObject({ kind: 'partly', limitBytes: 1024 * 1024, sentence: { id: 'cleanup.undo.partly' } })
  await expect(app.client.call('cleanup.start', { dryRunId: found.dryRunId }, signal)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED', message: 'Not all of this run can be kept for undo. Nothing was changed.' })
  expect(rowsOf(file)).toEqual(before)

  await app.client.call('cleanup.start', { dryRunId: found.dryRunId, pace: 'full', partialUndo: true }, signal)
  const { report } = await settled(app.client, found.dryRunId)
  expect(report).toMatchObject({ state: 'done', counts: { done: 16, left: 0 } })
  expect(report.undoable).toBeGreaterThan(0)
  expect(report.undoable).toBeLessThan(16)
  expect(rowsOf(file)).toHaveLength(0)
  await undo(app.client, { runId: found.dryRunId, pace: 'full' })
  expect(rowsOf(file)).toEqual(before.slice(0, report.undoable))
})

test('without undo nothing is kept, and one of a trash comes back alone', async () => {
  const file = await table(5, 10)
  const before = rowsOf(file)
  await using app = await startApp({ clock: () => NOW })
  const source = await openFile(app.client, file)
  const first = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED, { kind: 'query', where: 'key:k000000' }], action: DELETE })
  await app.client.call('cleanup.start', { dryRunId: first.dryRunId, undo: false }, signal)
  expect((await settled(app.client, first.dryRunId)).report).toMatchObject({ canUndo: false, undoable: 0, keptUntil: null, counts: { done: 1 } })
  const second = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  await app.client.call('cleanup.start', { dryRunId: second.dryRunId }, signal)
  await settled(app.client, second.dryRunId)
  await undo(app.client, { runId: second.dryRunId, keys: ['k000003'] })
  expect(rowsOf(file)).toEqual([before[3]])
  const { entries } = await app.client.call('cleanup.trash', { runId: second.dryRunId, offset: 0, limit: 10 }, signal)
  expect(entries.map(({ key, state }) => [key, state])).toEqual([['k000001', 'removed'], ['k000002', 'removed'], ['k000003', 'undone'], ['k000004', 'removed']])
  expect(await undo(app.client, { runId: second.dryRunId })).toMatchObject({ undone: 4, undoable: 0 })
  expect(rowsOf(file)).toEqual(before.slice(1))
})

test('two programs that clean the same table at once do not fight: each session is done once, and each undo brings its own back', async () => {
  const file = await table(6000, 10)
  const before = rowsOf(file)
  await using one = await startApp({ clock: () => NOW })
  await using other = await startApp({ clock: () => NOW })
  const runs = await Promise.all([one, other].map(async ({ client }) => {
    const source = await openFile(client, file)
    const { dryRunId, matched } = await dryRun(client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
    expect(matched).toBe(6000)
    return { client, runId: dryRunId }
  }))
  const reports = await Promise.all(runs.map(async ({ client, runId }): Promise<CleanupReport> => {
    await client.call('cleanup.start', { dryRunId: runId, pace: 'full' }, signal)
    return (await settled(client, runId)).report
  }))
  expect(rowsOf(file)).toHaveLength(0)
  for (const report of reports) {
    expect(unaccounted(report)).toBe(0)
    expect(report, JSON.stringify(report.reason)).toMatchObject({ state: 'done', counts: { left: 0, failed: 0, unknown: 0 } })
  }
  expect(reports.reduce((sum, { counts }) => sum + counts.done, 0)).toBe(6000)
  for (const { client, runId } of runs) if ((await client.call('cleanup.report', { runId }, signal)).canUndo) await undo(client, { runId, pace: 'full' })
  expect(rowsOf(file)).toEqual(before)
  expect([...one.reported, ...other.reported]).toEqual([])
})
