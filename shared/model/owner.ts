/** Whose session it is: the row of the project's user table that `_auth_user_id` points to. */
export interface Owner {
  /** `_auth_user_id` as it stands in the session. */
  readonly id: string
  /**
   * `gone`: the table has no such user any more, and Django treats the session as anonymous. `no-key`: no user can have such a primary
   * key, as after a change to UUIDs; Django fails over it (ValidationError) in every request that asks for its user.
   */
  readonly state: 'known' | 'gone' | 'no-key'
  /** Value of USERNAME_FIELD; null: gone, or no such column is known. */
  readonly username: string | null
  readonly email: string | null
  /** null: the table has no such column. */
  readonly isActive: boolean | null
  readonly isStaff: boolean | null
  readonly isSuperuser: boolean | null
}

/** Users that a text fits, for people to choose from. */
export interface FoundUsers {
  /** null: no user table is known here. */
  readonly table: string | null
  readonly users: readonly Owner[]
  /** More fit than are told. */
  readonly more: boolean
}

/** A user table, as AUTH_USER_MODEL names it. Columns that the model does not have are null. */
export interface UserTable {
  readonly table: string
  /** PostgreSQL's schema; null: as the search path has it. */
  readonly schema: string | null
  readonly columns: UserColumns
}

export interface UserColumns {
  /** Of the primary key. */
  readonly id: string
  /** Of USERNAME_FIELD. */
  readonly username: string | null
  readonly email: string | null
  readonly isActive: string | null
  readonly isStaff: string | null
  readonly isSuperuser: string | null
  /** What `_auth_user_hash` is made of; never leaves the core. */
  readonly password: string | null
}

/** `django.contrib.auth.models.User` in a database of its own making. */
export const AUTH_USER: UserTable = {
  table: 'auth_user',
  schema: null,
  columns: { id: 'id', username: 'username', email: 'email', isActive: 'is_active', isStaff: 'is_staff', isSuperuser: 'is_superuser', password: 'password' },
}
