import { openStore } from '../../electron/core/connections/open-store.ts'
import { openInWorker } from '../../electron/core/connections/remote-store.ts'
import { createMemoryStore } from '../../electron/core/stores/memory/memory-store.ts'
import type { MemoryRow } from '../../electron/core/stores/memory/memory-store.ts'
import { describeStoreConformance } from './store/index.ts'
import { STORE_WORKER, makeSqliteHarness } from './store/sqlite-harness.ts'

describeStoreConformance('memory', async () => {
  const rows = new Map<string, MemoryRow>()
  return {
    open: async () => createMemoryStore(rows),
    async put(seeds) {
      for (const { key, data, expireDate } of seeds) rows.set(key, { data: Buffer.from(data), expireDate })
    },
    async remove(key) {
      rows.delete(key)
    },
    async cleanUp() {
      rows.clear()
    },
  }
})

describeStoreConformance('SQLite', () => makeSqliteHarness({ open: openStore, journalMode: 'delete' }))

describeStoreConformance('SQLite with a write-ahead log', () => makeSqliteHarness({ open: openStore, journalMode: 'wal' }))

describeStoreConformance('SQLite without rowids', () => makeSqliteHarness({
  open: openStore,
  journalMode: 'delete',
  schema: 'CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL, expire_date datetime NOT NULL) WITHOUT ROWID; CREATE INDEX expire ON django_session (expire_date)',
}))

describeStoreConformance('SQLite in a worker', () => makeSqliteHarness({
  open: (profile) => openInWorker({ worker: STORE_WORKER, profile, onLost: (error) => { throw error } }),
  journalMode: 'delete',
}))
