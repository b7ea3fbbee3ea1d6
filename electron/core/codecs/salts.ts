/** Salts of Django's session engines (django/contrib/sessions/backends/, `key_salt` and `signed_cookies.py`). */
export const ROW_SALT = 'django.contrib.sessions.SessionStore'
export const COOKIE_SALT = 'django.contrib.sessions.backends.signed_cookies'

const SESSIONS = 'django.contrib.sessions.'
const CLASS_NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/

/** What a person who names a salt may mean: that very salt, or the name of a store class, whose salt follows from it. */
export function saltsNamed(name: string): readonly string[] {
  return CLASS_NAME.test(name) && !name.startsWith('django.') ? [SESSIONS + name, name] : [name]
}

/** Salt of the format before 3.1 for the store class that a newer salt belongs to: its bare name, and no dot before it. */
export function legacySalt(salt: string | null): string {
  const named = salt === null || salt === COOKIE_SALT || !CLASS_NAME.test(salt) ? ROW_SALT : salt
  return `django.contrib.sessions${named.slice(named.lastIndexOf('.') + 1)}`
}
