import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { rowsOf } from '../support/cleanup.ts'
import { createCliWorld } from '../support/cli.ts'
import { makeSessionTable } from '../support/session-table.ts'

test('a run at a source that is not local is resumed with its name and the number of what is left, which the refusal and a dry run tell', async () => {
  const world = await createCliWorld()
  const path = join(world.dataFolder, 'shop.sqlite3')
  makeSessionTable(path, Array.from({ length: 2500 }, (_, index) => ({ key: `k${index}`, json: '{"n":1}', expireDate: Date.UTC(2020, 0, 1) })))
  const before = rowsOf(path)
  const database = new Database(path)
  // The first part goes but for two rows, the second one not at all.
  database.exec("CREATE TABLE cart (session_key REFERENCES django_session (session_key)); INSERT INTO cart SELECT session_key FROM django_session ORDER BY rowid LIMIT 2; INSERT INTO cart SELECT session_key FROM django_session ORDER BY rowid LIMIT -1 OFFSET 2000")
  {
    await using app = await startApp({ dataFolder: world.dataFolder })
    const source = await app.client.call('sources.open', { target: { kind: 'url', url: `sqlite://${path}` } })
    await app.client.call('sources.setEnvironment', { sourceId: source.id, environment: 'production' })
  }
  const runs = join(world.dataFolder, 'runs')
  const first = await world.run(['delete', `sqlite://${path}`, '--expired', '--yes', '--confirm', 'shop.sqlite3:2500', '--journal', runs, '--full-speed', '--json'])
  expect([first.exit, first.json()], first.err).toMatchObject([1, { state: 'interrupted', counts: { matched: 2500, done: 1998, failed: 2, left: 500 } }])

  expect((await world.run(['resume', runs, '--dry-run', '--json'])).json()).toMatchObject({ matched: 502, dryRun: true })
  expect(await world.run(['resume', runs, '--yes'])).toMatchObject({ exit: 5, err: expect.stringContaining('--confirm shop.sqlite3:502') as string })
  for (const wrong of ['shop.sqlite3:500', 'shop.sqlite3:2500', 'shop:502']) expect((await world.run(['resume', runs, '--yes', '--confirm', wrong])).exit).toBe(5)
  database.exec('DELETE FROM cart')
  database.close()
  const resumed = await world.run(['resume', runs, '--yes', '--confirm', 'shop.sqlite3:502', '--json'])
  expect([resumed.exit, resumed.json()], resumed.err).toMatchObject([0, { state: 'done', counts: { matched: 2500, done: 2500, failed: 0, left: 0 } }])
  expect(rowsOf(path)).toHaveLength(0)

  expect((await world.run(['undo', runs, '--yes', '--confirm', 'shop.sqlite3:502'])).exit).toBe(5)
  expect((await world.run(['undo', runs, '--yes', '--confirm', 'shop.sqlite3:2500', '--full-speed'])).exit).toBe(0)
  expect(rowsOf(path)).toEqual(before)
})
