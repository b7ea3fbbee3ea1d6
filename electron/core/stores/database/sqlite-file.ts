import { access, constants, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CoatcheckError } from '../../../../shared/errors.ts'
import { translateSqliteError } from './sqlite-errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { Reason, Why } from '../../../../shared/words/reason.ts'

const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 20
const CHOOSE = 'next.chooseDatabaseFile'

/** A file that was looked at before SQLite got it. */
export interface SqliteFile {
  readonly path: string
  readonly sizeBytes: number
  /** Tells this file from another one put in its place. */
  readonly identity: string
  /** Write-ahead log (offset 18 of the header, sqlite.org/fileformat2.html): reading creates side files. */
  readonly keepsLog: boolean
}

/** @throws STORE_NOT_FOUND, STORE_PERMISSION, STORE_NOT_DATABASE */
export async function inspectFile(given: string): Promise<SqliteFile> {
  const path = resolve(given)
  try {
    const facts = await stat(path, { bigint: true })
    if (facts.isDirectory()) throw notDatabase('sqlite.isFolder', path, 'next.openAsProject')
    if (!facts.isFile()) throw notDatabase('sqlite.isDevice', path, CHOOSE)
    if (facts.size === 0n) throw notDatabase('sqlite.empty', path, 'next.migrate')
    // better-sqlite3 trims names, and would open, or make, another file.
    if (path !== path.trim()) throw notDatabase('sqlite.spaceAtEnd', path, 'next.renameFile')
    const header = await readHeader(path)
    if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) throw notDatabase('sqlite.notDatabase', path, CHOOSE)
    return { path, sizeBytes: Number(facts.size), identity: `${facts.dev}:${facts.ino}`, keepsLog: header[18] === 2 }
  } catch (error) {
    throw translateSqliteError(error, { path, table: '' })
  }
}

/** Why this user cannot write here; null: nothing speaks against it. A writer needs the folder too, for the journal. */
export async function whyReadOnly(path: string): Promise<Reason | null> {
  const file = await refusal(path)
  if (file !== null) return file === 'EROFS' ? reason('sqlite.readOnlySystem') : reason('sqlite.mayNotWrite')
  const folder = await refusal(dirname(path))
  return folder === null ? null : reason('sqlite.folderNotWritable')
}

async function refusal(path: string): Promise<string | null> {
  try {
    await access(path, constants.W_OK)
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'EACCES'
  }
}

async function readHeader(path: string): Promise<Buffer> {
  await using file = await open(path, 'r')
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

function notDatabase(why: Why, subject: string, hint: Why): CoatcheckError {
  return new CoatcheckError('STORE_NOT_DATABASE', why, { hint, subject })
}
