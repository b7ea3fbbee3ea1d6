import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CoatcheckError } from '../../shared/errors.ts'
import Database from 'better-sqlite3'
import { openInWorker } from '../../electron/core/connections/remote-store.ts'
import { collect, makeRows, NOON, never, readAll } from './store/harness.ts'
import { STORE_WORKER, makeTempFolder, profileOf } from './store/sqlite-harness.ts'
import type { TempFolder } from './store/sqlite-harness.ts'

let folder: TempFolder
beforeEach(async () => { folder = await makeTempFolder() })
afterEach(async () => { await folder[Symbol.asyncDispose]() })

const unexpected = (error: Error): never => { throw error }
const order = { by: 'key', direction: 'asc' } as const

/** A worker that opens like a store's and then meets an end of its own. */
function dyingWorker(end: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', (message) => {
      if (message.name === 'open') parentPort.postMessage({ kind: 'reply', id: message.id, reply: { ok: true, value: null } })
      else if (message.name === 'listPage') setTimeout(() => { ${end} }, 20)
    })`)}`)
}

describe('a store’s worker that ends by itself', () => {
  it.each([
    ['by an exit', 'process.exit(3)', /has ended while reading a page, reading a session/],
    ['by an exception', 'throw new Error("secret of the worker")', /has ended while/],
    ['for want of memory', 'const all = []; for (;;) all.push(new Array(2e6).fill(0.5))', /more than 256 MB/],
  ])('%s: rejects all that was under way, tells it once, and others go on', async (_, end, message) => {
    const path = folder.database('db.sqlite3')
    const app = new Database(path)
    for (const row of makeRows(5)) app.prepare('INSERT INTO django_session VALUES (?, ?, ?)').run(row.key, row.data, '2026-11-21 10:00:00')
    app.close()
    const other = await openInWorker({ worker: STORE_WORKER, profile: profileOf(path), onLost: unexpected })
    const losses: CoatcheckError[] = []
    const store = await openInWorker({ worker: dyingWorker(end), profile: profileOf(path), onLost: (error) => losses.push(error) })
    const calls = await Promise.allSettled([
      store.listPage({ order, cursor: null, limit: 5 }, never),
      store.read('k', never),
      collect(store.tally({ order, every: 50, now: NOON }, never)),
    ])
    for (const call of calls) expect(call).toMatchObject({ status: 'rejected', reason: { code: 'WORKER_LOST' } })
    expect(losses).toHaveLength(1)
    expect(losses[0]).toMatchObject({ code: 'WORKER_LOST', message: expect.stringMatching(message) as string, details: { hint: expect.stringMatching(/again/) as string } })
    expect(losses[0]?.message).not.toContain('secret')
    await expect(store.read('k', never)).rejects.toMatchObject({ code: 'WORKER_LOST' })
    await store[Symbol.asyncDispose]()

    expect(await readAll(other, order, 2)).toHaveLength(5)
    const again = await openInWorker({ worker: STORE_WORKER, profile: profileOf(path), onLost: unexpected })
    expect(await readAll(again, order, 2)).toHaveLength(5)
    await Promise.all([other[Symbol.asyncDispose](), again[Symbol.asyncDispose]()])
  })

  it('closing it is no loss, whatever is under way', async () => {
    const path = folder.database('db.sqlite3')
    const store = await openInWorker({ worker: STORE_WORKER, profile: profileOf(path), onLost: unexpected })
    const reading = store.listPage({ order, cursor: null, limit: 5 }, never).catch((error: unknown) => error)
    await store[Symbol.asyncDispose]()
    const result = await reading
    if (result instanceof Error) expect(result).toHaveProperty('code', 'CONNECT_LOST')
  })

  it('closing one that does not answer ends it all the same', async () => {
    const store = await openInWorker({ worker: dyingWorker('for (;;);'), profile: profileOf(folder.path), onLost: unexpected })
    const reading = store.listPage({ order, cursor: null, limit: 5 }, never).catch((error: unknown) => error)
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    await store[Symbol.asyncDispose]()
    expect(await reading).toHaveProperty('code', 'CONNECT_LOST')
  })
})

describe('a store that does not open in its worker', () => {
  it('rejects with its own error and is no loss', async () => {
    await expect(openInWorker({ worker: STORE_WORKER, profile: profileOf(`${folder.path}/none`), onLost: unexpected })).rejects.toMatchObject({ code: 'STORE_NOT_FOUND', details: { hint: expect.any(String) as string } })
    await expect(openInWorker({ worker: STORE_WORKER, profile: profileOf(folder.path), onLost: unexpected })).rejects.toMatchObject({ code: 'STORE_NOT_DATABASE' })
  })

  it('rejects when the worker itself cannot start', async () => {
    await expect(openInWorker({ worker: new URL('file:///none/none.js'), profile: profileOf('x'), onLost: unexpected })).rejects.toMatchObject({ code: 'WORKER_LOST' })
  })
})

it('answers at once to a signal, while the worker is still busy', async () => {
  const path = folder.database('db.sqlite3')
  const app = new Database(path)
  const store = await openInWorker({ worker: STORE_WORKER, profile: profileOf(path), onLost: unexpected })
  app.exec('BEGIN EXCLUSIVE')
  const controller = new AbortController()
  const reading = store.read('k', controller.signal)
  controller.abort()
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
  app.exec('COMMIT')
  app.close()
  expect(await store.read('k', never)).toBeNull()
  await store[Symbol.asyncDispose]()
})
