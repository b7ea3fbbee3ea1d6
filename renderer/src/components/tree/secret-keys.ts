/** Keys that Django's own apps write. */
export function isReservedKey(key: string): boolean {
  return key.startsWith('_auth_user_') || key === '_session_expiry' || key === '_messages' || key === 'testcookie'
}

export const MASK = '••••••'
