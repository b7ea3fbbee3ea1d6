import { isIP } from 'node:net'
import type { CacheKeySpace } from '../cache-key.ts'
import type { MemcachedClient } from './server-choice.ts'

/** One server: host and port, or a Unix socket. */
export type MemcachedAddress = { readonly host: string; readonly port: number } | { readonly path: string }

export interface MemcachedPlace extends CacheKeySpace {
  /** In the order of LOCATION, on which the choice of a server depends. */
  readonly servers: readonly MemcachedAddress[]
  readonly client: MemcachedClient
  /** Writes are allowed although a server is not this machine. */
  readonly allowWrites: boolean
}

/** As pymemcache's hashing calls a server; for people too. */
export function spellAddress(address: MemcachedAddress): string {
  if ('path' in address) return address.path
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

/** A Unix socket, `localhost` or a plainly spelled loopback address. */
export function isHere(address: MemcachedAddress): boolean {
  if ('path' in address) return true
  const { host } = address
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
