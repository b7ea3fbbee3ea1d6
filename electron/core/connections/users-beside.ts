import type { UserTable } from '../../../shared/model/owner.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import type { StoreProfile } from './open-store.ts'

/** The users in the same database. null: the store is in no database. */
export function usersBeside(store: StoreProfile, users: UserTable): UserProfile | null {
  switch (store.kind) {
    case 'sqlite':
      return { kind: 'sqlite', path: store.path, users }
    case 'postgres':
    case 'mysql':
      return { kind: store.kind, place: store, users }
    case 'pair':
      return usersBeside(store.row, users)
    default:
      return null
  }
}
