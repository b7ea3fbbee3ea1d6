import Database from 'better-sqlite3'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import { formatDjangoDatetime } from '../../../electron/core/stores/database/django-datetime.ts'
import type { SessionStore } from '../../../electron/core/stores/session-store.ts'
import { UTC } from '../../support/sql-servers.ts'
import type { ServerKind, TestDatabase } from '../../support/sql-servers.ts'
import { TABLE_TRAITS } from './harness.ts'
import type { SeedRow, StoreHarness, StoreTraits } from './harness.ts'
import { makeTempFolder } from './sqlite-harness.ts'

export const CACHE_TABLE_TRAITS: StoreTraits = { ...TABLE_TRAITS, tick: 1_000_000, expiryFact: 'expires' }

/** As `createcachetable` makes it. */
export const CACHE_TABLE = {
  sqlite: 'CREATE TABLE "my cache" ("cache_key" varchar(255) NOT NULL PRIMARY KEY, "value" text NOT NULL, "expires" datetime NOT NULL); CREATE INDEX "my_cache_expires" ON "my cache" ("expires");',
  postgres: 'CREATE TABLE my_cache (cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL); CREATE INDEX my_cache_expires ON my_cache (expires)',
  mysql: 'CREATE TABLE my_cache (cache_key varchar(255) NOT NULL PRIMARY KEY, value longtext NOT NULL, expires datetime(6) NOT NULL); CREATE INDEX my_cache_expires ON my_cache (expires)',
} as const

const SPACE = { prefix: 'shop_1%', version: '2' }
/** What else the site caches, before and after its sessions, and what only looks like one of them. */
const OTHERS = ['shop_1%:2:page', 'shop_1%:2:django.contrib.sessions.cach', 'SHOP_1%:2:django.contrib.sessions.cachecase', 'shopX1%:2:django.contrib.sessions.cachelike', 'shop_1%:1:django.contrib.sessions.cacheother', 'zzz', '']
const wholeKey = (key: string): string => `shop_1%:2:django.contrib.sessions.cache${key}`
const BATCH = 500

export async function makeSqliteCacheHarness(open: (profile: StoreProfile) => Promise<SessionStore>): Promise<StoreHarness> {
  const folder = await makeTempFolder()
  const path = folder.database('db.sqlite3', CACHE_TABLE.sqlite)
  const app = new Database(path, { timeout: 5000 })
  const save = app.prepare('INSERT INTO "my cache" (cache_key, value, expires) VALUES (?, ?, ?) ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires')
  for (const key of OTHERS) save.run(key, 'x', '2036-11-21 10:00:00')
  const opened: SessionStore[] = []
  return {
    async open() {
      const store = await open({ kind: 'sqlite', path, table: 'my cache', clock: UTC, cache: SPACE })
      opened.push(store)
      return store
    },
    async put(rows) {
      app.transaction(() => {
        for (const { key, data, expireDate } of rows) save.run(wholeKey(key), data, formatDjangoDatetime(expireDate, UTC))
      })()
    },
    async remove(key) {
      app.prepare('DELETE FROM "my cache" WHERE cache_key = ?').run(wholeKey(key))
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      app.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** In a database of the whole suite, whose table it empties at its end. */
export async function makeServerCacheHarness(kind: ServerKind, database: TestDatabase, open: (profile: StoreProfile) => Promise<SessionStore>, holdsKey: (key: string) => boolean): Promise<StoreHarness> {
  const opened: SessionStore[] = []
  const isPostgres = kind === 'postgres'
  const upsert = (count: number): string => {
    const values = Array.from({ length: count }, (_, index) => (isPostgres ? `($${index * 3 + 1}, $${index * 3 + 2}, $${index * 3 + 3})` : '(?, ?, ?)')).join(', ')
    const change = isPostgres ? 'ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires' : 'ON DUPLICATE KEY UPDATE value = VALUES(value), expires = VALUES(expires)'
    return `INSERT INTO my_cache (cache_key, value, expires) VALUES ${values} ${change}`
  }
  const save = async (rows: readonly SeedRow[], toKey: (key: string) => string): Promise<void> => {
    for (let start = 0; start < rows.length; start += BATCH) {
      const part = rows.slice(start, start + BATCH)
      await database.app.run(upsert(part.length), part.flatMap(({ key, data, expireDate }) => [toKey(key), data, `${formatDjangoDatetime(expireDate, UTC)}${isPostgres ? '+00' : ''}`]))
    }
  }
  await save(OTHERS.map((key) => ({ key, data: 'x', expireDate: 1_000_000 })), (key) => key)
  return {
    holdsKey: (key) => key.length <= 200 && holdsKey(key),
    holdsNul: !isPostgres,
    async open() {
      const store = await open(database.profile({ table: 'my_cache', cache: SPACE }))
      opened.push(store)
      return store
    },
    put: (rows) => save(rows, wholeKey),
    async remove(key) {
      await database.app.run(`DELETE FROM my_cache WHERE cache_key = ${isPostgres ? '$1' : '?'}`, [wholeKey(key)])
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      await database.app.run('TRUNCATE TABLE my_cache')
    },
  }
}
