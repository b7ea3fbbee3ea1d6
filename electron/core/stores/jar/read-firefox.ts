import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { CoatcheckError } from '../../../../shared/errors.ts'
import { translateSqliteError } from '../database/sqlite-errors.ts'
import type { Jar, JarCookie } from './jar-cookie.ts'

interface Row {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly path: string
  readonly expiry: number
  readonly isSecure: number
  readonly isHttpOnly: number
  readonly originAttributes: string
}

const COLUMNS = 'name, value, host, path, expiry, isSecure, isHttpOnly, originAttributes'
/** Firefox 142 and later keep milliseconds where seconds were before. */
const MILLISECONDS_FROM = 100_000_000_000

/**
 * Cookies of a Firefox profile. While Firefox runs it locks its file and keeps what is new in the write-ahead log: both are copied
 * to a private folder, read there, and taken away again.
 * @throws STORE_NOT_DJANGO when it is another SQLite file; what SQLite says of it
 */
export async function readFirefox(path: string): Promise<Jar> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-jar-'))
  try {
    const copy = join(folder, 'cookies.sqlite')
    await copyFile(path, copy)
    await copyFile(`${path}-wal`, `${copy}-wal`).catch(ignoreMissing)
    return { form: 'cookies.sqlite of Firefox', cookies: readRows(copy) }
  } catch (error) {
    throw translateSqliteError(error, { path, table: 'moz_cookies' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readRows(copy: string): readonly JarCookie[] {
  const database = new Database(copy, { fileMustExist: true })
  try {
    database.pragma('trusted_schema = OFF')
    database.pragma('query_only = ON')
    const isFirefox = database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'moz_cookies'`).get() !== undefined
    if (!isFirefox) throw new CoatcheckError('STORE_NOT_DJANGO', 'files.notFirefox', { hint: 'next.chooseFirefox' })
    return (database.prepare(`SELECT ${COLUMNS} FROM moz_cookies ORDER BY host, path, name, id`).all() as Row[]).map(toCookie)
  } finally {
    database.close()
  }
}

function toCookie({ name, value, host, path, expiry, isSecure, isHttpOnly, originAttributes }: Row): JarCookie {
  return {
    name, value, path,
    domain: host.replace(/^\./, ''),
    expiresAt: expiry > MILLISECONDS_FROM ? expiry : expiry * 1000,
    attributes: [...(isHttpOnly === 1 ? ['HttpOnly'] : []), ...(isSecure === 1 ? ['Secure'] : [])],
    // Containers and private windows keep cookies of their own.
    where: originAttributes === '' ? 'Firefox' : `Firefox, ${originAttributes.replace(/^\^/, '')}`,
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
