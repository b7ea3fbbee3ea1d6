import { isDeepLink, readDeepLink } from '../../shared/deep-link.ts'
import type { PlaceSecrets } from '../../shared/model/source.ts'
import { readStoreUrl } from '../core/connections/read-url.ts'
import { DEFAULT_SETTINGS } from '../core/sessions/session-source.ts'
import { secretsOf, withSecrets } from '../core/sources/place-secrets.ts'
import type { ResolvedTarget } from '../core/sources/source-types.ts'

/** What is opened at the start, with its secrets kept apart: the page is told where to go, and never what gets in there. */
export interface StartPlace {
  /** As the page may know it. null: nothing. */
  readonly shown: string | null
  /** The same target, with the secrets where it is this place. */
  withSecrets(resolved: ResolvedTarget): ResolvedTarget
}

/** @param given from the environment; outranks what is in the URL */
export function readStartPlace(place: string | null, given: PlaceSecrets = {}): StartPlace {
  // The page takes it apart itself; one that is refused is said here already.
  if (place !== null && isDeepLink(place)) readDeepLink(place)
  if (place === null || isDeepLink(place) || !/^[a-z][a-z0-9+]*:\/\//i.test(place)) return { shown: place, withSecrets: (resolved) => resolved }
  const { url, profile } = readStoreUrl(place, DEFAULT_SETTINGS.clock)
  const secrets = { ...secretsOf({ profile, ssh: null }), ...given }
  return {
    shown: url,
    withSecrets(resolved) {
      const { target } = resolved
      return target.kind === 'url' && target.url === url ? withSecrets(resolved, { ...secrets, ...secretsOf(resolved) }) : resolved
    },
  }
}
