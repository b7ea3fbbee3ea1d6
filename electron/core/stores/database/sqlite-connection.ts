import { existsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { SqliteFile } from './sqlite-file.ts'

/** How long a lock of another program is waited for. */
export const BUSY_MS = 2000
/** One wait of a reader, of several: it asks more often so. */
const READER_WAIT_MS = 250

/** Pages that a transaction keeps in memory, at the most. */
const WRITER_KIB = 64 * 1024

export interface Reader {
  readonly database: Database.Database
  /** Leaves no file beside the database that was not there before. */
  close(): void
}

/** A connection that cannot write, and that locks only while a statement runs. Throws SQLite's errors. */
export function openReader(file: SqliteFile, timeoutMs = READER_WAIT_MS): Reader {
  const hadLog = existsSync(`${file.path}-wal`)
  const tidy = (): void => {
    if (file.keepsLog && !hadLog) removeSideFiles(file.path)
  }
  try {
    const database = connect(file.path, { readonly: true, timeout: timeoutMs })
    database.pragma('query_only = ON')
    // The first read of all: whatever is wrong with the file shows here.
    database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    return {
      database,
      close() {
        database.close()
        tidy()
      },
    }
  } catch (error) {
    tidy()
    throw explain(error, file)
  }
}

/** As `openReader`, where a write of ours was cut off: a connection that may write rolls it back first, as any program's would. */
export function openCut(file: SqliteFile): Reader {
  try {
    return openReader(file)
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_READONLY_ROLLBACK') throw error
    const writer = openWriter(file)
    try {
      writer.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    } finally {
      writer.close()
    }
    return openReader(file)
  }
}

export function openWriter(file: SqliteFile): Database.Database {
  const database = connect(file.path, { timeout: BUSY_MS })
  // A transaction of many rows touches as many pages of each index: what does not fit is written and read again before its end.
  database.pragma(`cache_size = -${WRITER_KIB}`)
  return database
}

function connect(path: string, options: Database.Options): Database.Database {
  const database = new Database(path, { ...options, fileMustExist: true })
  // A stranger's file: its views, triggers and computed columns run no function that could do harm; its pages are checked.
  database.pragma('trusted_schema = OFF')
  database.pragma('cell_size_check = ON')
  // Sorting stays in memory: no temporary files with sessions in them.
  database.pragma('temp_store = MEMORY')
  return database
}

/**
 * Reading a database with a write-ahead log makes an empty `-wal` and a `-shm`, and a read-only connection cannot
 * take them away again. SQLite itself does, under its own locks and only when nobody else is there, as the last
 * connection that may write leaves; with an empty log that writes nothing to the database.
 */
function removeSideFiles(path: string): void {
  try {
    if (statSync(`${path}-wal`).size > 0) return
    const last = connect(path, { timeout: 0 })
    last.pragma('query_only = ON')
    last.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    last.close()
  } catch {
    // Somebody else uses them, or the folder is read-only: they stay as they are.
  }
}

/** A log cannot be read where its side files cannot be made; SQLite only says that it cannot open, or write. */
function explain(error: unknown, { keepsLog }: SqliteFile): unknown {
  const isLog = keepsLog && error instanceof Database.SqliteError && ['SQLITE_CANTOPEN', 'SQLITE_READONLY_DIRECTORY'].includes(error.code)
  return isLog ? new Database.SqliteError(error.message, 'SQLITE_READONLY_CANTINIT') : error
}
