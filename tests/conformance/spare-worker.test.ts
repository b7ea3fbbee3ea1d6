import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openInWorker } from '../../electron/core/connections/remote-store.ts'
import { createSpareWorker } from '../../electron/core/connections/spare-worker.ts'
import type { SpareWorker } from '../../electron/core/connections/spare-worker.ts'
import { never } from './store/harness.ts'
import { STORE_WORKER, makeTempFolder, profileOf } from './store/sqlite-harness.ts'
import type { TempFolder } from './store/sqlite-harness.ts'

let folder: TempFolder
let spare: SpareWorker
beforeEach(async () => {
  folder = await makeTempFolder()
  spare = createSpareWorker(STORE_WORKER)
})
afterEach(async () => {
  await spare.close()
  await folder[Symbol.asyncDispose]()
})

const onLost = (error: Error): never => { throw error }
function makeDatabase(): string {
  const path = folder.database('db.sqlite3')
  const app = new Database(path)
  app.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run('abc', 'e30', '2026-11-21 10:00:00')
  app.close()
  return path
}

it('a thread that was started ahead opens a store as one of its own would, once', async () => {
  const profile = profileOf(makeDatabase())
  spare.warm()
  spare.warm()
  const first = await openInWorker({ worker: new URL('file:///none/none.js'), spare, profile, onLost })
  expect((await first.read('abc', never))?.key).toBe('abc')
  await first[Symbol.asyncDispose]()
  expect(spare.take()).toBeNull()
  const second = await openInWorker({ worker: STORE_WORKER, spare, profile, onLost })
  expect((await second.listPage({ order: { by: 'key', direction: 'asc' }, cursor: null, limit: 5 }, never)).keys).toEqual(['abc'])
  await second[Symbol.asyncDispose]()
})

it('what keeps a store from opening is told as ever', async () => {
  spare.warm()
  await expect(openInWorker({ worker: STORE_WORKER, spare, profile: profileOf(`${folder.path}/none`), onLost })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
})

it('is closed with the program, and starts nothing after that', async () => {
  spare.warm()
  await spare.close()
  spare.warm()
  expect(spare.take()).toBeNull()
})
