import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorFacts } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable } from '../translate-error.ts'

interface Place {
  readonly path: string
  readonly table: string
}

const error = (code: ErrorCode, why: Why, details: ErrorFacts = {}) => ({ path }: Place, cause: Error): CoatcheckError =>
  new CoatcheckError(code, why, { subject: path, ...details }, cause)

const OPEN_WITH_APP = 'next.openWithApp'
const COPY = 'next.copyDatabase'

/** SQLite's result codes (sqlite.org/rescode.html), extended ones first. */
const SQLITE_ERRORS: ErrorTable<Place> = {
  SQLITE_BUSY: error('STORE_BUSY', 'sqlite.locked', { hint: 'next.waitUnlocked', retryable: true }),
  SQLITE_BUSY_RECOVERY: error('STORE_BUSY', 'sqlite.recovering', { hint: 'next.inAMoment', retryable: true }),
  SQLITE_LOCKED: error('STORE_BUSY', 'sqlite.tableLocked', { hint: 'next.waitUnlocked', retryable: true }),
  SQLITE_READONLY_ROLLBACK: error('STORE_BUSY', 'sqlite.rollbackJournal', { hint: OPEN_WITH_APP, retryable: true }),
  SQLITE_READONLY_RECOVERY: error('STORE_BUSY', 'sqlite.writeAheadLog', { hint: OPEN_WITH_APP, retryable: true }),
  SQLITE_READONLY_CANTINIT: error('STORE_READ_ONLY', 'sqlite.walNeedsFile', { hint: COPY }),
  SQLITE_READONLY_CANTLOCK: error('STORE_READ_ONLY', 'sqlite.walNeedsLocks', { hint: COPY }),
  SQLITE_READONLY_DBMOVED: error('CONNECT_LOST', 'sqlite.moved', { hint: 'next.openAgain' }),
  SQLITE_READONLY: error('STORE_READ_ONLY', 'sqlite.notWritable', { hint: 'next.allowWriting' }),
  SQLITE_CANTOPEN: error('STORE_PERMISSION', 'sqlite.cannotOpen', { hint: 'next.checkReadWrite' }),
  SQLITE_PERM: error('STORE_PERMISSION', 'sqlite.forbiddenBySystem', { hint: 'next.checkPermissions' }),
  SQLITE_AUTH: error('STORE_PERMISSION', 'sqlite.forbidden'),
  SQLITE_NOTADB: error('STORE_NOT_DATABASE', 'sqlite.notDatabase', { hint: 'next.chooseDatabaseFile' }),
  SQLITE_CORRUPT: error('STORE_DAMAGED', 'sqlite.damaged', { hint: 'next.recover' }),
  SQLITE_FORMAT: error('STORE_DAMAGED', 'sqlite.damaged'),
  SQLITE_IOERR: error('CONNECT_LOST', 'sqlite.unreadableNow', { hint: 'next.checkDisk' }),
  SQLITE_FULL: error('STORE_READ_ONLY', 'files.diskFull', { hint: 'next.freeSpace', retryable: true }),
  SQLITE_TOOBIG: error('SESSION_TOO_LARGE', 'sqlite.tooLong'),
  SQLITE_CONSTRAINT: (_, cause) => new CoatcheckError('STORE_UNSUPPORTED', reason('sqlite.rowRefused', { problem: cause.message }), {}, cause),
  SQLITE_SCHEMA: error('CONNECT_LOST', 'sqlite.tablesChanged', { hint: 'next.openAgain' }),
  SQLITE_ERROR: ({ table }, cause) => new CoatcheckError('STORE_NOT_DJANGO', reason('sql.unreadable', { table }), { hint: 'next.openDatabaseAgain', subject: table }, cause),
}

/** File errors of Node, met before SQLite is asked. */
const FILE_ERRORS: ErrorTable<Place> = {
  ENOENT: error('STORE_NOT_FOUND', 'files.noFile', { hint: 'next.checkPathDatabases' }),
  ENOTDIR: error('STORE_NOT_FOUND', 'files.partIsFile', { hint: 'next.checkPath' }),
  ENAMETOOLONG: error('STORE_NOT_FOUND', 'files.pathTooLong', { hint: 'next.checkPath' }),
  ELOOP: error('STORE_NOT_FOUND', 'files.linkLoop', { hint: 'next.checkPath' }),
  EACCES: error('STORE_PERMISSION', 'files.mayNotRead', { hint: 'next.checkPermissions' }),
  EPERM: error('STORE_PERMISSION', 'files.mayNotRead', { hint: 'next.checkPermissions' }),
  EIO: error('CONNECT_LOST', 'files.fileUnreadableNow', { hint: 'next.checkDisk' }),
}

const ALL_ERRORS: ErrorTable<Place> = { ...FILE_ERRORS, ...SQLITE_ERRORS }

export function translateSqliteError(foreign: unknown, place: Place): CoatcheckError {
  return translateError(foreign, ALL_ERRORS, place)
}
