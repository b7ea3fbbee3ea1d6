import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { DEMO } from '../../shared/demo.ts'
import { LIMITS } from '../../shared/limits.ts'

export const LINK_SCHEME = 'coatcheck'
const MOST_PATH_CHARS = 4096

/** A place to open, from a link, a file or the command line. `key`: a session to show there; null: none. */
export interface Opening {
  readonly path: string
  readonly key: string | null
}

/**
 * `coatcheck://open?path=/srv/shop/db.sqlite3&key=…`. Any page of the web can send such a link, so it only ever opens what is here
 * already, and anything that is not exactly of this form is nothing.
 */
export function readDeepLink(text: string): Opening | null {
  const url = text.startsWith(`${LINK_SCHEME}:`) ? URL.parse(text) : null
  if (url === null || url.host !== 'open' || !['', '/'].includes(url.pathname) || url.username !== '' || url.hash !== '') return null
  const names = [...url.searchParams.keys()]
  if (names.some((name) => name !== 'path' && name !== 'key') || new Set(names).size !== names.length) return null
  const path = url.searchParams.get('path')
  const key = url.searchParams.get('key')
  if (path === null || !canOpen(path) || (key !== null && !isKey(key))) return null
  return { path, key }
}

/** Arguments of the app itself: a link, a path or the demo; the first that can be opened. */
export function readOpening(args: readonly string[]): Opening | null {
  for (const arg of args) {
    const opening = readDeepLink(arg) ?? (arg === DEMO || canOpen(arg) ? { path: arg, key: null } : null)
    if (opening !== null) return opening
  }
  return null
}

/** A file or a folder of this machine. A network path is refused before it is looked at: looking sends the user's name to its server. */
export function canOpen(path: string): boolean {
  if (!isAbsolute(path) || /^[\\/]{2}/.test(path) || path.length > MOST_PATH_CHARS || path.includes('\0')) return false
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && (found.isFile() || found.isDirectory())
}

function isKey(key: string): boolean {
  return key !== '' && Buffer.byteLength(key) <= LIMITS.keyBytes && !/\p{Cc}/u.test(key)
}
