import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { StoreUrl } from '../store-url.ts'
import type { ServerPlace } from './server-place.ts'
import { isLoopback, spellPlace } from './server-place.ts'

export type ServerKind = 'postgres' | 'mysql'

export interface ServerProfile<Kind extends ServerKind> extends ServerPlace {
  readonly kind: Kind
  readonly clock: StoreClock
}

const KINDS: Readonly<Record<string, { readonly kind: ServerKind; readonly port: number; readonly user: string }>> = {
  'postgresql:': { kind: 'postgres', port: 5432, user: 'postgres' },
  'postgres:': { kind: 'postgres', port: 5432, user: 'postgres' },
  'mysql:': { kind: 'mysql', port: 3306, user: 'root' },
  'mariadb:': { kind: 'mysql', port: 3306, user: 'root' },
}
const PARAMETERS = ['table', 'host', 'socket', 'sslmode', 'sslrootcert', 'mode', 'cleartext']
/** libpq's modes that do not check the host name are taken for the one that does; those that may fall back are refused. */
const TLS_MODES: Readonly<Record<string, ServerPlace['tls']>> = { 'disable': 'off', 'require': 'verify', 'verify-ca': 'verify', 'verify-full': 'verify' }

/**
 * `postgresql://user@host:5432/db?table=schema.table&sslmode=verify-full&sslrootcert=/ca.pem&mode=rw`, and `mysql://…` the same way.
 * A Unix socket is `?host=/folder` or, for MySQL, `?socket=/path`.
 * @throws REQUEST_INVALID, never quoting the URL, which may hold a password
 */
export function readServerUrl(text: string, clock: StoreClock): StoreUrl<ServerProfile<'postgres'> | ServerProfile<'mysql'>> {
  const url = parse(text)
  const known = KINDS[url.protocol]
  const database = decode(url.pathname.slice(1))
  if (known === undefined) throw invalid('urls.notSql')
  if (database === '' || database.includes('/')) throw invalid('urls.noDatabase')
  const parameters = readParameters(url)
  const host = parameters['socket'] ?? parameters['host'] ?? (url.hostname === '' ? 'localhost' : decode(url.hostname).replace(/^\[(.*)\]$/, '$1'))
  // Several hosts are a list of servers to try, each of which would hear the password.
  if (host.includes(',') && !host.startsWith('/')) throw invalid('urls.hosts')
  const [schema, table] = splitTable(parameters['table'] ?? 'django_session', known.kind)
  const place: ServerPlace = {
    host, schema, table, database,
    port: url.port === '' ? known.port : Number(url.port),
    via: null,
    user: url.username === '' ? known.user : decode(url.username),
    tls: readTls(parameters['sslmode'], isLoopback({ host, via: null })),
    caFile: parameters['sslrootcert'] ?? null,
    password: url.password === '' ? null : decode(url.password),
    allowCleartext: readFlag(parameters, 'cleartext', '1'),
    allowWrites: readFlag(parameters, 'mode', 'rw'),
  }
  url.password = ''
  return { url: url.href, name: database, location: spellPlace(place), isLocal: isLoopback(place), kind: 'server', engine: 'db', profile: known.kind === 'postgres' ? { ...place, kind: 'postgres', clock } : { ...place, kind: 'mysql', clock } }
}

function parse(text: string): URL {
  // An empty host is allowed where a socket is named; URL takes none beside a user.
  const withHost = text.trim().replace(/^([a-z]+:\/\/(?:[^/?#]*@)?)(?=[/?#])/i, '$1localhost')
  const url = URL.parse(withHost)
  if (url === null) throw invalid('urls.notSqlServer')
  return url
}

function readParameters(url: URL): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (!PARAMETERS.includes(name)) throw invalid(PASSWORD_NAMES.test(name) ? 'urls.passwordParameter' : 'urls.unknownParameter')
    if (Object.hasOwn(parameters, name)) throw invalid(reason('urls.twice', { name }))
    parameters[name] = value
  }
  return parameters
}

const PASSWORD_NAMES = /^pass(?:word|wd)?$/i

function readTls(mode: string | undefined, isHere: boolean): ServerPlace['tls'] {
  if (mode === undefined) return isHere ? 'off' : 'verify'
  const tls = Object.hasOwn(TLS_MODES, mode) ? TLS_MODES[mode] : undefined
  if (tls === undefined) throw invalid('urls.sslmode')
  return tls
}

function readFlag(parameters: Readonly<Record<string, string>>, name: string, on: string): boolean {
  const value = parameters[name]
  if (value !== undefined && value !== on) throw invalid(reason('urls.onlyValue', { setting: `${name}=${on}`, name }))
  return value === on
}

function splitTable(name: string, kind: ServerKind): readonly [schema: string | null, table: string] {
  const dot = kind === 'postgres' ? name.indexOf('.') : -1
  const [schema, table] = dot < 0 ? [null, name] : [name.slice(0, dot), name.slice(dot + 1)]
  if (table === '' || schema === '') throw invalid('urls.noTable')
  return [schema, table]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('urls.notEncoded')
  }
}

function invalid(why: Why): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.writeSql' })
}
