import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ReadStoreUrl } from '../store-url.ts'
import { isHere, spellAddress } from './memcached-place.ts'
import type { MemcachedAddress, MemcachedPlace } from './memcached-place.ts'

export interface MemcachedProfile extends MemcachedPlace {
  readonly kind: 'memcached'
}

const PARTS = /^\s*memcached:\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?\s*$/i
const SERVER = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i
const PARAMETERS = ['prefix', 'version', 'client', 'mode']
const USUAL_PORT = 11_211

/**
 * `memcached://host:11211,host2:11211?prefix=&version=1&client=pymemcache`, or `memcached:///path/of.sock`: the servers of LOCATION, in
 * its order. `mode=rw` allows to write to another machine.
 * @throws REQUEST_INVALID, never quoting the URL
 */
export const readMemcachedUrl: ReadStoreUrl<MemcachedProfile> = (text) => {
  const [, hosts = '', path = '', query = ''] = PARTS.exec(text) ?? invalid('This is no memcached:// URL.')
  if (hosts.includes('@')) invalid('memcached:// URLs have neither user nor password.')
  const servers = hosts === '' ? [readSocket(path)] : hosts.split(/[,;]/).map(readServer)
  if (hosts !== '' && path !== '' && path !== '/') invalid('A memcached:// URL names either servers or a socket.')
  const parameters = readParameters(query)
  const { prefix = '', version = '1', client = 'pymemcache', mode } = parameters
  if (client !== 'pymemcache' && client !== 'pylibmc') invalid('client is pymemcache or pylibmc.')
  if (mode !== undefined && mode !== 'rw') invalid('mode=rw is all that mode can be.')
  const names = servers.map(spellAddress)
  const rest = new URLSearchParams(parameters).toString()
  return {
    url: `memcached://${names.join(',')}${rest === '' ? '' : `?${rest}`}`,
    name: names[0] ?? '', location: names.join(', '), isLocal: servers.every(isHere), kind: 'server', engine: 'cache',
    profile: { kind: 'memcached', servers, client: client === 'pylibmc' ? 'pylibmc' : 'pymemcache', prefix, version, allowWrites: mode === 'rw' },
  }
}

function readServer(text: string): MemcachedAddress {
  const [, address, name, port = String(USUAL_PORT)] = SERVER.exec(text) ?? invalid('A server is written host:port.')
  if (Number(port) < 1 || Number(port) > 65_535) invalid('A port is a number from 1 to 65535.')
  return { host: address ?? name ?? '', port: Number(port) }
}

function readSocket(path: string): MemcachedAddress {
  if (path.length < 2 || path.includes('%00')) invalid('The URL names no server.')
  try {
    return { path: decodeURIComponent(path) }
  } catch {
    return invalid('A part of the URL is not percent-encoded rightly.')
  }
}

function readParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (!PARAMETERS.includes(name)) invalid('The URL has a parameter that is not known here.')
    if (Object.hasOwn(parameters, name)) invalid(`The URL names ${name} twice.`)
    parameters[name] = value
  }
  return parameters
}

function invalid(message: string): never {
  throw new CoatcheckError('REQUEST_INVALID', message, { hint: 'Write memcached://host:11211?prefix=&version=1.' })
}
