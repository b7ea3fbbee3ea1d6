import type { SessionRow } from './session.ts'

/**
 * Who seems to be behind a session; what every facet, query (`is:`) and report means by these words.
 * - `signed-in`: `_auth_user_id` is in its data.
 * - `empty`: nothing is in its data but `_session_expiry`, if that. Django stores it all the same, and it holds nobody's anything.
 * - `bot-like`: of nobody, with one key besides `_session_expiry`, in at most `BOT_BYTES`: what a single request leaves behind that never
 *   sends its cookie back (a crawler meets `next` or a CSRF token). A guess by shape, so it is called "-like", and nothing is removed for it alone.
 * - `anonymous`: of nobody, with more than that.
 */
export type Visitor = 'signed-in' | 'anonymous' | 'bot-like' | 'empty'

/** Stored bytes: a signed text of one short value has about a hundred. */
export const BOT_BYTES = 128

const OWN_EXPIRY = '_session_expiry'

/** null: its data cannot be read, so nobody knows. */
export function visitorOf({ topLevelKeys, keyCount, userId, sizeBytes }: Pick<SessionRow, 'topLevelKeys' | 'keyCount' | 'userId' | 'sizeBytes'>): Visitor | null {
  if (topLevelKeys === null) return null
  if (userId !== null) return 'signed-in'
  const count = topLevelKeys.includes(OWN_EXPIRY) ? keyCount - 1 : keyCount
  if (count === 0) return 'empty'
  return count === 1 && sizeBytes <= BOT_BYTES ? 'bot-like' : 'anonymous'
}
