import { isDeepLink, readDeepLink } from '../../shared/deep-link.ts'
import { readStoreUrl } from '../core/connections/read-url.ts'
import { DEFAULT_SETTINGS } from '../core/sessions/session-source.ts'
import type { ResolvedTarget } from '../core/sources/source-registry.ts'

/** What is opened at the start, with its password kept apart: the page is told where to go, and never what gets in there. */
export interface StartPlace {
  /** As the page may know it. null: nothing. */
  readonly shown: string | null
  /** The same target, with the password where it is this place. */
  withPassword(resolved: ResolvedTarget): ResolvedTarget
}

/** @param password from the environment; outranks one in the URL */
export function readStartPlace(given: string | null, password: string | undefined): StartPlace {
  // The page takes it apart itself; one that is refused is said here already.
  if (given !== null && isDeepLink(given)) readDeepLink(given)
  if (given === null || isDeepLink(given) || !/^[a-z][a-z0-9+]*:\/\//i.test(given)) return { shown: given, withPassword: (resolved) => resolved }
  const { url, profile } = readStoreUrl(given, DEFAULT_SETTINGS.clock)
  const secret = password ?? ('password' in profile ? profile.password : null)
  return {
    shown: url,
    withPassword(resolved) {
      const { target, profile: found } = resolved
      const isIt = secret !== null && target.kind === 'url' && target.url === url && 'password' in found && found.password === null
      return isIt ? { ...resolved, profile: { ...found, password: secret } } : resolved
    },
  }
}
