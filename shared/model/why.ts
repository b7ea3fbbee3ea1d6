import type { Sentence } from './session.ts'

/** Questions that Django asks of a request's session before it has a user, in its order (SessionStore.load, django.contrib.auth.get_user). */
export const WHY_CHECKS = ['exists', 'in-date', 'readable', 'login', 'backend', 'user', 'active', 'hash'] as const
export type WhyCheckId = (typeof WHY_CHECKS)[number]

export interface WhyCheck {
  readonly id: WhyCheckId
  /** null: cannot be told from here. */
  readonly ok: boolean | null
  /** The evidence. */
  readonly detail: Sentence
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
}
