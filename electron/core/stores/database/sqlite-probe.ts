import type { CoatcheckError } from '../../../../shared/errors.ts'
import { openReader } from './sqlite-connection.ts'
import { translateSqliteError } from './sqlite-errors.ts'
import { inspectFile } from './sqlite-file.ts'
import { listSessionTables } from './sqlite-schema.ts'

/** What a file turned out to be. `unreadable`: a database, but locked or damaged just now. */
export type ProbeResult =
  | { readonly kind: 'no-database' }
  | { readonly kind: 'unreadable'; readonly error: CoatcheckError }
  | { readonly kind: 'database'; readonly sessionTables: readonly string[] }

/** Looks at the schema only and waits for no lock: quick enough for any thread. */
export async function probeSqlite(path: string): Promise<ProbeResult> {
  try {
    const file = await inspectFile(path)
    const reader = openReader(file, 0)
    try {
      return { kind: 'database', sessionTables: listSessionTables(reader.database) }
    } finally {
      reader.close()
    }
  } catch (foreign) {
    const error = translateSqliteError(foreign, { path, table: '' })
    return error.code === 'STORE_NOT_DATABASE' || error.code === 'STORE_NOT_FOUND' ? { kind: 'no-database' } : { kind: 'unreadable', error }
  }
}
