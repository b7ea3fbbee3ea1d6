import { createCipheriv } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { DELETE, clean, dryRun, openFile, rowsOf } from '../support/cleanup.ts'
import type { CliWorld } from '../support/cli.ts'
import { createCliWorld } from '../support/cli.ts'
import { TABLE_KEY, makeSessionTable } from '../support/session-table.ts'

const ENDED = Date.UTC(2020, 0, 1)
const LASTS = Date.UTC(2099, 0, 1)
const KEYS = { secretKey: TABLE_KEY, fallbacks: [] }
const SESSIONS = 3
const OPEN = { kind: 'query' as const, where: 'key:*' }

/** Text that hardly shrinks, the same each time. */
const noise = (bytes: number, seed: number): string => createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16, seed)).update(Buffer.alloc(Math.ceil(bytes * 0.75))).toString('base64')

function makeTable(world: CliWorld, name: string, count: number, expireDate = ENDED): string {
  const path = join(world.dataFolder, `${name}.sqlite3`)
  makeSessionTable(path, Array.from({ length: count }, (_, index) => ({ key: `${name}${String(index).padStart(5, '0')}`, json: `{"_auth_user_id":"${index}"}`, expireDate })))
  return path
}

test('trash lists what runs removed, newest first, by source and text; undo --key puts back one of them', async () => {
  const world = await createCliWorld()
  const [shop, blog] = [makeTable(world, 'shop', 3), makeTable(world, 'blog', 2)]
  const before = rowsOf(shop)
  const run = (await world.run(['delete', `sqlite://${shop}`, '--expired', '--yes', '--json'])).json() as { journal: string; run: string }
  await world.run(['delete', `sqlite://${blog}`, '--expired', '--yes', '--json', '--now', new Date(Date.now() + 60_000).toISOString()])

  const all = await world.run(['trash', '--json'])
  expect([all.exit, all.err]).toEqual([0, ''])
  expect(all.lines()).toHaveLength(5)
  expect(all.lines().map((line) => (line as { source: string }).source)).toEqual(['blog.sqlite3', 'blog.sqlite3', 'shop.sqlite3', 'shop.sqlite3', 'shop.sqlite3'])
  expect(all.lines()[2]).toMatchObject({ key: 'shop00000', run: run.run, owner: { id: '0', username: null }, expireDate: '2020-01-01T00:00:00Z', remainingSeconds: expect.any(Number) as number, removedAt: expect.stringMatching(/Z$/) as string, keptUntil: expect.stringMatching(/Z$/) as string, why: 'Sessions whose end has passed are deleted.' })
  const keys = async (...args: readonly string[]): Promise<readonly string[]> => (await world.run(['trash', '--json', ...args])).lines().map((line) => (line as { key: string }).key)
  expect(await keys('--source', `sqlite://${shop}`)).toEqual(['shop00000', 'shop00001', 'shop00002'])
  expect(await keys('--find', '#1')).toEqual(['blog00001', 'shop00001'])
  expect(await keys('--find', 'OP00002')).toEqual(['shop00002'])
  expect(await keys('--limit', '3')).toEqual(['blog00000', 'blog00001', 'shop00000'])
  expect(await keys(run.journal)).toEqual(['shop00000', 'shop00001', 'shop00002'])
  const table = await world.run(['trash', '--find', 'shop00002'])
  expect(table.out.split('\n')).toHaveLength(3)
  expect(table.out).toMatch(/^REMOVED .*\n20.*ended.*#2 .*shop00002\n$/)
  expect(await world.run(['trash', join(world.dataFolder, 'nothing')])).toMatchObject({ exit: 1, err: expect.stringContaining('no such folder of runs') as string })

  expect(await world.run(['undo', run.journal, '--key', 'shop00009', '--yes'])).toMatchObject({ exit: 1, err: expect.stringContaining('keeps no session shop00009') as string })
  const undone = await world.run(['undo', run.journal, '--key', 'shop00001', '--yes', '--json'])
  expect([undone.exit, undone.json()], undone.err).toMatchObject([0, { matched: 1, changed: 1 }])
  expect(rowsOf(shop)).toEqual([before[1]])
  expect(await keys(run.journal)).toEqual(['shop00000', 'shop00002'])
})

test('retention is told and changed; a shorter time that would forget kept runs needs a yes', async () => {
  const world = await createCliWorld()
  expect(await world.run(['retention'])).toMatchObject({ exit: 0, out: 'What runs remove is kept for 7 days, up to 1024 MB of each run.\n' })
  expect((await world.run(['retention', '--days', '30', '--megabytes', '64', '--json'])).json()).toEqual({ v: 1, days: 30, megabytes: 64 })
  const path = makeTable(world, 'shop', 2)
  const tenDaysAgo = new Date(Date.now() - 10 * 86_400_000).toISOString()
  await world.run(['delete', `sqlite://${path}`, '--expired', '--yes', '--now', tenDaysAgo])
  expect(await world.run(['retention', '--days', '3'])).toMatchObject({ exit: 5, err: expect.stringContaining('1 kept run would be forgotten') as string })
  expect((await world.run(['trash', '--json'])).lines()).toHaveLength(2)
  expect((await world.run(['retention', '--days', '20', '--json'])).json()).toEqual({ v: 1, days: 20, megabytes: 64 })
  expect((await world.run(['retention', '--days', '3', '--yes'])).exit).toBe(0)
  expect((await world.run(['trash', '--json'])).lines()).toHaveLength(0)
  for (const wrong of [['--days', '-1'], ['--days', '400'], ['--megabytes', '0'], ['--days', 'x']]) expect((await world.run(['retention', ...wrong])).exit).toBe(2)
})

test('a copy that a window began is resumed on the command line: both stores are opened, each with its own key, and the name of the one that is written is asked for', async () => {
  const world = await createCliWorld()
  const [from, to] = [join(world.dataFolder, 'from.sqlite3'), makeTable(world, 'to', 0)]
  // Large ones: two are a part of the list.
  makeSessionTable(from, Array.from({ length: SESSIONS }, (_, index) => ({ key: `from${index}`, json: `{"text":"${noise(3_500_000, index)}"}`, expireDate: LASTS })))
  let folder = ''
  {
    await using app = await startApp({ dataFolder: world.dataFolder })
    const [source, target] = [await openFile(app.client, from, KEYS), await openFile(app.client, to, { secretKey: 'the-other-key', fallbacks: [] })]
    const found = await dryRun(app.client, { sourceId: source.id, rules: [OPEN], action: { kind: 'copy', to: target.id } })
    await app.client.call('cleanup.start', { dryRunId: found.dryRunId })
    // The part that is under way is done; the next one is not begun.
    folder = (await app.client.call('cleanup.stop', { runId: found.dryRunId })).folder
    await app.client.call('sources.setEnvironment', { sourceId: target.id, environment: 'staging' })
  }
  const copied = rowsOf(to).length
  expect(copied).toBeLessThan(SESSIONS)
  const left = SESSIONS - copied
  const key = { env: { TO_KEY: 'the-other-key' } }
  expect((await world.run(['resume', folder, '--dry-run', '--json'])).json()).toMatchObject({ matched: left })
  expect(await world.run(['resume', folder, '--yes', '--to-secret-key-env', 'TO_KEY'], key)).toMatchObject({ exit: 5, err: expect.stringContaining(`--confirm to.sqlite3:${left}`) as string })
  // Without the key of the other store nothing is begun, and how it is given is told.
  expect(await world.run(['resume', folder, '--yes', '--confirm', `to.sqlite3:${left}`])).toMatchObject({ exit: 1, err: expect.stringContaining('--to-secret-key-env NAME') as string })
  expect(rowsOf(to)).toHaveLength(copied)
  const resumed = await world.run(['resume', folder, '--yes', '--confirm', `to.sqlite3:${left}`, '--to-secret-key-env', 'TO_KEY', '--full-speed', '--json'], key)
  expect([resumed.exit, resumed.json()], resumed.err).toMatchObject([0, { state: 'done', counts: { matched: SESSIONS, done: SESSIONS, left: 0 } }])
  expect(rowsOf(to)).toHaveLength(SESSIONS)
  expect(rowsOf(from)).toHaveLength(SESSIONS)
  const shown = await world.run(['show', `sqlite://${to}`, 'from2', '--json'], { env: { COATCHECK_SECRET_KEY: 'the-other-key' } })
  expect(shown.json()).toMatchObject({ signature: { state: 'valid' } })
  const undone = await world.run(['undo', folder, '--yes', '--confirm', `to.sqlite3:${SESSIONS}`, '--full-speed'])
  expect(undone.exit, undone.err).toBe(0)
  expect(rowsOf(to)).toHaveLength(0)
})

test('a run that deletes in a copy’s folder is not taken for one', async () => {
  const world = await createCliWorld()
  const path = makeTable(world, 'shop', 1)
  await using app = await startApp({ dataFolder: world.dataFolder })
  const source = await openFile(app.client, path, KEYS)
  const report = await clean(app.client, { sourceId: source.id, rules: [OPEN], action: DELETE })
  expect(report).toMatchObject({ copyTarget: null, writtenId: source.id })
})
