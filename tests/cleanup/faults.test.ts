import Database from 'better-sqlite3'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DryRun } from '../../shared/model/cleanup.ts'
import type { Source } from '../../shared/model/source.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, dryRun, heldInTheMiddle, openFile, rowsOf, settled, unaccounted, undo } from '../support/cleanup.ts'
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
  const file = await bigTable(7000)
  await using app = await startApp({ clock: () => NOW })
  const before = rowsOf(file)
  const source = await openFile(app.client, file)
  const { dryRunId } = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  const database = new Database(file)
  await heldInTheMiddle(app.client, dryRunId)
  database.exec("CREATE TRIGGER no_more BEFORE DELETE ON django_session BEGIN SELECT RAISE(ABORT, 'no'); END")
  await app.client.call('cleanup.resume', { runId: dryRunId }, signal)
  const { report } = await settled(app.client, dryRunId)
  expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true })
  expect(unaccounted(report)).toBe(0)
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
  const file = await bigTable(9000)
  await using app = await startApp({ clock: () => NOW })
  const source = await openFile(app.client, file)
  const first = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  const second = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  await app.client.call('cleanup.start', { dryRunId: first.dryRunId }, signal)
  await expect(app.client.call('cleanup.start', { dryRunId: second.dryRunId }, signal)).rejects.toMatchObject({ code: 'STORE_BUSY' })
  await app.client.call('cleanup.pause', { runId: first.dryRunId }, signal)
  await expect.poll(async () => (await app.client.call('cleanup.report', { runId: first.dryRunId }, signal)).state, { timeout: 15_000 }).toBe('paused')
  const held = rowsOf(file).length
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(rowsOf(file)).toHaveLength(held)
  await app.client.call('cleanup.resume', { runId: first.dryRunId }, signal)
  const stopped = await app.client.call('cleanup.stop', { runId: first.dryRunId }, signal)
  expect(stopped).toMatchObject({ state: 'stopped', canUndo: true })
  expect(stopped.counts.left).toBe(rowsOf(file).length)
  expect(unaccounted(stopped)).toBe(0)
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

  const open = (app: TestApp, redis: TestRedis): Promise<Source> => app.client.call('sources.open', { target: { kind: 'url', url: `redis://127.0.0.1:${redis.port}/0` } }, signal)

  async function look(app: TestApp, redis: TestRedis): Promise<DryRun> {
    const { id } = await open(app, redis)
    const found = await dryRun(app.client, { sourceId: id, rules: [{ kind: 'query', where: 'key:*' }], action: DELETE })
    expect(found.matched).toBe(SESSIONS)
    return found
  }

  const keysOf = async (redis: TestRedis): Promise<number> => redis.app.dbsize()

  test('stopped for a while (SIGSTOP) in the middle: the run waits, goes on, and accounts for every session', async () => {
    await using redis = await startRedis()
    await fill(redis)
    await using app = await startApp()
    const found = await look(app, redis)
    await heldInTheMiddle(app.client, found.dryRunId)
    redis.freeze()
    await app.client.call('cleanup.resume', { runId: found.dryRunId }, signal)
    for await (const { state } of app.client.stream('cleanup.watch', { runId: found.dryRunId }, signal)) if (state === 'waiting') redis.thaw()
    const report = await app.client.call('cleanup.report', { runId: found.dryRunId }, signal)
    expect(report, JSON.stringify(report.reason)).toMatchObject({ state: 'done', counts: { matched: SESSIONS, left: 0, failed: 0, unknown: 0 } })
    expect(unaccounted(report)).toBe(0)
    expect(await keysOf(redis)).toBe(0)
    await undo(app.client, { runId: found.dryRunId, pace: 'full' })
    expect(await keysOf(redis)).toBe(SESSIONS)
    expect(app.reported).toEqual([])
  })

  test('killed and started again in the middle: another server to all that is known, so the run is interrupted; opened anew it is resumed', async () => {
    await using redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'no'] })
    await fill(redis)
    await using app = await startApp()
    const found = await look(app, redis)
    await heldInTheMiddle(app.client, found.dryRunId)
    await Promise.all([app.client.call('cleanup.resume', { runId: found.dryRunId }, signal), redis.kill().then(() => redis.restart())])
    const { report } = await settled(app.client, found.dryRunId)
    expect(unaccounted(report)).toBe(0)
    expect(report).toMatchObject({ state: 'interrupted', canResume: true, canUndo: true })
    const left = await keysOf(redis)
    expect(left).toBeGreaterThan(0)
    await app.client.call('sources.close', { sourceId: found.sourceId }, signal)
    await open(app, redis)
    await app.client.call('cleanup.resume', { runId: found.dryRunId }, signal)
    expect((await settled(app.client, found.dryRunId)).report).toMatchObject({ state: 'done', counts: { done: SESSIONS, left: 0, failed: 0, unknown: 0 } })
    expect(await keysOf(redis)).toBe(0)
    await undo(app.client, { runId: found.dryRunId, pace: 'full' })
    expect(await keysOf(redis)).toBe(SESSIONS)
    expect(app.reported).toEqual([])
  })
})
