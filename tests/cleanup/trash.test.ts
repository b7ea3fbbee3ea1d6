import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Source } from '../../shared/model/source.ts'
import type { TrashStep, TrashedSession } from '../../shared/model/trash.ts'
import type { Client } from '../../shared/rpc/client.ts'
import type { TestApp } from '../support/app.ts'
import { startApp } from '../support/app.ts'
import { DELETE, EXPIRED, clean, openFile, rowsOf, undo } from '../support/cleanup.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'

const NOW = Date.parse('2026-09-01T00:00:00Z')
const DAY = 86_400_000
const { signal } = new AbortController()
const CART = '{\n  "cart": [\n    1\n  ]\n}'
const user = (id: number): string => `{"_auth_user_id":"${id}","_auth_user_backend":"b","_auth_user_hash":"h"}`

let app: TestApp
let now = NOW
let folder: string

beforeEach(async () => {
  now = NOW
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-trash-'))
  app = await startApp({ clock: () => now })
  return () => app[Symbol.asyncDispose]()
})

async function table(name: string, rows: Parameters<typeof makeSessionTable>[1]): Promise<{ readonly file: string; readonly source: Source }> {
  const file = join(folder, `${name}.sqlite3`)
  makeSessionTable(file, rows)
  return { file, source: await openFile(app.client, file, { secretKey: TABLE_KEY, fallbacks: [] }) }
}

interface Page { readonly sessions: readonly TrashedSession[]; readonly last: TrashStep }
async function page(client: Client, input: { readonly bundleIds?: string[]; readonly text?: string; readonly cursor?: string | null; readonly limit?: number } = {}): Promise<Page> {
  const sessions: TrashedSession[] = []
  let last: TrashStep | null = null
  for await (const step of client.stream('trash.sessions', { limit: 100, ...input }, signal)) {
    sessions.push(...step.sessions)
    last = step
  }
  if (last?.done !== true) throw new Error('It ended without its last event.')
  return { sessions, last }
}
const keysOf = ({ sessions }: Page): readonly string[] => sessions.map(({ key }) => key)

test('what runs and single deletions removed is listed over all sources, newest first, with whose it was and the life that is left', async () => {
  const one = await table('one', [{ key: 'ana', json: user(1), expireDate: NOW + DAY }, { key: 'old', json: '{}', expireDate: NOW - DAY }])
  const two = await table('two', [{ key: 'gone', json: '{"cart":[1]}', expireDate: NOW - 2 * DAY }, { key: 'stays', json: '{}', expireDate: NOW + DAY }])
  const first = await clean(app.client, { sourceId: one.source.id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
  now += 1000
  const second = await clean(app.client, { sourceId: two.source.id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
  now += 1000
  const plan = await app.client.call('changes.plan', { sourceId: one.source.id, change: { kind: 'delete', sessions: [{ key: 'ana', ifEtag: null }] } }, signal)
  const { changeId } = await app.client.call('changes.apply', { planId: plan.planId }, signal)
  // What does not remove is not in the trash.
  await clean(app.client, { sourceId: two.source.id, rules: [{ kind: 'query', where: 'key:stays' }], action: { kind: 'expire', expiry: { kind: 'now' } } }, { pace: 'full' })

  const bundles = await app.client.call('trash.bundles', {}, signal)
  expect(bundles).toMatchObject([
    { id: changeId, kind: 'deletion', sourceName: 'one.sqlite3', sourceId: one.source.id, count: 1, keptUntil: null, state: 'ready', removedAt: NOW + 2000, sentences: [{ id: 'changes.delete' }] },
    { id: second.runId, kind: 'run', sourceName: 'two.sqlite3', count: 1, keptUntil: NOW + 1000 + 7 * DAY, removedAt: NOW + 1000 },
    { id: first.runId, kind: 'run', sourceName: 'one.sqlite3', count: 1, keptUntil: NOW + 7 * DAY, removedAt: NOW },
  ])
  const all = await page(app.client)
  expect(all.sessions).toMatchObject([
    { bundleId: changeId, key: 'ana', userId: '1', remainingSeconds: 86_400 - 2 },
    { bundleId: second.runId, key: 'gone', userId: null, remainingSeconds: -2 * 86_400 - 2 },
    { bundleId: first.runId, key: 'old', userId: null },
  ])
  expect(keysOf(await page(app.client, { bundleIds: [first.runId] }))).toEqual(['old'])
  expect(keysOf(await page(app.client, { text: ' ON' }))).toEqual(['gone'])
  expect(keysOf(await page(app.client, { text: '#1' }))).toEqual(['ana'])

  const shown = await app.client.call('trash.show', { bundleId: second.runId, place: all.sessions[1]?.place ?? '' }, signal)
  expect(shown).toMatchObject({ isJudged: true, session: { key: 'gone' }, text: { data: CART, signature: { state: 'valid' } } })
  // Its source need not be open; then its keys do not judge.
  await app.client.call('sources.close', { sourceId: two.source.id }, signal)
  expect((await app.client.call('trash.bundles', {}, signal))[1]).toMatchObject({ sourceName: 'two.sqlite3', sourceId: null, count: 1 })
  expect(await app.client.call('trash.show', { bundleId: second.runId, place: all.sessions[1]?.place ?? '' }, signal)).toMatchObject({ isJudged: false, text: { data: CART, signature: { state: 'unchecked' } } })

  await app.client.call('changes.undo', { changeId: changeId ?? '' }, signal)
  await undo(app.client, { runId: first.runId, pace: 'full' })
  expect(keysOf(await page(app.client))).toEqual(['gone'])
  expect(await app.client.call('trash.bundles', {}, signal)).toHaveLength(1)
  await expect(app.client.call('trash.show', { bundleId: first.runId, place: '0.0' }, signal)).rejects.toMatchObject({ code: 'SESSION_GONE' })
})

test('pages follow each other over parts and runs without a gap or a repetition, also when one is put back in between', async () => {
  const rows = Array.from({ length: 2300 }, (_, index) => ({ key: `k${String(index).padStart(5, '0')}`, json: '{}', expireDate: NOW - DAY }))
  const { file, source } = await table('many', rows)
  await clean(app.client, { sourceId: source.id, rules: [{ kind: 'query', where: 'key:k0000*' }], action: DELETE }, { pace: 'full' })
  now += 1000
  const large = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE }, { pace: 'full' })
  expect(rowsOf(file)).toHaveLength(0)
  const seen: string[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < 20; pages++) {
    const next: Page = await page(app.client, { cursor, limit: 300 })
    seen.push(...keysOf(next))
    cursor = next.last.next
    if (pages === 2) await undo(app.client, { runId: large.runId, keys: ['k00020'], pace: 'full' })
    if (cursor === null) break
  }
  expect(seen).toHaveLength(2300)
  expect(new Set(seen).size).toBe(2300)
  // The run that was undone in part ended last; still each is there once.
  expect(keysOf(await page(app.client, { text: 'k00020' }))).toEqual([])
  expect(keysOf(await page(app.client, { text: 'k0002' }))).toHaveLength(9)
})

test('a run whose files are damaged, or whose key is gone, is named and hides no other', async () => {
  const one = await table('one', [{ key: 'a', json: '{}', expireDate: NOW - DAY }, { key: 'b', json: '{}', expireDate: NOW - DAY }, { key: 'c', json: '{}', expireDate: NOW - DAY }])
  const remove = (key: string) => clean(app.client, { sourceId: one.source.id, rules: [{ kind: 'query', where: `key:${key}` }], action: DELETE }, { pace: 'full' })
  const [damaged, locked, whole] = [await remove('a'), await remove('b'), await remove('c')]
  await writeFile(join(damaged.folder, 'list'), 'this is no list of a run')
  const manifest = join(locked.folder, 'run.json')
  await writeFile(manifest, JSON.stringify({ ...(JSON.parse(await readFile(manifest, 'utf8')) as object), key: { kind: 'vault', protection: 'passphrase' } }))
  await using next = await startApp({ clock: () => now, dataFolder: app.dataFolder })
  const states = (await next.client.call('trash.bundles', {}, signal)).map(({ id, state, count }) => [id, state, count])
  expect(states).toEqual(expect.arrayContaining([[damaged.runId, 'damaged', 0], [locked.runId, 'locked', 0], [whole.runId, 'ready', 1]]))
  expect(keysOf(await page(next.client))).toEqual(['c'])
  await rm(whole.folder, { recursive: true })
  expect(keysOf(await page(next.client))).toEqual([])
})
