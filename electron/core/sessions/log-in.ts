import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { ChangeCheck } from '../../../shared/model/change.ts'
import type { Owner } from '../../../shared/model/owner.ts'
import type { DataEntry, DictNode } from '../../../shared/values/node.ts'
import { loginHash } from '../codecs/auth-hash.ts'
import { wayOf } from './auth-backend.ts'
import { secretKey } from './encode-like.ts'
import type { Owners } from './owners.ts'
import type { SessionSource } from './session-source.ts'

/** AUTHENTICATION_BACKENDS (django/conf/global_settings.py). */
const MODEL_BACKEND = 'django.contrib.auth.backends.ModelBackend'

/** SESSION_KEY, BACKEND_SESSION_KEY and HASH_SESSION_KEY (django/contrib/auth/__init__.py). */
export const LOGIN_KEYS = ['_auth_user_id', '_auth_user_backend', '_auth_user_hash'] as const

export interface LoggedIn {
  readonly data: DictNode
  /** For people. */
  readonly name: string
  readonly checks: readonly ChangeCheck[]
}

/**
 * Session data as `django.contrib.auth.login` leaves it for this user, before whatever else it holds.
 * `user`: a name, or `#` and the primary key.
 * @throws STORE_NOT_FOUND where no such user, or no user table, is known; SIGNATURE_KEY_MISSING
 */
export async function logIn(source: SessionSource, user: string, data: DictNode, signal: AbortSignal): Promise<LoggedIn> {
  const { owners, settings } = source
  if (owners === null || (await owners.table(signal)) === null) throw new CoatcheckError('STORE_NOT_FOUND', 'sessions.noUserTableLogin', { hint: 'next.trustForUsers' })
  const key = secretKey(source)
  if (key === undefined) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'sessions.loginNeedsKey', { hint: 'next.giveKey' })
  const { id, username, isActive } = await findUser(owners, user, signal)
  const password = await owners.passwordOf(id, signal)
  if (password === null) throw new CoatcheckError('STORE_UNSUPPORTED', 'sessions.noPasswordColumn', { hint: 'next.logInByBrowser' })
  const backend = settings.authBackends?.[0] ?? MODEL_BACKEND
  const values = [id, backend, loginHash(password, key.secret, settings.djangoVersion)]
  const entries = LOGIN_KEYS.map((name, index): DataEntry => ({ key: { kind: 'str', value: name }, value: { kind: 'str', value: values[index] ?? '' } }))
  const rest = data.entries.filter((entry) => entry.key.kind !== 'str' || !LOGIN_KEYS.some((name) => entry.key.kind === 'str' && entry.key.value === name))
  const name = username ?? id
  return {
    data: { kind: 'dict', entries: [...entries, ...rest] },
    name,
    checks: [
      check('ok', 'login', { name, backend }),
      ...(settings.authBackends === null ? [check('warn', 'backendAssumed')] : []),
      ...(settings.djangoVersion === null ? [check('warn', 'versionAssumed')] : []),
      ...(isActive === false && wayOf(backend, settings.userLogin) !== 'anybody' ? [check('warn', 'inactiveUser', { name })] : []),
    ],
  }
}

/** The one user who is meant. @throws STORE_NOT_FOUND; REQUEST_INVALID where several are */
export async function findUser(owners: Owners, user: string, signal: AbortSignal): Promise<Owner> {
  const ids = user.startsWith('#') ? [user.slice(1)] : await owners.idsOf(user, signal)
  const [id, ...others] = ids
  if (others.length > 0) throw new CoatcheckError('REQUEST_INVALID', reason('sessions.manyUsers', { count: ids.length, user }), { hint: 'next.primaryKey' })
  const owner = id === undefined ? undefined : (await owners.find([id], signal)).get(id)
  if (owner?.state !== 'known') throw new CoatcheckError('STORE_NOT_FOUND', reason('sessions.noUser', { user }), { hint: 'next.nameOrPrimaryKey' })
  return owner
}

function check(level: ChangeCheck['level'], id: string, params: ChangeCheck['sentence']['params'] = {}): ChangeCheck {
  return { level, sentence: { id: `changes.checks.${id}`, params } }
}
