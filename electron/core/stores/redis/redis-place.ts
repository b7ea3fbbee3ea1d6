import { isIP } from 'node:net'
import type { CacheKeySpace } from '../cache-key.ts'
import type { Via } from '../via.ts'

/** One server: host and port, or a Unix socket. */
export type RedisAddress = { readonly host: string; readonly port: number } | { readonly path: string }

/** How the values were written. `auto`: found out by looking at some. `signed`: the signed text of the db engine (django-redis-sessions). */
export type RedisFormat = 'auto' | 'django' | 'django-redis' | 'json' | 'signed'

/**
 * `single`: one server. `sentinel`: `addresses` are Sentinels, and the server is the master that they name.
 * `cluster`: `addresses` are nodes, and the servers are the masters that the first of them to answer tells of.
 */
export type RedisTopology = { readonly kind: 'single' | 'cluster' } | { readonly kind: 'sentinel'; readonly master: string }

export interface RedisPlace extends CacheKeySpace {
  readonly topology: RedisTopology
  readonly addresses: readonly RedisAddress[]
  /** Connected to instead of the one address, which stays what certificates are checked against; null: no tunnel. Of `single` only. */
  readonly via: Via | null
  /** Sessions are read from the replicas of a cluster, which may be a moment behind; writes look at the masters. */
  readonly readsReplicas: boolean
  /** Number of the database. */
  readonly db: number
  /** null: Redis's `default`. */
  readonly user: string | null
  /** Secret. null: none is given. */
  readonly password: string | null
  /** Who asks the Sentinels, who know nothing of the users of the server they watch over; null: nobody in particular. */
  readonly sentinelUser: string | null
  /** Secret of theirs. null: none is given. */
  readonly sentinelPassword: string | null
  /** `verify`: chain and host name are checked, and nothing is ever sent without. */
  readonly tls: 'off' | 'verify'
  /** Certificates (PEM) to trust instead of the system's; null: the system's. */
  readonly caFile: string | null
  readonly format: RedisFormat
  /** Whole keys with one `*` for the session key, of an engine of the site's own; null: those of Django's cache engines. */
  readonly pattern: string | null
  /** The password may be sent readable although neither TLS nor this machine protects it. */
  readonly allowCleartext: boolean
  /** Writes are allowed although a server is not this machine. */
  readonly allowWrites: boolean
}

/** For people. */
export function spellAddress(address: RedisAddress): string {
  if ('path' in address) return address.path
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

/** A Unix socket, `localhost` or a plainly spelled loopback address. Odd spellings of it count as another machine. */
export function isHere(address: RedisAddress): boolean {
  if ('path' in address) return true
  const { host } = address
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
