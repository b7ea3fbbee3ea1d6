import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { DeepLink } from '../../shared/deep-link.ts'
import { isDeepLink, isLocalPath, readDeepLink as parseDeepLink } from '../../shared/deep-link.ts'
import { DEMO } from '../../shared/demo.ts'

export { LINK_SCHEME } from '../../shared/deep-link.ts'

/** A place to open, from a link, a file or the command line. `key`: a session to show there; null: none. */
export type Opening = DeepLink

/** What a link opens of what is here already; null: it is refused, or nothing is there. */
export function readDeepLink(text: string): Opening | null {
  try {
    const link = parseDeepLink(text)
    return canOpen(link.path) ? link : null
  } catch {
    return null
  }
}

/** Arguments of the app itself: a link, a path or the demo; the first that can be opened. */
export function readOpening(args: readonly string[]): Opening | null {
  for (const arg of args) {
    const opening = readDeepLink(arg) ?? (arg === DEMO || canOpen(arg) ? { path: arg, key: null } : null)
    if (opening !== null) return opening
  }
  return null
}

/** A link among the arguments that opens nothing: people are told. */
export function hasRefusedLink(args: readonly string[]): boolean {
  return args.some((arg) => isDeepLink(arg) && readDeepLink(arg) === null)
}

/** A file or a folder of this machine. A network path is refused before it is looked at: looking sends the user's name to its server. */
export function canOpen(path: string): boolean {
  if (!isAbsolute(path) || !isLocalPath(path)) return false
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && (found.isFile() || found.isDirectory())
}
