import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { StoreUrl } from '../store-url.ts'
import type { SqliteProfile } from './sqlite.ts'

const TABLE = 'django_session'

/**
 * `sqlite:///absolute/path/db.sqlite3?table=django_session`. Three slashes, then the path: a host has no part in it.
 * @throws REQUEST_INVALID
 */
export function readSqliteUrl(text: string, clock: StoreClock): StoreUrl<SqliteProfile> {
  const url = URL.parse(text.trim())
  if (url === null || url.protocol !== 'sqlite:') throw invalid('urls.notSqlite')
  for (const name of url.searchParams.keys()) if (name !== 'table') throw invalid('urls.unknownParameter')
  const table = url.searchParams.get('table') ?? TABLE
  if (table === '') throw invalid('urls.noTable')
  const path = toPath(url)
  return { url: writeUrl(path, table), name: basename(path), location: path, isLocal: true, kind: 'file', engine: 'db', profile: { kind: 'sqlite', path, table, clock } }
}

function toPath(url: URL): string {
  if (url.host !== '' || url.pathname.length < 2) throw invalid('urls.absolute')
  try {
    return fileURLToPath(`file://${url.pathname}`)
  } catch (error) {
    throw invalid('urls.noFilePath', error)
  }
}

function writeUrl(path: string, table: string): string {
  const url = `sqlite://${pathToFileURL(path).pathname}`
  return table === TABLE ? url : `${url}?table=${encodeURIComponent(table)}`
}

function invalid(why: Why, cause?: unknown): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.writeSqlite' }, cause)
}
