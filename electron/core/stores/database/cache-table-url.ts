import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { ReadStoreUrl, StoreUrl } from '../store-url.ts'
import { readServerUrl } from './server-url.ts'
import type { ServerProfile } from './server-url.ts'
import type { SqliteProfile } from './sqlite.ts'

type CacheTableProfile = SqliteProfile | ServerProfile<'postgres'> | ServerProfile<'mysql'>

const SCHEME = /^\s*dbcache\+/i
/** Those that the URL of the database itself does not have. */
const OWN_PARAMETERS = ['prefix', 'version'] as const

/**
 * `dbcache+sqlite:///abs/db.sqlite3?table=cache_table&prefix=&version=1`; `dbcache+postgresql://…` and `dbcache+mysql://…` with all that
 * the URL of their server may have.
 * @throws REQUEST_INVALID, never quoting the URL, which may hold a password
 */
export const readCacheTableUrl: ReadStoreUrl<CacheTableProfile> = (text, clock) => {
  const [address = '', query = ''] = split(text.trim().replace(SCHEME, ''))
  const parameters = new URLSearchParams(query)
  const cache = { prefix: take(parameters, 'prefix') ?? '', version: take(parameters, 'version') ?? '1' }
  if (!parameters.has('table')) parameters.set('table', 'cache_table')
  const found = address.toLowerCase().startsWith('sqlite:') ? readSqlite(address, parameters, clock) : readServerUrl(`${address}?${parameters.toString()}`, clock)
  const [place = '', rest = ''] = split(found.url)
  const all = new URLSearchParams(rest)
  for (const name of OWN_PARAMETERS) all.set(name, cache[name])
  return { ...found, url: `dbcache+${place}?${all.toString()}`, engine: 'cache', profile: { ...found.profile, cache } }
}

function readSqlite(address: string, parameters: URLSearchParams, clock: StoreClock): StoreUrl<SqliteProfile> {
  const table = take(parameters, 'table') ?? ''
  if (parameters.size > 0) throw invalid('urls.unknownParameter')
  if (table === '') throw invalid('urls.noTable')
  const path = toPath(address)
  return { url: `sqlite://${new URL(address).pathname}?${new URLSearchParams({ table }).toString()}`, name: basename(path), location: path, isLocal: true, kind: 'file', engine: 'cache', profile: { kind: 'sqlite', path, table, clock } }
}

function toPath(address: string): string {
  const url = URL.parse(address)
  if (url === null || url.host !== '' || url.pathname.length < 2 || url.pathname.includes('%00')) throw invalid('urls.noFile')
  try {
    return fileURLToPath(`file://${url.pathname}`)
  } catch {
    throw invalid('urls.notFilePath')
  }
}

function take(parameters: URLSearchParams, name: string): string | null {
  const values = parameters.getAll(name)
  if (values.length > 1) throw invalid(reason('urls.twice', { name }))
  parameters.delete(name)
  return values[0] ?? null
}

function split(text: string): readonly string[] {
  const mark = text.indexOf('?')
  return mark < 0 ? [text, ''] : [text.slice(0, mark), text.slice(mark + 1).replace(/#.*$/, '')]
}

function invalid(why: Why): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.writeCacheTable' })
}
