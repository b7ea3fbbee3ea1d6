import type { IncomingMessage } from 'node:http'
import type { RefusalName } from './headers.ts'

/** Where this host is: `authority` is the one Host, `origin` the one Origin that it answers. */
export interface Door {
  readonly authority: string
  readonly origin: string
}

export function doorAt(address: string, port: number): Door {
  const authority = `${address.includes(':') ? `[${address}]` : address}:${port}`
  return { authority, origin: `http://${authority}` }
}

/**
 * Runs before anything looks at the path: for pages, calls, errors and upgrades alike.
 * Host stops names that were rebound to this machine (a rebound page sends no Origin on GET), Origin stops pages of other programs.
 */
export function refuse(request: IncomingMessage, door: Door): RefusalName | null {
  if (!isExactly(request.headersDistinct['host'], door.authority)) return 'wrong-host'
  const origin = request.headersDistinct['origin']
  if (origin === undefined ? changesState(request) : !isExactly(origin, door.origin)) return 'other-site'
  const site = request.headersDistinct['sec-fetch-site']
  if (site !== undefined && !isExactly(site, 'same-origin') && !isExactly(site, 'none')) return 'other-site'
  return null
}

/** A repeated header is never right, whatever its values. */
function isExactly(values: readonly string[] | undefined, expected: string): boolean {
  return values?.length === 1 && values[0] === expected
}

function changesState(request: IncomingMessage): boolean {
  return (request.method !== 'GET' && request.method !== 'HEAD') || request.headers.upgrade !== undefined
}
