import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { makeSessionTable } from '../../../../tests/support/session-table.ts'
import { openSqlite } from './sqlite.ts'

test('the version changes with every commit of anybody, and with nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-version-'))
  const path = join(folder, 'db.sqlite3')
  makeSessionTable(path, [{ key: 'a'.repeat(32), json: '{"n":1}', expireDate: Date.UTC(2030, 0, 1) }])
  const { signal } = new AbortController()
  const store = await openSqlite({ path, table: 'django_session' }, { useTz: true, timeZone: 'UTC', origin: 'user' })
  const seen = [await store.revision(signal), await store.revision(signal)]
  await store.listPage({ order: { by: 'key', direction: 'asc' }, cursor: null, limit: 10 }, signal)
  seen.push(await store.revision(signal))
  expect(new Set(seen).size).toBe(1)

  const site = new Database(path)
  site.exec("UPDATE django_session SET expire_date = '2031-01-01 00:00:00'")
  const afterSite = await store.revision(signal)
  site.close()
  expect(seen).not.toContain(afterSite)

  await store.deleteMany([{ key: 'a'.repeat(32), ifEtag: null }], signal)
  expect([...seen, afterSite]).not.toContain(await store.revision(signal))
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})
