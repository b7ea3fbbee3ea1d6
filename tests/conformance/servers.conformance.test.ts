import { describe } from 'vitest'
import { openStore } from '../../electron/core/connections/open-store.ts'
import { SESSION_TABLE, whyNoServer } from '../support/sql-servers.ts'
import { describeServerConformance } from './store/server-harness.ts'

// The way through a worker is the same for each store: tables go it in stores.conformance, caches in redis.conformance, files in files.conformance.
const noPostgres = await whyNoServer('postgres')
const noMysql = await whyNoServer('mysql')

/** A table that tells all keys apart, but those that are too long for its index. */
const BINARY = SESSION_TABLE.mysql.replace('session_key varchar(700)', 'session_key varchar(700) COLLATE utf8mb4_nopad_bin')
const isShort = (key: string): boolean => key.length <= 700
/** MySQL's usual collation takes these for one of the others. */
const isPlain = (key: string): boolean => isShort(key) && !['upper', 'e\u0301', '🔑', 'trail ', 'nul\u0000in'].includes(key)
const hasNoNul = (key: string): boolean => !key.includes('\0')

describe.skipIf(noPostgres !== null)(`with PostgreSQL${noPostgres === null ? '' : ` (skipped: ${noPostgres})`}`, () => {
  describeServerConformance('PostgreSQL', 'postgres', { open: openStore, holdsKey: hasNoNul })
})

describe.skipIf(noMysql !== null)(`with MariaDB${noMysql === null ? '' : ` (skipped: ${noMysql})`}`, () => {
  describeServerConformance('MariaDB', 'mysql', { open: openStore, holdsKey: isPlain })
  describeServerConformance('MariaDB, keys compared by their bytes', 'mysql', { open: openStore, schema: BINARY, holdsKey: isShort })
})
