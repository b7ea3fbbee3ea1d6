/** Keys whose values are shown only on demand. `_auth_user_hash` is derived from the password. */
const SECRET = /password|passwd|secret|token|csrf|api_?key|^_auth_user_hash$/i

export function isSecretKey(key: string): boolean {
  return SECRET.test(key)
}

/** Keys that Django's own apps write. */
export function isReservedKey(key: string): boolean {
  return key.startsWith('_auth_user_') || key === '_session_expiry' || key === '_messages' || key === 'testcookie'
}

export const MASK = '••••••'
