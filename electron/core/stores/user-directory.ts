import type { Owner } from '../../../shared/model/owner.ts'

/** Of one user, as the table has them. Missing columns are null. */
export interface Credentials {
  readonly isActive: boolean | null
  /** The password column as it stands. Never leaves the core. */
  readonly password: string | null
}

/** Users of a project, for reading only. Every method rejects with `CoatcheckError` only; `CANCELLED` when its signal was aborted. */
export interface UserDirectory extends AsyncDisposable {
  /** The table's name; null: the database has no such table, and nobody can be named. */
  describe(signal: AbortSignal): Promise<string | null>
  /** Owners in the order of `ids`; those that the table does not have are `gone`, or `no-key`. */
  byIds(ids: readonly string[], signal: AbortSignal): Promise<readonly Owner[]>
  /** What a login of each is checked against, in one look; those that the table does not have are missing. `no-key`: as of an owner. Secret. */
  credentialsOf(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Credentials | 'no-key'>>
  /** Ids of users whose name is exactly this, or begins so where it ends with `*`. Letter case counts as in the database. */
  idsOf(name: string, limit: number, signal: AbortSignal): Promise<readonly string[]>
  /** At most `limit` users with this text in their name or e-mail, or as their id; names that begin so come first. An empty text fits everybody. */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly Owner[]>
}
