import type { UserTable } from '../../../../shared/model/owner.ts'
import type { ServerPlace } from '../database/server-place.ts'
import type { UserDirectory } from '../user-directory.ts'
import { createUserTable } from './user-table.ts'
import type { UserDatabase } from './user-table.ts'

/** The database that holds a project's users: the alias that AUTH_USER_MODEL is routed to. */
export type UserProfile = { readonly users: UserTable } & (
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly place: ServerPlace }
)

/** Connects when the first question comes. Only the driver that it takes is loaded. */
export async function openUsers(profile: UserProfile): Promise<UserDirectory> {
  return createUserTable(await databaseOf(profile), profile.users)
}

async function databaseOf(profile: UserProfile): Promise<UserDatabase> {
  if (profile.kind === 'sqlite') return (await import('./sqlite-users.ts')).sqliteUsers(profile.path)
  return (await import('./server-users.ts')).serverUsers(profile.kind, profile.place)
}
