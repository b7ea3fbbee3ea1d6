import { CoatcheckError } from './errors.ts'
import type { BareReasonId } from './words/reason.ts'
import { reason, toReason } from './words/reason.ts'
import { LIMITS } from './limits.ts'

export const LINK_SCHEME = 'coatcheck'
const MOST_PATH_CHARS = 4096

/** A file or folder to open, and a session to show in it; null: none. */
export interface DeepLink {
  readonly path: string
  readonly key: string | null
}

export function isDeepLink(text: string): boolean {
  return text.startsWith(`${LINK_SCHEME}:`)
}

/** `coatcheck://open?path=/srv/shop/db.sqlite3&key=…` */
export function writeDeepLink({ path, key }: DeepLink): string {
  return `${LINK_SCHEME}://open?${new URLSearchParams({ path, ...(key === null ? {} : { key }) }).toString()}`
}

/**
 * Any page of the web can send such a link, so it can only open and show: what is not exactly of this form is refused, and an address of
 * the network, where looking alone would send the user's name to a server.
 * @throws REQUEST_INVALID
 */
export function readDeepLink(text: string): DeepLink {
  const [, query] = /^coatcheck:\/\/open\/?\?([^#]*)$/.exec(text) ?? []
  if (query === undefined) throw refused('app.linkOther')
  const params = new URLSearchParams(query)
  const names = [...params.keys()]
  if (names.some((name) => name !== 'path' && name !== 'key') || new Set(names).size !== names.length) throw refused('app.linkMore')
  const path = params.get('path')
  const key = params.get('key')
  if (path === null || !isLocalPath(path)) throw refused('app.linkNotHere')
  if (key !== null && !isKey(key)) throw refused('app.linkNoKey')
  return { path, key }
}

/** An absolute path that does not lead to the network. */
export function isLocalPath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(path) && !/^[\\/]{2}/.test(path) && path.length <= MOST_PATH_CHARS && !path.includes('\0')
}

function isKey(key: string): boolean {
  return key !== '' && new TextEncoder().encode(key).length <= LIMITS.keyBytes && !/\p{Cc}/u.test(key)
}

/** What it says is not repeated: it may be made to be read. */
function refused(why: BareReasonId): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', reason('app.linkRefused', { reason: toReason(why) }), { hint: 'next.openYourself' })
}
