import type { LoginUnknown, LoginVerdict } from '../../../shared/model/login.ts'
import { matchAuthHash } from '../codecs/auth-hash.ts'
import type { Keyring } from '../codecs/decoder.ts'
import type { LoginClaim } from '../codecs/top-level.ts'
import type { Credentials } from '../stores/user-directory.ts'
import { wayOf } from './auth-backend.ts'
import type { SessionSource } from './session-source.ts'

/** What a live session says of its login. */
export interface ClaimedLogin extends LoginClaim {
  readonly id: string
}

/** What Django would make of each login, in their order; null: there is none. Users are looked up once for all of them. */
export async function judgeLogins(source: SessionSource, claims: readonly (ClaimedLogin | null)[], signal: AbortSignal): Promise<readonly (LoginVerdict | null)[]> {
  const ids = new Set(claims.flatMap((claim) => (claim === null ? [] : [claim.id])))
  if (ids.size === 0) return claims.map(() => null)
  const users = source.owners === null ? null : await source.owners.credentials(ids, signal)
  return claims.map((claim) => (claim === null ? null : judgeLogin(source, claim, users)))
}

/** `get_user` of django/contrib/auth/__init__.py. What refuses for certain is said, also where something else is not known. */
function judgeLogin({ settings, keyring }: SessionSource, { id, backend, hash }: ClaimedLogin, users: ReadonlyMap<string, Credentials | 'no-key'> | null): LoginVerdict {
  const { authBackends, userLogin, djangoVersion } = settings
  const user = users?.get(id)
  if (user === 'no-key' && userLogin !== null) return 'user-no-key'
  if (backend === null) return 'no-backend'
  if (authBackends !== null && !authBackends.includes(backend)) return 'backend-gone'
  if (userLogin === null) return 'no-project'
  const way = wayOf(backend, userLogin)
  if (way === null) return 'other-backend'
  if (!userLogin.isDjangos) return 'other-users'
  if (users === null) return 'no-users'
  if (user === undefined || user === 'no-key') return 'user-gone'
  if (way === 'active' && user.isActive === false) return 'inactive'
  if (hash === null || hash === '') return 'hash-missing'
  if (user.password === null) return 'other-users'
  if (matchAuthHash(hash, user.password, keyring, djangoVersion) === null) return hasKey(keyring) ? 'hash-differs' : 'no-key'
  return authBackends === null ? 'no-backends' : 'valid'
}

/** A fallback alone does not refuse. */
const hasKey = ([first]: Keyring): boolean => first?.name === 'SECRET_KEY'

/** Why no login of a source can be judged; null: they can. */
export async function whyNotJudged({ owners, settings, keyring }: SessionSource, signal: AbortSignal): Promise<LoginUnknown | null> {
  if (settings.userLogin === null) return 'no-project'
  if (!settings.userLogin.isDjangos) return 'other-users'
  if (owners === null || owners.notAsked !== undefined) return 'no-users'
  const table = await owners.table(signal).catch(() => null)
  if (table === null) return 'no-users'
  return hasKey(keyring) ? null : 'no-key'
}
