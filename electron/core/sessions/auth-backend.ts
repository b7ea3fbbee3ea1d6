/** Backends that do not ask whether a user is active (django/contrib/auth/backends.py). */
const ALLOWS_ALL = /\.AllowAllUsers(?:Model|Remote)?\w*Backend$/

export function allowsInactive(backend: string): boolean {
  return ALLOWS_ALL.test(backend)
}
