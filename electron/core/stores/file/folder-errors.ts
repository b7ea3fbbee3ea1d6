import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode, ErrorDetails } from '../../../../shared/errors.ts'
import { translateError } from '../translate-error.ts'
import type { ErrorTable, Translation } from '../translate-error.ts'

/** The folder; names of files in it hold session keys and stay out of messages. */
type Folder = string

const error = (code: ErrorCode, message: string, details: ErrorDetails = {}): Translation<Folder> =>
  (folder, cause) => new CoatcheckError(code, message, { subject: folder, ...details }, cause)

const PERMISSION = error('STORE_PERMISSION', 'You are not allowed to do this in this folder.', { hint: 'Django’s files belong to the user that runs the site: run Coatcheck as that user.' })
const FULL = error('STORE_READ_ONLY', 'The disk is full; nothing was written.', { hint: 'Free some space, then try again.', retryable: true })

const FOLDER_ERRORS: ErrorTable<Folder> = {
  ENOENT: error('STORE_NOT_FOUND', 'There is no folder at this place.', { hint: 'Check the path; SESSION_FILE_PATH or LOCATION in settings.py names it.' }),
  ENOTDIR: error('STORE_NOT_FOUND', 'A part of this path is a file, not a folder.', { hint: 'Check the path.' }),
  ENAMETOOLONG: error('STORE_NOT_FOUND', 'This path is too long for the system.', { hint: 'Check the path.' }),
  ELOOP: error('STORE_NOT_FOUND', 'This link leads back to itself.', { hint: 'Check the path.' }),
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  EROFS: error('STORE_READ_ONLY', 'The folder lies on a read-only file system.', { hint: 'Work on a copy of the folder.' }),
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EIO: error('CONNECT_LOST', 'The system can no longer read or write this folder.', { hint: 'Check the disk, then open it again.' }),
  ESTALE: error('CONNECT_LOST', 'The network folder is gone.', { hint: 'Open it again.' }),
  EMFILE: error('STORE_BUSY', 'Too many files are open.', { hint: 'Try again in a moment.', retryable: true }),
  ENFILE: error('STORE_BUSY', 'Too many files are open on this machine.', { hint: 'Try again in a moment.', retryable: true }),
}

export function translateFolderError(foreign: unknown, folder: Folder): CoatcheckError {
  return translateError(foreign, FOLDER_ERRORS, folder)
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What no session is: a link, a pipe, a device, a folder. It is never opened. */
export function notPlain(folder: Folder): CoatcheckError {
  return new CoatcheckError('STORE_UNSUPPORTED', 'What has the name of this session is no plain file but a link, a pipe, a device or a folder. Coatcheck does not open it.', { subject: folder })
}
