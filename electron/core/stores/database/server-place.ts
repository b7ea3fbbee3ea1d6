import type { Reason } from '../../../../shared/words/reason.ts'
import { isIP } from 'node:net'
import type { CacheKeySpace } from '../cache-key.ts'
import { BEHIND_TUNNEL, FAR_AWAY } from '../far-away.ts'
import type { Via } from '../via.ts'

/** Where a database server is, whose session table it is, and what may be done there. */
export interface ServerPlace {
  /** Host name, address, or the path of a Unix socket (for PostgreSQL: of its folder). */
  readonly host: string
  readonly port: number
  /** Connected to instead of host and port, which stay what certificates are checked against; null: no tunnel. */
  readonly via: Via | null
  readonly user: string
  readonly database: string
  /** PostgreSQL's schema; null: as the search path has it. MySQL has none. */
  readonly schema: string | null
  readonly table: string
  /** Keys of the cache whose table it is; missing: a table of sessions. */
  readonly cache?: CacheKeySpace
  /** `verify`: chain and host name are checked, and nothing is ever sent without. */
  readonly tls: 'off' | 'verify'
  /** Certificates (PEM) to trust instead of the system's; null: the system's. */
  readonly caFile: string | null
  /** Secret. null: none is given; PostgreSQL's client then looks into PGPASSWORD and the password file. */
  readonly password: string | null
  /** The password may be sent readable although neither TLS nor this machine protects it. */
  readonly allowCleartext: boolean
  /** Writes are allowed although the server is not this machine. */
  readonly allowWrites: boolean
}

export const isSocket = ({ host }: Pick<ServerPlace, 'host'>): boolean => host.startsWith('/')

/** A Unix socket, `localhost` or a plainly spelled loopback address. Odd spellings of it, and tunnels, count as another machine. */
export function isLoopback(place: Pick<ServerPlace, 'host' | 'via'>): boolean {
  if (place.via !== null) return false
  return isSocket(place) || place.host === 'localhost' || place.host === '::1' || (isIP(place.host) === 4 && place.host.startsWith('127.'))
}

/** Whether nobody between here and there can read along. A tunnel covers the way to its other end, and that machine itself. */
export const isPrivate = (place: ServerPlace): boolean => isLoopback({ ...place, via: null }) || place.tls === 'verify'

/** Why a server is opened for reading only; `isHere`: what the server says of itself agrees. null: it is this machine, or writing is allowed. */
export function whyFar(place: ServerPlace, isHere: boolean): Reason | null {
  if (place.allowWrites || (isLoopback(place) && isHere)) return null
  return isLoopback(place) ? BEHIND_TUNNEL : FAR_AWAY
}

/** For people: everything but the password. */
export function spellPlace({ user, host, port, database }: ServerPlace): string {
  const name = host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
  return `${user}@${name}/${database}`
}
