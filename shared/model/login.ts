import type { SessionRow } from './session.ts'

/**
 * What `get_user` (django/contrib/auth/__init__.py) makes of the login in a live session, at the next request. In Django's order:
 * - `user-no-key`: `_auth_user_id` cannot be a primary key of the user table. Django fails over it (ValidationError), before it asks for anything else.
 * - `no-backend`: `_auth_user_id` is there and `_auth_user_backend` is not. Anonymous.
 * - `backend-gone`: the backend is not in AUTHENTICATION_BACKENDS. Anonymous.
 * - `user-gone`: the user table has no such row. Anonymous.
 * - `inactive`: the user is not active, and the backend asks for it. Anonymous; the session stays, and is good again with the user.
 * - `hash-missing`, `hash-differs`: `_auth_user_hash` does not verify with SECRET_KEY or a fallback. Django flushes the session.
 */
export type LoginRefusal = 'user-no-key' | 'no-backend' | 'backend-gone' | 'user-gone' | 'inactive' | 'hash-missing' | 'hash-differs'

/**
 * What keeps a login from being judged: nobody guesses.
 * - `no-project`: the store was opened without its project, which says where users are and which backends log them in.
 * - `no-users`: no user table is known, or it cannot be read now.
 * - `no-key`: SECRET_KEY is not known.
 * - `no-backends`: AUTHENTICATION_BACKENDS is not known, and nothing else refuses.
 * - `other-backend`: the backend is not Django's own, or loads users in its own way.
 * - `other-users`: the user model makes its hash, or finds its users, in its own way.
 */
export type LoginUnknown = 'no-project' | 'no-users' | 'no-key' | 'no-backends' | 'other-backend' | 'other-users'

export type LoginVerdict = 'valid' | LoginRefusal | LoginUnknown

/** `none`: nobody is logged in by it, as it is anonymous or Django does not load it. */
export type LoginState = 'valid' | 'refused' | 'unchecked' | 'none'

const REFUSED: ReadonlySet<LoginVerdict> = new Set<LoginRefusal>(['user-no-key', 'no-backend', 'backend-gone', 'user-gone', 'inactive', 'hash-missing', 'hash-differs'])

/** null: its data cannot be read, so nobody knows. */
export function loginState({ state, topLevelKeys, userId, login }: Pick<SessionRow, 'state' | 'topLevelKeys' | 'userId' | 'login'>): LoginState | null {
  if (topLevelKeys === null) return null
  if (userId === null || state !== 'live') return 'none'
  return login === undefined ? 'unchecked' : login === 'valid' ? 'valid' : REFUSED.has(login) ? 'refused' : 'unchecked'
}

export function isRefused(login: LoginVerdict | undefined): login is LoginRefusal {
  return login !== undefined && REFUSED.has(login)
}
