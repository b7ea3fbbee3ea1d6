import type { Owner } from '../../../shared/model/owner.ts'

/** Users of a project, for reading only. Every method rejects with `CoatcheckError` only; `CANCELLED` when its signal was aborted. */
export interface UserDirectory extends AsyncDisposable {
  /** The table's name; null: the database has no such table, and nobody can be named. */
  describe(signal: AbortSignal): Promise<string | null>
  /** Owners in the order of `ids`; those that the table does not have are `gone`. */
  byIds(ids: readonly string[], signal: AbortSignal): Promise<readonly Owner[]>
  /** The password column of one user, as it stands; null: no such user, or no such column. Secret. */
  passwordOf(id: string, signal: AbortSignal): Promise<string | null>
  /** Ids of users whose name is exactly this, or begins so where it ends with `*`. Letter case counts as in the database. */
  idsOf(name: string, limit: number, signal: AbortSignal): Promise<readonly string[]>
  /** At most `limit` users with this text in their name or e-mail, or as their id; names that begin so come first. An empty text fits everybody. */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly Owner[]>
}
