import type { UserLogin } from './session-source.ts'

/** Whether a backend loads users as Django's own do, and which of them: those that are active, or anybody (django/contrib/auth/backends.py). */
export type BackendWay = 'active' | 'anybody'

const DJANGOS: Readonly<Record<string, BackendWay>> = {
  'django.contrib.auth.backends.ModelBackend': 'active',
  'django.contrib.auth.backends.RemoteUserBackend': 'active',
  'django.contrib.auth.backends.AllowAllUsersModelBackend': 'anybody',
  'django.contrib.auth.backends.AllowAllUsersRemoteUserBackend': 'anybody',
}
/** null: it may do it in its own way; only the project's Python can tell. */
export function wayOf(backend: string, userLogin: UserLogin | null): BackendWay | null {
  const told = userLogin !== null && Object.hasOwn(userLogin.backends, backend) ? userLogin.backends[backend] : undefined
  return told ?? (Object.hasOwn(DJANGOS, backend) ? (DJANGOS[backend] ?? null) : null)
}
