import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
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
  const [, hosts = '', path = '', query = ''] = PARTS.exec(text) ?? invalid('urls.notMemcached')
  if (hosts.includes('@')) invalid('urls.memcachedUser')
  const servers = hosts === '' ? [readSocket(path)] : hosts.split(/[,;]/).map(readServer)
  if (hosts !== '' && path !== '' && path !== '/') invalid('urls.memcachedEither')
  const parameters = readParameters(query)
  const { prefix = '', version = '1', client = 'pymemcache', mode } = parameters
  if (client !== 'pymemcache' && client !== 'pylibmc') invalid('urls.memcachedClient')
  if (mode !== undefined && mode !== 'rw') invalid('urls.modeRw')
  const names = servers.map(spellAddress)
  const rest = new URLSearchParams(parameters).toString()
  return {
    url: `memcached://${names.join(',')}${rest === '' ? '' : `?${rest}`}`,
    name: names[0] ?? '', location: names.join(', '), isLocal: servers.every(isHere), kind: 'server', engine: 'cache',
    profile: { kind: 'memcached', servers, client: client === 'pylibmc' ? 'pylibmc' : 'pymemcache', prefix, version, allowWrites: mode === 'rw' },
  }
}

function readServer(text: string): MemcachedAddress {
  const [, address, name, port = String(USUAL_PORT)] = SERVER.exec(text) ?? invalid('urls.hostPort')
  if (Number(port) < 1 || Number(port) > 65_535) invalid('urls.port')
  return { host: address ?? name ?? '', port: Number(port) }
}

function readSocket(path: string): MemcachedAddress {
  if (path.length < 2 || path.includes('%00')) invalid('urls.noServer')
  try {
    return { path: decodeURIComponent(path) }
  } catch {
    return invalid('urls.notEncoded')
  }
}

function readParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (!PARAMETERS.includes(name)) invalid('urls.unknownParameter')
    if (Object.hasOwn(parameters, name)) invalid(reason('urls.twice', { name }))
    parameters[name] = value
  }
  return parameters
}

function invalid(why: Why): never {
  throw new CoatcheckError('REQUEST_INVALID', why, { hint: 'next.writeMemcached' })
}
