import type { Py } from './values.ts'
import { dict, int, str, unknown } from './values.ts'

type Library = 'environ' | 'dj-database-url'

/** Keys that the versions of the libraries add differently; `$more` says that there may be some. */
const MORE: [string, Py] = ['$more', unknown('other keys, by the version of the library')]
const ENGINES: Readonly<Record<string, string>> = {
  sqlite: 'django.db.backends.sqlite3', mysql: 'django.db.backends.mysql', mysql2: 'django.db.backends.mysql',
}
const POSTGRES = ['postgres', 'postgresql', 'psql', 'pgsql']

/**
 * DATABASES entry of a URL. Both libraries agree on plain ones; a part with `%` or `+` is unquoted differently by their versions, and so
 * unknown. null: not a URL of this kind.
 */
export function readDatabaseUrl(url: string, library: Library): Py | null {
  if (url === 'sqlite://:memory:') return dict([['ENGINE', str('django.db.backends.sqlite3')], ['NAME', str(':memory:')], MORE])
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
  return dict([...entries, MORE])
}

function engineOf(scheme: string, library: Library): Py | null {
  if (!POSTGRES.includes(scheme)) return ENGINES[scheme] === undefined ? null : str(ENGINES[scheme])
  const name = library === 'environ' ? 'django-environ' : 'dj-database-url'
  const [today, before] = ['django.db.backends.postgresql', 'django.db.backends.postgresql_psycopg2']
  return unknown(`it depends on: ${name} of today, ${today}, or an old one, ${before}`)
}

function plain(part: string): Py {
  return /[%+]/.test(part) ? unknown('a quoted part of a database URL') : str(part)
}
