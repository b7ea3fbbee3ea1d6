import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorDetails } from '../../../../shared/errors.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable } from '../translate-error.ts'

interface Place {
  readonly path: string
  readonly table: string
}

const error = (code: ErrorCode, message: string, details: ErrorDetails = {}) => ({ path }: Place, cause: Error): CoatcheckError =>
  new CoatcheckError(code, message, { subject: path, ...details }, cause)

const OPEN_WITH_APP = 'Start the app that uses this database once, so that it can finish; then open it here again.'
const COPY = 'Copy the database to a folder that you can write to, and open the copy.'

/** SQLite's result codes (sqlite.org/rescode.html), extended ones first. */
const SQLITE_ERRORS: ErrorTable<Place> = {
  SQLITE_BUSY: error('STORE_BUSY', 'Another program has locked this database.', { hint: 'Wait until its work is done, then try again.', retryable: true }),
  SQLITE_BUSY_RECOVERY: error('STORE_BUSY', 'Another program is recovering this database.', { hint: 'Try again in a moment.', retryable: true }),
  SQLITE_LOCKED: error('STORE_BUSY', 'Another program has locked this table.', { hint: 'Wait until its work is done, then try again.', retryable: true }),
  SQLITE_READONLY_ROLLBACK: error('STORE_BUSY', 'A program ended in the middle of a write; its rollback journal still lies beside the database. Coatcheck does not write in order to read.', { hint: OPEN_WITH_APP, retryable: true }),
  SQLITE_READONLY_RECOVERY: error('STORE_BUSY', 'A program ended in the middle of a write; its write-ahead log is not recovered yet. Coatcheck does not write in order to read.', { hint: OPEN_WITH_APP, retryable: true }),
  SQLITE_READONLY_CANTINIT: error('STORE_READ_ONLY', 'This database keeps a write-ahead log, which needs a file beside it, and the folder is read-only.', { hint: COPY }),
  SQLITE_READONLY_CANTLOCK: error('STORE_READ_ONLY', 'This database keeps a write-ahead log, which needs locks beside it, and the folder is read-only.', { hint: COPY }),
  SQLITE_READONLY_DBMOVED: error('CONNECT_LOST', 'The file was moved or replaced since it was opened.', { hint: 'Open it again.' }),
  SQLITE_READONLY: error('STORE_READ_ONLY', 'The file or its folder cannot be written.', { hint: 'Allow writing for your user, or work on a copy.' }),
  SQLITE_CANTOPEN: error('STORE_PERMISSION', 'SQLite cannot open this file, or a file that it needs beside it.', { hint: 'Check that you may read the file and write to its folder, or open a copy.' }),
  SQLITE_PERM: error('STORE_PERMISSION', 'The system does not allow this file to be used.', { hint: 'Check its permissions.' }),
  SQLITE_AUTH: error('STORE_PERMISSION', 'SQLite does not allow this.'),
  SQLITE_NOTADB: error('STORE_NOT_DATABASE', 'This file is not a SQLite database, or it is encrypted.', { hint: 'Choose the file that DATABASES names in settings.py, often db.sqlite3.' }),
  SQLITE_CORRUPT: error('STORE_DAMAGED', 'Parts of this database are damaged and cannot be read.', { hint: 'Work on a copy: sqlite3 old.sqlite3 .recover | sqlite3 new.sqlite3' }),
  SQLITE_FORMAT: error('STORE_DAMAGED', 'Parts of this database are damaged and cannot be read.'),
  SQLITE_IOERR: error('CONNECT_LOST', 'The system can no longer read or write this file.', { hint: 'Check the disk, then open it again.' }),
  SQLITE_FULL: error('STORE_READ_ONLY', 'The disk is full; nothing was written.', { hint: 'Free some space, then try again.', retryable: true }),
  SQLITE_TOOBIG: error('SESSION_TOO_LARGE', 'The value is longer than SQLite allows.'),
  SQLITE_CONSTRAINT: (_, cause) => new CoatcheckError('STORE_UNSUPPORTED', `The table does not take this row: ${cause.message}.`, {}, cause),
  SQLITE_SCHEMA: error('CONNECT_LOST', 'The tables of this database changed.', { hint: 'Open it again.' }),
  SQLITE_ERROR: ({ table }, cause) => new CoatcheckError('STORE_NOT_DJANGO', `The table ${table} cannot be read as Django’s sessions any more.`, { hint: 'Open the database again.', subject: table }, cause),
}

/** File errors of Node, met before SQLite is asked. */
const FILE_ERRORS: ErrorTable<Place> = {
  ENOENT: error('STORE_NOT_FOUND', 'There is no file at this place.', { hint: 'Check the path; DATABASES in settings.py names it.' }),
  ENOTDIR: error('STORE_NOT_FOUND', 'A part of this path is a file, not a folder.', { hint: 'Check the path.' }),
  ENAMETOOLONG: error('STORE_NOT_FOUND', 'This path is too long for the system.', { hint: 'Check the path.' }),
  ELOOP: error('STORE_NOT_FOUND', 'This link leads back to itself.', { hint: 'Check the path.' }),
  EACCES: error('STORE_PERMISSION', 'You are not allowed to read this file.', { hint: 'Check its permissions.' }),
  EPERM: error('STORE_PERMISSION', 'You are not allowed to read this file.', { hint: 'Check its permissions.' }),
  EIO: error('CONNECT_LOST', 'The system can no longer read this file.', { hint: 'Check the disk, then open it again.' }),
}

const ALL_ERRORS: ErrorTable<Place> = { ...FILE_ERRORS, ...SQLITE_ERRORS }

export function translateSqliteError(foreign: unknown, place: Place): CoatcheckError {
  return translateError(foreign, ALL_ERRORS, place)
}
