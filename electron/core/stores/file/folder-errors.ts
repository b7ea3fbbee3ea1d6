import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorFacts } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'

/** The folder; names of files in it hold session keys and stay out of messages. */
type Folder = string

const error = (code: ErrorCode, why: Why, details: ErrorFacts = {}): Translation<Folder> =>
  (folder, cause) => new CoatcheckError(code, why, { subject: folder, ...details }, cause)

const PERMISSION = error('STORE_PERMISSION', 'files.folderForbidden', { hint: 'next.runAsSite' })
const FULL = error('STORE_READ_ONLY', 'files.diskFull', { hint: 'next.freeSpace', retryable: true })

const FOLDER_ERRORS: ErrorTable<Folder> = {
  ENOENT: error('STORE_NOT_FOUND', 'files.noFolder', { hint: 'next.checkPathFolder' }),
  ENOTDIR: error('STORE_NOT_FOUND', 'files.partIsFile', { hint: 'next.checkPath' }),
  ENAMETOOLONG: error('STORE_NOT_FOUND', 'files.pathTooLong', { hint: 'next.checkPath' }),
  ELOOP: error('STORE_NOT_FOUND', 'files.linkLoop', { hint: 'next.checkPath' }),
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  EROFS: error('STORE_READ_ONLY', 'files.readOnlySystem', { hint: 'next.copyFolder' }),
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EIO: error('CONNECT_LOST', 'files.folderUnreadableNow', { hint: 'next.checkDisk' }),
  ESTALE: error('CONNECT_LOST', 'files.networkFolderGone', { hint: 'next.openAgain' }),
  EMFILE: error('STORE_BUSY', 'files.tooManyOpen', { hint: 'next.inAMoment', retryable: true }),
  ENFILE: error('STORE_BUSY', 'files.tooManyOpenHere', { hint: 'next.inAMoment', retryable: true }),
}

export function translateFolderError(foreign: unknown, folder: Folder): CoatcheckError {
  return translateError(foreign, FOLDER_ERRORS, folder)
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What no session is: a link, a pipe, a device, a folder. It is never opened. */
export function notPlain(folder: Folder): CoatcheckError {
  return new CoatcheckError('STORE_UNSUPPORTED', 'files.notPlain', { subject: folder })
}
