import { open, stat } from 'node:fs/promises'
import { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { ErrorTable } from '../translate-error.ts'
import { translateError } from '../translate-error.ts'
import type { Jar } from './jar-cookie.ts'
import { readFirefox } from './read-firefox.ts'
import { readHar } from './read-har.ts'
import { isNetscape, readNetscape } from './read-netscape.ts'

const SQLITE_HEADER = 'SQLite format 3\0'
const CHOOSE = 'next.chooseJar'

const ERRORS: ErrorTable<string> = {
  ENOENT: (subject, cause) => new CoatcheckError('STORE_NOT_FOUND', 'files.noFile', { hint: 'next.checkPath', subject }, cause),
  EACCES: (subject, cause) => new CoatcheckError('STORE_PERMISSION', 'files.mayNotRead', { subject }, cause),
}

/** Reads a file of cookies once, by what is in it and not by its name. @throws STORE_NOT_FOUND, STORE_PERMISSION, STORE_NOT_DATABASE, DATA_TOO_LARGE */
export async function readJar(path: string): Promise<Jar> {
  try {
    const facts = await stat(path)
    // A pipe would be waited for, a device read without end.
    if (!facts.isFile()) throw noJar(path)
    if (facts.size > LIMITS.harChars) throw new CoatcheckError('DATA_TOO_LARGE', reason('files.jarTooLong', { size: facts.size, limit: LIMITS.harChars }), { subject: path })
    await using file = await open(path, 'r')
    const bytes = await file.readFile()
    if (bytes.toString('latin1', 0, SQLITE_HEADER.length) === SQLITE_HEADER) return await readFirefox(path)
    const text = bytes.toString('utf8').replace(/^\ufeff/, '')
    if (/^\s*\{/.test(text)) return readHar(text)
    if (isNetscape(text)) return readNetscape(text)
    throw noJar(path)
  } catch (error) {
    throw translateError(error, ERRORS, path)
  }
}

function noJar(subject: string): CoatcheckError {
  return new CoatcheckError('STORE_NOT_DATABASE', 'files.noCookies', { hint: CHOOSE, subject })
}
