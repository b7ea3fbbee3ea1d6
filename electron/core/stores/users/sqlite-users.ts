import { openReader } from '../database/sqlite-connection.ts'
import type { Reader } from '../database/sqlite-connection.ts'
import { sqliteDialect } from '../database/sqlite-dialect.ts'
import { translateSqliteError } from '../database/sqlite-errors.ts'
import { inspectFile } from '../database/sqlite-file.ts'
import type { SqlRow } from '../database/sql-dialect.ts'
import { toTypes } from './column-types.ts'
import type { UserDatabase } from './user-table.ts'

/** Users in a SQLite file, which is opened when the first question comes. */
export function sqliteUsers(path: string): UserDatabase {
  let opening: Promise<Reader> | null = null
  const open = async (): Promise<Reader> => {
    opening ??= inspectFile(path).then((file) => openReader(file))
    return opening.catch((error: unknown) => {
      opening = null
      throw error
    })
  }
  const ask = async (sql: string, params: SqlRow): Promise<readonly SqlRow[]> => {
    try {
      return (await open()).database.prepare(sql).raw().safeIntegers().all(...params) as SqlRow[]
    } catch (error) {
      throw translateSqliteError(error, { path, table: '' })
    }
  }
  return {
    query: ({ sql, params }) => ask(sql, params),
    quote: sqliteDialect.quote,
    keyParameter: { integer: '?', uuid: '?', text: '?' },
    async columns({ table }) {
      return toTypes(await ask('SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1', [table]))
    },
    async [Symbol.asyncDispose]() {
      const reader = await opening?.catch(() => null)
      reader?.close()
    },
  }
}
