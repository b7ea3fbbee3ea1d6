import { afterAll, beforeAll } from 'vitest'
import type { StoreProfile } from '../../../electron/core/connections/open-store.ts'
import { formatDjangoDatetime } from '../../../electron/core/stores/database/django-datetime.ts'
import type { SessionStore } from '../../../electron/core/stores/session-store.ts'
import { UTC, makeDatabase } from '../../support/sql-servers.ts'
import type { ServerKind, TestDatabase } from '../../support/sql-servers.ts'
import type { MakeHarness, SeedRow, StoreHarness } from './harness.ts'
import { describeStoreConformance } from './index.ts'

export interface ServerOptions {
  readonly open: (profile: StoreProfile) => Promise<SessionStore>
  readonly schema?: string
  /** Keys that the table can tell apart. */
  readonly holdsKey?: (key: string) => boolean
}

const BATCH = 500

/** One database for all tests of the suite around it, whose harness empties it: making one takes a server longer than most tests. */
export function useDatabase(kind: ServerKind, schema: string | undefined, make: (database: TestDatabase) => StoreHarness | Promise<StoreHarness>): MakeHarness {
  let database: TestDatabase | null = null
  beforeAll(async () => { database = await makeDatabase(kind, schema) })
  afterAll(async () => { await database?.[Symbol.asyncDispose]() })
  return async () => {
    if (database === null) throw new Error('A database exists during the suite only.')
    return make(database)
  }
}

export function describeServerConformance(name: string, kind: ServerKind, options: ServerOptions): void {
  describeStoreConformance(name, useDatabase(kind, options.schema, (database) => serverHarness(kind, database, options)))
}

function serverHarness(kind: ServerKind, database: TestDatabase, { open, holdsKey = () => true }: ServerOptions): StoreHarness {
  const opened: SessionStore[] = []
  const isPostgres = kind === 'postgres'
  const upsert = (rows: readonly SeedRow[]): string => {
    const values = rows.map((_, index) => (isPostgres ? `($${index * 3 + 1}, $${index * 3 + 2}, $${index * 3 + 3})` : '(?, ?, ?)')).join(', ')
    const change = isPostgres
      ? 'ON CONFLICT (session_key) DO UPDATE SET session_data = excluded.session_data, expire_date = excluded.expire_date'
      : 'ON DUPLICATE KEY UPDATE session_data = VALUES(session_data), expire_date = VALUES(expire_date)'
    return `INSERT INTO django_session (session_key, session_data, expire_date) VALUES ${values} ${change}`
  }
  return {
    holdsKey,
    holdsNul: !isPostgres,
    async open() {
      const store = await open(database.profile())
      opened.push(store)
      return store
    },
    async put(rows) {
      for (let start = 0; start < rows.length; start += BATCH) {
        const part = rows.slice(start, start + BATCH)
        await database.app.run(upsert(part), part.flatMap(({ key, data, expireDate }) => [key, data, `${formatDjangoDatetime(expireDate, UTC)}${isPostgres ? '+00' : ''}`]))
      }
    },
    async remove(key) {
      await database.app.run(`DELETE FROM django_session WHERE session_key = ${isPostgres ? '$1' : '?'}`, [key])
    },
    async cleanUp() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      await database.app.run('TRUNCATE TABLE django_session')
    },
  }
}
