import Database from 'better-sqlite3'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CleanupReport } from '../../shared/model/cleanup.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, dryRun, openFile, rowsOf, settled, undo } from '../support/cleanup.ts'
import type { TestRedis } from '../support/redis-servers.ts'
import { startRedis, whyNoRedis } from '../support/redis-servers.ts'
import { makeSessionTable } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const { signal } = new AbortController()

async function bigTable(sessions: number): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'coatcheck-faults-')), 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: sessions }, (_, index) => ({ key: `k${String(index).padStart(7, '0')}`, json: '{"n":1}', expireDate: NOW - (index + 1) * 1000 })))
  return file
}

/** Starts a run, and does something to the world when its first part is done. */
async function hit(app: TestApp, runId: string, strike: () => Promise<void> | void): Promise<CleanupReport> {
  await app.client.call('cleanup.start', { dryRunId: runId }, signal)
  let struck = false
  for await (const { counts } of app.client.stream('cleanup.watch', { runId }, signal)) {
    if (struck || counts.left === counts.matched) continue
    struck = true
    await strike()
  }
  return app.client.call('cleanup.report', { runId }, signal)
}

const sum = ({ counts: { matched, ...rest } }: CleanupReport): number => Object.values(rest).reduce((total, count) => total + count, 0) - matched

test('a journal that cannot be written (disk full): nothing is deleted, and the run can be resumed', async () => {
  const file = await bigTable(100)
  await using app = await startApp({ clock: () => NOW })
  const source = await openFile(app.client, file)
  const { dryRunId } = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  const journal = join(app.dataFolder, 'cleanup', dryRunId, 'journal')
  await symlink('/dev/full', journal)
  await expect(app.client.call('cleanup.start', { dryRunId }, signal)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' })
  expect(rowsOf(file)).toHaveLength(100)
  await rm(journal)
  await app.client.call('cleanup.resume', { runId: dryRunId }, signal)
  expect((await settled(app.client, dryRunId)).report).toMatchObject({ state: 'done', counts: { done: 100, left: 0 } })
  expect(rowsOf(file)).toHaveLength(0)
})

test('leave to write that is lost in the middle interrupts the run; given back, it goes on to its end, and undo brings all back', async () => {
  const file = await bigTable(12_000)
  await using app = await startApp({ clock: () => NOW })
  const before = rowsOf(file)
  const source = await openFile(app.client, file)
  const { dryRunId } = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  const database = new Database(file)
  const report = await hit(app, dryRunId, () => void database.exec("CREATE TRIGGER no_more BEFORE DELETE ON django_session BEGIN SELECT RAISE(ABORT, 'no'); END"))
  expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true })
  expect(sum(report)).toBe(0)
  expect(rowsOf(file).length).toBeGreaterThan(0)
  database.exec('DROP TRIGGER no_more')
  database.close()
  await app.client.call('cleanup.resume', { runId: dryRunId, pace: 'full' }, signal)
  const { report: after } = await settled(app.client, dryRunId)
  expect(after).toMatchObject({ state: 'done', counts: { left: 0 } })
  expect(rowsOf(file)).toHaveLength(after.counts.failed)
  await undo(app.client, { runId: dryRunId, pace: 'full' })
  expect(rowsOf(file)).toEqual(before)
  expect(app.reported).toEqual([])
})

test('pause holds it, resume goes on, stop leaves the rest; two runs at one source are not begun', async () => {
  const file = await bigTable(20_000)
  await using app = await startApp({ clock: () => NOW })
  const source = await openFile(app.client, file)
  const first = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  const second = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  await app.client.call('cleanup.start', { dryRunId: first.dryRunId }, signal)
  await expect(app.client.call('cleanup.start', { dryRunId: second.dryRunId }, signal)).rejects.toMatchObject({ code: 'STORE_BUSY' })
  await app.client.call('cleanup.pause', { runId: first.dryRunId }, signal)
  await expect.poll(async () => (await app.client.call('cleanup.report', { runId: first.dryRunId }, signal)).state, { timeout: 15_000 }).toBe('paused')
  const held = rowsOf(file).length
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(rowsOf(file)).toHaveLength(held)
  await app.client.call('cleanup.resume', { runId: first.dryRunId }, signal)
  const stopped = await app.client.call('cleanup.stop', { runId: first.dryRunId }, signal)
  expect(stopped).toMatchObject({ state: 'stopped', canUndo: true })
  expect(stopped.counts.left).toBe(rowsOf(file).length)
  expect(sum(stopped)).toBe(0)
  // The other one finds gone what the first has done, and does the rest.
  await app.client.call('cleanup.start', { dryRunId: second.dryRunId, pace: 'full' }, signal)
  const { report } = await settled(app.client, second.dryRunId)
  expect(report).toMatchObject({ state: 'done', counts: { done: stopped.counts.left, gone: stopped.counts.done, left: 0 } })
  expect(rowsOf(file)).toHaveLength(0)
})

describe.skipIf(whyNoRedis() !== null)('a Redis server of its own', () => {
  const SESSIONS = 5000

  async function fill(redis: TestRedis): Promise<void> {
    const pipeline = redis.app.pipeline()
    for (let index = 0; index < SESSIONS; index++) pipeline.set(`:1:django.contrib.sessions.cachek${index}`, Buffer.from('\x80\x04}\x94.', 'latin1'), 'EX', 3600)
    await pipeline.exec()
  }

  const keysOf = async (redis: TestRedis): Promise<number> => redis.app.dbsize()

  test.each(['stopped for a while (SIGSTOP)', 'killed and started again'])('%s in the middle: the run waits, goes on, and accounts for every session', async (what) => {
    await using redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
    await fill(redis)
    await using app = await startApp()
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: `redis://127.0.0.1:${redis.port}/0` } }, signal)
    const found = await dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'key:*' }], action: DELETE })
    expect(found.matched).toBe(SESSIONS)
    const report = await hit(app, found.dryRunId, async () => {
      if (what.startsWith('stopped')) {
        redis.freeze()
        setTimeout(() => redis.thaw(), 1500)
      } else {
        await redis.kill()
        setTimeout(() => void redis.restart(), 500)
      }
    })
    expect(report, JSON.stringify(report.reason)).toMatchObject({ state: 'done', counts: { matched: SESSIONS, left: 0, failed: 0, unknown: 0 } })
    expect(sum(report)).toBe(0)
    expect(await keysOf(redis)).toBe(0)
    await undo(app.client, { runId: found.dryRunId, pace: 'full' })
    expect(await keysOf(redis)).toBe(SESSIONS)
    expect(app.reported).toEqual([])
  })
})
