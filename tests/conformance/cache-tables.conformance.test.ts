import { describe } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { whyNoServer } from '../support/sql-servers.ts'
import { CACHE_TABLE, CACHE_TABLE_TRAITS, makeServerCacheHarness, makeSqliteCacheHarness } from './store/cache-table-harness.ts'
import { describeStoreConformance } from './store/index.ts'
import { useDatabase } from './store/server-harness.ts'

const noPostgres = await whyNoServer('postgres')
const noMysql = await whyNoServer('mysql')

/** MySQL's usual collation takes these for one of the others. */
const isPlain = (key: string): boolean => !['upper', 'e\u0301', '🔑', 'trail ', 'nul\u0000in'].includes(key)

describeStoreConformance('a table of DatabaseCache on SQLite', () => makeSqliteCacheHarness(openStore), CACHE_TABLE_TRAITS)

describe.skipIf(noPostgres !== null)(`with PostgreSQL${noPostgres === null ? '' : ` (skipped: ${noPostgres})`}`, () => {
  describeStoreConformance('a table of DatabaseCache', useDatabase('postgres', CACHE_TABLE.postgres, (database) => makeServerCacheHarness('postgres', database, openStore, (key) => !key.includes('\0'))), CACHE_TABLE_TRAITS)
})

describe.skipIf(noMysql !== null)(`with MariaDB${noMysql === null ? '' : ` (skipped: ${noMysql})`}`, () => {
  describeStoreConformance('a table of DatabaseCache', useDatabase('mysql', CACHE_TABLE.mysql, (database) => makeServerCacheHarness('mysql', database, openStore, isPlain)), CACHE_TABLE_TRAITS)
})
