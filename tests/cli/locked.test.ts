import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../support/app.ts'
import { createCliWorld } from '../support/cli.ts'
import { makeSessionTable } from '../support/session-table.ts'
import type { CliWorld } from '../support/cli.ts'
import { saying } from '../support/saying.ts'

/** A file that people have labelled: the lock is the same for every kind of source. */
async function labelled(world: CliWorld): Promise<string> {
  const path = join(world.dataFolder, 'shop.sqlite3')
  makeSessionTable(path, [{ key: 'k1', json: '{"n":1}', expireDate: Date.UTC(2027, 0, 1) }, { key: 'k2', json: '{"n":2}', expireDate: Date.UTC(2027, 0, 1) }])
  await using app = await startApp({ dataFolder: world.dataFolder })
  const source = await app.client.call('sources.open', { target: { kind: 'url', url: `sqlite://${path}` } })
  expect(source).toMatchObject({ environment: 'local', lock: 'none', readOnlyReason: null })
  expect(await app.client.call('sources.setEnvironment', { sourceId: source.id, environment: 'production' })).toMatchObject({ environment: 'production', lock: 'locked', readOnlyReason: saying(/labelled production/) })
  return path
}

test('what is not local is changed only where its name and the count are typed', async () => {
  const world = await createCliWorld()
  const path = await labelled(world)
  const url = `sqlite://${path}`
  const count = async (): Promise<unknown> => (await world.run(['count', url, '--json'])).json()
  const refused = await world.run(['delete', url, 'k1', 'k2', '--yes'])
  expect(refused).toMatchObject({ exit: 5, err: expect.stringContaining('--confirm shop.sqlite3:2') as string })
  for (const wrong of ['shop.sqlite3:1', 'shop:2']) expect((await world.run(['delete', url, 'k1', 'k2', '--yes', '--confirm', wrong])).exit).toBe(5)
  expect((await world.run(['delete', url, 'k1', '--yes', '--confirm', 'shop.sqlite3'])).exit).toBe(2)
  expect((await world.run(['delete', url, 'k1', 'k2', '--dry-run'])).exit).toBe(0)
  expect(await count()).toMatchObject({ count: 2 })

  const journal = join(world.dataFolder, 'undo.jsonl')
  expect((await world.run(['delete', url, 'k1', 'k2', '--yes', '--confirm', 'shop.sqlite3:2', '--journal', journal])).exit).toBe(0)
  expect(await count()).toMatchObject({ count: 0 })
  expect((await world.run(['undo', journal, '--yes'])).exit).toBe(5)
  expect((await world.run(['undo', journal, '--yes', '--confirm', 'shop.sqlite3:1'])).exit).toBe(5)
  expect((await world.run(['undo', journal, '--yes', '--confirm', 'shop.sqlite3:2'])).exit).toBe(0)
  expect(await count()).toMatchObject({ count: 2 })
})
