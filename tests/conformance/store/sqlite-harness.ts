import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import { formatDjangoDatetime } from '../../../electron/core/stores/database/django-datetime.ts'
import type { SessionStore } from '../../../electron/core/stores/session-store.ts'
import type { StoreHarness } from './harness.ts'

/** As `sessions.0001_initial` makes it, 2.2 to 6.1. */
export const DJANGO_TABLE = `
  CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
  CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
`
export const UTC = { useTz: true, timeZone: 'UTC', origin: 'assumed' } as const

export const STORE_WORKER = new URL('../../../electron/core/connections/store-worker.ts', import.meta.url)

export interface TempFolder extends AsyncDisposable {
  readonly path: string
  /** Makes a database; `schema` runs in it. */
  database(name: string, schema?: string, journalMode?: 'delete' | 'wal'): string
}

export async function makeTempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'coatcheck-store-'))
  return {
    path,
    database(name, schema = DJANGO_TABLE, journalMode = 'delete') {
      const file = join(path, name)
      const database = new Database(file)
      database.pragma(`journal_mode = ${journalMode}`)
      database.exec(schema)
      database.close()
      return file
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

export function profileOf(path: string, table = 'django_session'): Extract<StoreProfile, { kind: 'sqlite' }> {
  return { kind: 'sqlite', path, table, clock: UTC }
}

export interface SqliteHarnessOptions {
  readonly open: (profile: StoreProfile) => Promise<SessionStore>
  readonly journalMode: 'delete' | 'wal'
  readonly schema?: string
}

export async function makeSqliteHarness({ open, journalMode, schema }: SqliteHarnessOptions): Promise<StoreHarness> {
  const folder = await makeTempFolder()
  const path = folder.database('db.sqlite3', schema, journalMode)
  const app = new Database(path, { timeout: 5000 })
  const put = app.prepare('INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?) ON CONFLICT (session_key) DO UPDATE SET session_data = excluded.session_data, expire_date = excluded.expire_date')
  const opened: SessionStore[] = []
  return {
    async open() {
      const store = await open(profileOf(path))
      opened.push(store)
      return store
    },
    async put(rows) {
      app.transaction(() => {
        for (const row of rows) put.run(row.key, row.data, formatDjangoDatetime(row.expireDate, UTC))
      })()
    },
    async remove(key) {
      app.prepare('DELETE FROM django_session WHERE session_key = ?').run(key)
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      app.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
