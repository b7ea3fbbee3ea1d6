import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { BUSY_MS } from '../../electron/core/stores/database/sqlite-connection.ts'
import { NOON, ORDERS, collect, never, readAll } from './store/harness.ts'
import { startPython } from './store/python-peer.ts'
import { makeTempFolder, profileOf } from './store/sqlite-harness.ts'
import type { TempFolder } from './store/sqlite-harness.ts'

let folder: TempFolder
beforeEach(async () => { folder = await makeTempFolder() })
afterEach(async () => { await folder[Symbol.asyncDispose]() })

const FILL = `db.executemany("insert into django_session values (?, ?, ?)", [("key%05d" % i, "data%d" % i, "2026-11-21 10:%02d:%02d" % (i // 60 % 60, i % 60)) for i in range(3000)])`

async function filled(journalMode: 'delete' | 'wal'): Promise<string> {
  const path = folder.database('db.sqlite3', undefined, journalMode)
  await using app = await startPython(path)
  await app.run(`db.execute("begin"); ${FILL}; db.execute("commit")`)
  return path
}

/** All that a reader must not change: bytes, time of last change, files beside it. */
function fingerprint(path: string): unknown {
  return { hash: createHash('sha256').update(readFileSync(path)).digest('hex'), mtime: statSync(path, { bigint: true }).mtimeNs, files: readdirSync(folder.path).sort() }
}

describe.each(['delete', 'wal'] as const)('a database in journal mode %s', (journalMode) => {
  it('is not changed by reading, and nothing is left beside it', async () => {
    const path = await filled(journalMode)
    const before = fingerprint(path)
    const store = await openStore(profileOf(path))
    await store.describe(never)
    for (const order of ORDERS) await readAll(store, order, 500)
    await store.read('key00001', never)
    await collect(store.tally({ order: { by: 'key', direction: 'asc' }, every: 50, now: NOON }, never))
    await store[Symbol.asyncDispose]()
    expect(fingerprint(path)).toEqual(before)
  })

  it('is not changed by a look that fails', async () => {
    const path = await filled(journalMode)
    const before = fingerprint(path)
    await expect(openStore(profileOf(path, 'nothing'))).rejects.toMatchObject({ code: 'STORE_NOT_DJANGO' })
    expect(fingerprint(path)).toEqual(before)
  })

  it('stays open to writers between pages, and a page never fails for them', async () => {
    const path = await filled(journalMode)
    await using app = await startPython(path)
    const store = await openStore(profileOf(path))
    let round = 0
    const keys = await readAll(store, { by: 'expireDate', direction: 'desc' }, 100, async () => {
      round += 1
      // No wait at all: a lock that is held between pages shows at once.
      expect(await app.run(`db.execute("pragma busy_timeout = 0"); db.execute("insert into django_session values ('new${round}', 'x', '2026-11-21 09:00:00')")`)).toBe('')
    })
    await store[Symbol.asyncDispose]()
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.filter((key) => key.startsWith('key'))).toHaveLength(3000)
  })

  it('is paged while another program writes all the time', async () => {
    const path = await filled(journalMode)
    await using app = await startPython(path)
    const store = await openStore(profileOf(path))
    const writing = app.run(`import time
for i in range(100):
  db.execute("update django_session set session_data = 'x' where session_key = ?", ("key%05d" % (i * 7),))
  time.sleep(0.002)`)
    const keys = await readAll(store, { by: 'key', direction: 'asc' }, 50, () => new Promise((resolve) => { setImmediate(resolve) }))
    expect(await writing).toBe('')
    expect(keys).toHaveLength(3000)
    await store[Symbol.asyncDispose]()
  })

  it('is written by a second connection that leaves with the store', async () => {
    const path = await filled(journalMode)
    const store = await openStore(profileOf(path))
    const [outcome] = await store.deleteMany([{ key: 'key00001', ifEtag: null }], never)
    expect(outcome?.outcome).toBe('done')
    await store[Symbol.asyncDispose]()
    expect(readdirSync(folder.path)).toEqual(['db.sqlite3'])
  })
})

describe('a lock of another program', () => {
  it('ends reading and writing with STORE_BUSY after a short wait, and is over when it is over', async () => {
    const path = await filled('delete')
    await using app = await startPython(path)
    const store = await openStore(profileOf(path))
    await app.run('db.execute("begin exclusive")')
    const started = performance.now()
    await expect(store.read('key00001', never)).rejects.toMatchObject({ code: 'STORE_BUSY', details: { retryable: true, hint: expect.any(String) as string } })
    expect(performance.now() - started).toBeGreaterThan(BUSY_MS / 2)
    await expect(openStore(profileOf(path))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await expect(store.deleteMany([{ key: 'key00001', ifEtag: null }], never)).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await app.run('db.execute("commit")')
    expect(await store.read('key00001', never)).not.toBeNull()
    await store[Symbol.asyncDispose]()
  })

  it('does not keep a reader from a write-ahead log, only a writer', async () => {
    const path = await filled('wal')
    await using app = await startPython(path)
    const store = await openStore(profileOf(path))
    await app.run('db.execute("begin immediate")')
    const session = await store.read('key00001', never)
    expect(session).not.toBeNull()
    await expect(store.write({ key: 'key00001', ifEtag: session?.etag ?? '', expireDate: NOON }, never)).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await app.run('db.execute("rollback")')
    expect(await store.write({ key: 'key00001', ifEtag: session?.etag ?? '', expireDate: NOON }, never)).toMatchObject({ outcome: 'done' })
    await store[Symbol.asyncDispose]()
  })

  it('that was left by a program that was killed in a write is reported, and its journal is left alone', async () => {
    const path = await filled('delete')
    const app = await startPython(path)
    // More than fits into the page cache: half of it is in the file when the program ends.
    await app.run('db.execute("pragma cache_size = 1"); db.execute("begin"); db.execute("update django_session set session_data = session_data || hex(randomblob(500))")')
    await app.kill()
    const before = fingerprint(path)
    expect(readdirSync(folder.path)).toContain('db.sqlite3-journal')
    await expect(openStore(profileOf(path))).rejects.toMatchObject({ code: 'STORE_BUSY', details: { hint: expect.stringMatching(/app/) as string } })
    expect(fingerprint(path)).toEqual(before)
  })
})

describe('the file itself', () => {
  it('that is replaced while it is open is noticed, for reading and for writing', async () => {
    const path = await filled('delete')
    const store = await openStore(profileOf(path))
    const { rename } = await import('node:fs/promises')
    await rename(folder.database('other.sqlite3'), path)
    await expect(store.read('key00001', never)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
    await expect(store.deleteMany([{ key: 'key00001', ifEtag: null }], never)).rejects.toMatchObject({ code: 'CONNECT_LOST' })
    await store[Symbol.asyncDispose]()
  })

  it('that is deleted while it is open is noticed', async () => {
    const path = await filled('delete')
    const store = await openStore(profileOf(path))
    const { rm } = await import('node:fs/promises')
    await rm(path)
    await expect(store.read('key00001', never)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    await store[Symbol.asyncDispose]()
  })
})
