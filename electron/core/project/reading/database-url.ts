import type { Py } from './values.ts'
import { dict, int, makeChoice, str, unknown } from './values.ts'

type Library = 'environ' | 'dj-database-url'

const ENGINES: Readonly<Record<string, string>> = {
  sqlite: 'django.db.backends.sqlite3', mysql: 'django.db.backends.mysql', mysql2: 'django.db.backends.mysql',
}
const POSTGRES = ['postgres', 'postgresql', 'psql', 'pgsql']

/**
 * DATABASES entry of a URL. Both libraries agree on plain ones; a part with `%` or `+` is unquoted differently by their versions, and so
 * unknown. null: not a URL of this kind.
 */
export function readDatabaseUrl(url: string, library: Library): Py | null {
  if (url === 'sqlite://:memory:') return dict([['ENGINE', str('django.db.backends.sqlite3')], ['NAME', str(':memory:')]])
  const match = /^([a-z0-9]+):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^/?#@]*)(?:\/([^?#]*))?(\?[^#]*)?$/.exec(url)
  if (match === null) return null
  const [, scheme = '', user, password, place = '', path = '', query] = match
  const engine = engineOf(scheme, library)
  if (engine === null) return null
  const entries: [string, Py][] = [['ENGINE', engine]]
  if (scheme === 'sqlite') {
    if (place !== '' || user !== undefined) return null
    entries.push(['NAME', path === '' ? str(':memory:') : plain(path)])
  } else {
    const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(place) ?? []
    if (/[,:[\]]/.test(host)) return null
    entries.push(['NAME', plain(path)], ['USER', plain(user ?? '')], ['PASSWORD', plain(password ?? '')], ['HOST', plain(host)], ['PORT', port === undefined ? str('') : int(BigInt(port))])
  }
  if (query !== undefined && query !== '?') entries.push(['OPTIONS', unknown('the query of a database URL')])
  return dict(entries)
}

function engineOf(scheme: string, library: Library): Py | null {
  if (!POSTGRES.includes(scheme)) return ENGINES[scheme] === undefined ? null : str(ENGINES[scheme])
  const today = str('django.db.backends.postgresql')
  if (library === 'environ') return today
  return makeChoice([{ when: 'dj-database-url 1 or later', value: today, at: null }, { when: 'dj-database-url before 1', value: str('django.db.backends.postgresql_psycopg2'), at: null }], null)
}

function plain(part: string): Py {
  return /[%+]/.test(part) ? unknown('a quoted part of a database URL') : str(part)
}
