import type { Sentence, SessionKey } from './session.ts'

/**
 * Questions that Django asks of a request's session before it has a user, in its order (SessionMiddleware, SessionStore.load,
 * django.contrib.auth.get_user). The first two are about a cookie, where one was given instead of a key.
 */
export const WHY_CHECKS = ['cookie', 'key', 'exists', 'in-date', 'readable', 'login', 'backend', 'user', 'active', 'hash'] as const
export type WhyCheckId = (typeof WHY_CHECKS)[number]

export interface WhyCheck {
  readonly id: WhyCheckId
  /** null: cannot be told from here. */
  readonly ok: boolean | null
  /** The evidence. */
  readonly detail: Sentence
}

/** What else would look like a logout, or keeps somebody logged in. */
export interface WhyNote {
  readonly sentence: Sentence
  /** The line of settings that would help; null: none. */
  readonly line: string | null
}

/** Why somebody is logged in with this session, or is not. */
export interface WhyReport {
  readonly verdict: 'live' | 'logged-out'
  /** false: a check could not be made. */
  readonly isCertain: boolean
  /** The answer in one sentence. */
  readonly sentence: Sentence
  /** What happens at the next request with it. */
  readonly next: Sentence
  /** Up to and including the first that fails: Django asks no further. */
  readonly checks: readonly WhyCheck[]
  readonly notes: readonly WhyNote[]
  /** The session that it is about; null: it came to none, or it is in the cookie itself. */
  readonly key: SessionKey | null
}
