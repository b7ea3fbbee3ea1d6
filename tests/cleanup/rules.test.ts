import Database from 'better-sqlite3'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { CleanupAction, CleanupRule } from '../../shared/model/cleanup.ts'
import type { Source } from '../../shared/model/source.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, dryRun, openFile, rowsOf, undo } from '../support/cleanup.ts'
import { TABLE_KEY, makeSessionTable, readRow } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const DAY = 86_400_000
const { signal } = new AbortController()
const user = (id: number): string => `{"_auth_user_id":"${id}","_auth_user_backend":"b","_auth_user_hash":"h"}`

let app: TestApp
let file: string
let source: Source

beforeEach(async () => {
  app = await startApp({ clock: () => NOW })
  file = join(await mkdtemp(join(tmpdir(), 'coatcheck-rules-')), 'db.sqlite3')
  makeSessionTable(file, [
    { key: 'ana-new', json: user(1), expireDate: NOW + 9 * DAY, savedAt: NOW - DAY },
    { key: 'ana-mid', json: user(1), expireDate: NOW + 8 * DAY, savedAt: NOW - 5 * DAY },
    { key: 'ana-old', json: user(1), expireDate: NOW - DAY, savedAt: NOW - 40 * DAY },
    { key: 'ben-new', json: user(2), expireDate: NOW + 7 * DAY, savedAt: NOW - 2 * DAY },
    { key: 'nobody', json: '{"cart":[1,2,3]}', expireDate: NOW + 6 * DAY, savedAt: NOW - 3 * DAY },
    { key: 'empty', json: '{}', expireDate: NOW - 2 * DAY, savedAt: NOW - 16 * DAY },
    { key: 'large', json: `{"_auth_user_id":"3","text":"${Array.from({ length: 400 }, (_, index) => (index * 7919).toString(36)).join('')}"}`, expireDate: NOW + DAY, savedAt: NOW - 4 * DAY },
  ])
  const database = new Database(file)
  database.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run('broken', 'not:a:session', '2026-08-30 00:00:00')
  database.close()
  source = await openFile(app.client, file, { secretKey: TABLE_KEY, fallbacks: [] })
  return () => app[Symbol.asyncDispose]()
})

const keys = (): string[] => rowsOf(file).map((row) => (row as { session_key: string }).session_key)
const matched = async (...rules: CleanupRule[]): Promise<string[]> => {
  const before = keys()
  const report = await clean(app.client, { sourceId: source.id, rules, action: DELETE }, { pace: 'full' })
  const left = new Set(keys())
  await undo(app.client, { runId: report.runId, pace: 'full' })
  expect(keys()).toEqual(before)
  return before.filter((key) => !left.has(key))
}

test('who is signed out had a live session; whose data cannot be read is nobody’s by no count', async () => {
  const found = await dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'expires<+156h' }], action: DELETE })
  expect(found).toMatchObject({ matched: 5, live: 2, anonymous: 2, users: { count: 2 } })
  expect(found.warnings).toContainEqual(expect.objectContaining({ params: { count: 2, users: 1 } }))
})

test('each rule finds what it says, and several find what fits all of them', async () => {
  expect(await matched(EXPIRED)).toEqual(['ana-old', 'broken', 'empty'])
  expect(await matched({ kind: 'anonymous' })).toEqual(['empty', 'nobody'])
  expect(await matched({ kind: 'empty' })).toEqual(['empty'])
  expect(await matched({ kind: 'undecodable' })).toEqual(['broken'])
  expect(await matched({ kind: 'owners', users: ['#1'] })).toEqual(['ana-mid', 'ana-new', 'ana-old'])
  expect(await matched({ kind: 'keep-newest', count: 1 })).toEqual(['ana-mid', 'ana-old'])
  expect(await matched({ kind: 'size-over', bytes: 700 })).toEqual(['large'])
  expect(await matched({ kind: 'older-than', seconds: 30 * 86_400 })).toEqual(['ana-old'])
  expect(await matched({ kind: 'query', where: 'has:cart' })).toEqual(['nobody'])
  expect(await matched({ kind: 'keep-newest', count: 1 }, EXPIRED)).toEqual(['ana-old'])
  expect(await matched({ kind: 'selection', sessions: [{ key: 'nobody', ifEtag: null }, { key: 'none', ifEtag: null }, { key: 'large', ifEtag: 'another' }] })).toEqual(['nobody'])
}, 60_000)

test('nothing to clean is explained, and cannot be started', async () => {
  const found = await dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'size-over', bytes: 1_000_000 }], action: DELETE })
  expect(found).toMatchObject({ matched: 0, nothing: { id: 'cleanup.nothing.other' } })
  await expect(app.client.call('cleanup.start', { dryRunId: found.dryRunId }, signal)).rejects.toMatchObject({ code: 'NOTHING_TO_CHANGE' })
})

test('what changed or came after the dry run stays, and is reported', async () => {
  const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  const database = new Database(file)
  database.exec("UPDATE django_session SET expire_date = '2027-01-01 00:00:00' WHERE session_key = 'ana-old'; DELETE FROM django_session WHERE session_key = 'empty'")
  database.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run('late', 'x', '2026-01-01 00:00:00')
  database.close()
  await app.client.call('cleanup.start', { dryRunId: found.dryRunId }, signal)
  for await (const event of app.client.stream('cleanup.watch', { runId: found.dryRunId }, signal)) expect(event.counts.matched).toBe(3)
  const report = await app.client.call('cleanup.report', { runId: found.dryRunId }, signal)
  expect(report.counts).toMatchObject({ done: 1, changed: 1, gone: 1, left: 0 })
  expect((await app.client.call('cleanup.exceptions', { runId: found.dryRunId, offset: 0, limit: 10 }, signal)).exceptions.map(({ key, outcome }) => [key, outcome])).toEqual([['ana-old', 'conflict'], ['empty', 'gone']])
  expect(keys()).toContain('late')
  expect(keys()).not.toContain('broken')
})

test.each<[string, CleanupAction, number]>([
  ['ends them now', { kind: 'expire', expiry: { kind: 'now' } }, 3],
  ['gives them another end', { kind: 'expire', expiry: { kind: 'in', seconds: 3600 } }, 3],
  ['lets them live longer', { kind: 'extend', seconds: 30 * 86_400 }, 3],
  ['sets a key', { kind: 'set-key', name: 'note', value: '{"a":[1,2]}' }, 3],
  ['removes a key', { kind: 'remove-key', name: '_auth_user_hash' }, 3],
  ['signs them anew', { kind: 're-sign' }, 3],
])('an action %s, and undo takes it back byte for byte', async (_, action, count) => {
  const before = rowsOf(file)
  const report = await clean(app.client, { sourceId: source.id, rules: [{ kind: 'owners', users: ['#1'] }], action })
  expect(report, JSON.stringify(report.reason)).toMatchObject({ state: 'done', counts: { done: count, left: 0 } })
  expect(rowsOf(file)).not.toEqual(before)
  if (action.kind === 'expire' && action.expiry.kind === 'now') expect(readRow(file, 'ana-new')?.expire_date).toMatch(/^2026-(08-31|09-01)/)
  await undo(app.client, { runId: report.runId })
  expect(rowsOf(file)).toEqual(before)
  expect(app.reported).toEqual([])
})

test('a value that cannot be read is refused by the dry run, with its place', async () => {
  await expect(dryRun(app.client, { sourceId: source.id, rules: [{ kind: 'owners', users: ['#1'] }], action: { kind: 'set-key', name: 'note', value: '[1,None]' } })).rejects.toMatchObject({ code: 'DATA_INVALID', details: { position: 3 } })
})

test('copies go to another store of the same form, only where nothing stands, and undo takes them away', async () => {
  const other = join(await mkdtemp(join(tmpdir(), 'coatcheck-copy-')), 'other.sqlite3')
  makeSessionTable(other, [{ key: 'ben-new', json: '{"n":1}', expireDate: NOW + DAY }])
  const to = await openFile(app.client, other, { secretKey: TABLE_KEY, fallbacks: [] })
  const before = rowsOf(other)
  const report = await clean(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'user:any' }], action: { kind: 'copy', to: to.id } })
  expect(report.counts).toMatchObject({ matched: 5, done: 3, exists: 1, skipped: 1 })
  expect(readRow(other, 'ana-new')?.expire_date).toBe(readRow(file, 'ana-new')?.expire_date)
  await undo(app.client, { runId: report.runId })
  expect(rowsOf(other)).toEqual(before)
})

test('a source that is labelled production needs its name, is unlocked for the run only, and is locked after it', async () => {
  await app.client.call('sources.setEnvironment', { sourceId: source.id, environment: 'production' }, signal)
  const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  expect(found.confirmName).toBe(source.name)
  await expect(app.client.call('cleanup.start', { dryRunId: found.dryRunId, name: 'other' }, signal)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
  expect(keys()).toContain('empty')
  await app.client.call('cleanup.start', { dryRunId: found.dryRunId, name: source.name }, signal)
  for await (const event of app.client.stream('cleanup.watch', { runId: found.dryRunId }, signal)) void event
  expect(keys()).not.toContain('empty')
  await expect.poll(async () => (await app.client.call('sources.list', {}, signal)).open[0]?.lock).toBe('locked')
})

test('forgetting a run, and letting its time pass, ends its undo', async () => {
  const report = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  expect((await app.client.call('cleanup.list', {}, signal)).map(({ runId }) => runId)).toEqual([report.runId])
  await app.client.call('cleanup.forget', { runId: report.runId }, signal)
  expect(await app.client.call('cleanup.list', {}, signal)).toEqual([])
  await expect(app.client.call('cleanup.undo', { runId: report.runId }, signal)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('after a restart, an undo still tells what it has put back, and what it has left', async () => {
  const runsFolder = await mkdtemp(join(tmpdir(), 'coatcheck-runs-'))
  const runId = await (async () => {
    await using first = await startApp({ clock: () => NOW, runsFolder })
    const opened = await openFile(first.client, file, { secretKey: TABLE_KEY, fallbacks: [] })
    const report = await clean(first.client, { sourceId: opened.id, rules: [EXPIRED], action: DELETE })
    const database = new Database(file)
    database.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run('empty', 'back again', '2026-10-30 00:00:00')
    database.close()
    await undo(first.client, { runId: report.runId })
    return report.runId
  })()
  await using second = await startApp({ clock: () => NOW, runsFolder })
  expect(await second.client.call('cleanup.report', { runId }, signal)).toMatchObject({ kind: 'undo', undone: 2, counts: { matched: 3, done: 2, exists: 1, left: 0 } })
})

test('what is not Coatcheck’s own is never removed from where runs are kept', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'coatcheck-mine-'))
  await mkdir(join(runs, 'precious'))
  await writeFile(join(runs, 'precious', 'file'), 'mine')
  await using other = await startApp({ clock: () => NOW, runsFolder: runs })
  const there = await openFile(other.client, file)
  await dryRun(other.client, { sourceId: there.id, rules: [EXPIRED], action: DELETE })
  await other.client.call('cleanup.list', {}, signal)
  expect(await readFile(join(runs, 'precious', 'file'), 'utf8')).toBe('mine')
})

test('beside each of several rules is what it fits by itself; ends are counted by month, with those that stay', async () => {
  const found = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED, { kind: 'anonymous' }, { kind: 'query', where: 'cart.0=1' }, { kind: 'older-than', seconds: 30 * 86_400 }], action: DELETE })
  expect(found.alone).toEqual([3, 2, null, 1])
  expect((await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })).alone).toEqual([3])
  const { ends } = await dryRun(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE })
  expect(ends).toEqual({ unit: 'month', bins: [{ from: Date.UTC(2026, 7, 1), matched: 3, stays: 0 }, { from: Date.UTC(2026, 8, 1), matched: 0, stays: 5 }], before: { matched: 0, stays: 0 }, after: { matched: 0, stays: 0 } })
})
