import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { ReadStoreUrl } from '../store-url.ts'
import { isHere, spellAddress } from './redis-place.ts'
import type { RedisAddress, RedisFormat, RedisPlace, RedisTopology } from './redis-place.ts'

export interface RedisProfile extends RedisPlace {
  readonly kind: 'redis'
}

const PARTS = /^\s*(rediss?(?:\+sentinel|\+cluster)?|unix):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(\/[^?#]*)?(?:\?([^#]*))?\s*$/i
const SERVER = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i
const PARAMETERS = ['db', 'tlscacert', 'prefix', 'version', 'format', 'pattern', 'mode', 'cleartext', 'sentinel_user', 'sentinel_password', 'read_from_replicas']
const FORMATS: readonly RedisFormat[] = ['auto', 'django', 'django-redis', 'json', 'signed']
const PASSWORD_NAMES = /^pass(?:word|wd)?$/i
const USUAL_PORT = { server: 6379, sentinel: 26_379 } as const

/**
 * `redis://user@host:6379/0`, `rediss://…?tlscacert=/ca.pem` (TLS), `unix:///redis.sock?db=0`,
 * `redis+sentinel://host:26379,host2:26379/master/0?sentinel_user=` and `redis+cluster://host:6379,host2:6379` (with `rediss` for TLS), all with
 * `?prefix=&version=1&format=auto&pattern=session:*`. `mode=rw` allows to write to another machine.
 * @throws REQUEST_INVALID, never quoting the URL, which may hold a password
 */
export const readRedisUrl: ReadStoreUrl<RedisProfile> = (text) => {
  const [, spelled = '', login = '', hosts = '', path = '', query = ''] = PARTS.exec(text) ?? invalid('urls.notRedis')
  const scheme = spelled.toLowerCase()
  const { sentinel_password: sentinelSecret = '', ...parameters } = readParameters(query)
  const { sentinel_user: sentinelName = '' } = parameters
  const [sentinelUser, sentinelPassword] = [sentinelName === '' ? null : sentinelName, sentinelSecret === '' ? null : sentinelSecret]
  const [user, password] = readLogin(login)
  const { topology, db, shownPath } = readPath(scheme, path, parameters['db'])
  const addresses = scheme === 'unix' ? [readSocket(hosts, path)] : readServers(hosts, topology)
  const { prefix = '', version = '1', tlscacert: caFile = null, pattern = null } = parameters
  const tls = scheme.startsWith('rediss') ? 'verify' : 'off'
  if (caFile !== null && tls === 'off') invalid('urls.tlscacert')
  if (topology.kind !== 'sentinel' && (sentinelUser ?? sentinelPassword) !== null) invalid('urls.sentinelUser')
  const readsReplicas = readFlag(parameters, 'read_from_replicas', '1')
  if (readsReplicas && topology.kind !== 'cluster') invalid('urls.readFromReplicas')
  if (pattern !== null && pattern.split('*').length !== 2) invalid('urls.pattern')
  const place: RedisPlace = {
    topology, addresses, via: null, db, user, password, sentinelUser, sentinelPassword, tls, caFile, pattern, prefix, version, format: readFormat(parameters['format']),
    readsReplicas,
    allowCleartext: readFlag(parameters, 'cleartext', '1'), allowWrites: readFlag(parameters, 'mode', 'rw'),
  }
  const names = addresses.map(spellAddress)
  const rest = new URLSearchParams(parameters).toString()
  const shownLogin = user === null ? '' : `${encodeURIComponent(user)}@`
  return {
    url: `${scheme}://${shownLogin}${scheme === 'unix' ? '' : names.join(',')}${shownPath}${rest === '' ? '' : `?${rest}`}`,
    name: topology.kind === 'sentinel' ? topology.master : names[0] ?? '',
    location: `${user === null ? '' : `${user}@`}${names.join(', ')}${topology.kind === 'sentinel' ? `/${topology.master}` : ''}/${db}`,
    isLocal: addresses.every(isHere), kind: 'server', engine: 'cache', profile: { ...place, kind: 'redis' },
  }
}

interface ReadPath {
  readonly topology: RedisTopology
  readonly db: number
  /** As it stands in the URL. */
  readonly shownPath: string
}

function readPath(scheme: string, path: string, db: string | undefined): ReadPath {
  if (scheme === 'unix') return { topology: { kind: 'single' }, db: readNumber(db), shownPath: path }
  const parts = path.split('/').slice(1).map(decode)
  if (parts.at(-1) === '') parts.pop()
  if (scheme.endsWith('+sentinel')) {
    const [master, inPath] = parts
    if (master === undefined || parts.length > 2) return invalid('urls.masterName')
    return { topology: { kind: 'sentinel', master }, db: readNumber(db ?? inPath), shownPath: path }
  }
  if (parts.length > 1) return invalid('urls.databaseNumber')
  const number = readNumber(db ?? parts[0])
  if (!scheme.endsWith('+cluster')) return { topology: { kind: 'single' }, db: number, shownPath: path }
  if (number !== 0) return invalid('urls.clusterDatabase')
  return { topology: { kind: 'cluster' }, db: 0, shownPath: path }
}

function readNumber(text = '0'): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : invalid('urls.numbered')
}

function readServers(hosts: string, { kind }: RedisTopology): readonly RedisAddress[] {
  if (kind === 'single') return [readServer(hosts === '' ? 'localhost' : hosts, USUAL_PORT.server)]
  return hosts.split(',').map((host) => readServer(host, kind === 'sentinel' ? USUAL_PORT.sentinel : USUAL_PORT.server))
}

function readServer(text: string, usual: number): RedisAddress {
  const [, address, name, port = String(usual)] = SERVER.exec(text) ?? invalid('urls.hostPort')
  if (Number(port) < 1 || Number(port) > 65_535) invalid('urls.port')
  return { host: address ?? name ?? '', port: Number(port) }
}

function readSocket(hosts: string, path: string): RedisAddress {
  if (hosts !== '' || path.length < 2) invalid('urls.socket')
  return { path: decode(path) }
}

function readLogin(login: string): readonly [user: string | null, password: string | null] {
  const colon = login.indexOf(':')
  const [user, password] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)]
  return [user === '' ? null : decode(user), password === '' ? null : decode(password)]
}

function readParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (!PARAMETERS.includes(name)) invalid(PASSWORD_NAMES.test(name) ? 'urls.passwordParameter' : 'urls.unknownParameter')
    if (Object.hasOwn(parameters, name)) invalid(reason('urls.twice', { name }))
    parameters[name] = value
  }
  return parameters
}

function readFormat(format = 'auto'): RedisFormat {
  return FORMATS.find((known) => known === format) ?? invalid(reason('urls.format', { others: FORMATS.slice(0, -1).join(', '), last: FORMATS.at(-1) ?? '' }))
}

function readFlag(parameters: Readonly<Record<string, string>>, name: string, on: string): boolean {
  const value = parameters[name]
  if (value !== undefined && value !== on) invalid(reason('urls.onlyValue', { setting: `${name}=${on}`, name }))
  return value === on
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return invalid('urls.notEncoded')
  }
}

function invalid(why: Why): never {
  throw new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.writeRedisUrl' })
}
