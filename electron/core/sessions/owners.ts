import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { Owner } from '../../../shared/model/owner.ts'
import type { Credentials, UserDirectory } from '../stores/user-directory.ts'

/** Names for `_auth_user_id`, remembered for a while: a table of sessions asks for the same few users again and again. */
export interface Owners {
  /** The server that has the users, where nobody has agreed to ask it. Missing: it may be asked. */
  readonly notAsked?: string
  /** Owners by the ids asked for. Empty where there is no user table, or it cannot be read just now: sessions are shown all the same. */
  find(ids: Iterable<string>, signal: AbortSignal): Promise<ReadonlyMap<string, Owner>>
  /**
   * Ids of the users of that name (`ana`, `ana*`).
   * @throws STORE_NOT_FOUND where no user table is known; what keeps it from being read
   */
  idsOf(name: string, signal: AbortSignal): Promise<readonly string[]>
  /** The password column of one user; null: not known. Secret: it is compared and never shown. @throws what keeps it from being read */
  passwordOf(id: string, signal: AbortSignal): Promise<string | null>
  /**
   * What the logins of these users are checked against; those without a row are missing. null: no user table is known, or it cannot be read now.
   * Secret, as above.
   */
  credentials(ids: Iterable<string>, signal: AbortSignal): Promise<ReadonlyMap<string, Credentials | 'no-key'> | null>
  /** The first `limit` users that a text fits, for people to choose from. @throws what keeps them from being read */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly Owner[]>
  /** Name of the user table; null: none is known. @throws what keeps it from being read */
  table(signal: AbortSignal): Promise<string | null>
}

/** A user who changes is shown anew after this long, in milliseconds. */
const REMEMBERED_MS = 30_000
/** Credentials: long enough for one walk over the store. */
const CHECKED_MS = 5_000
const MOST_REMEMBERED = 50_000
/** Users that one name may stand for; so many ids may not be all. */
export const MOST_IDS = 1000

/** Users on a server that nobody has agreed to ask: none has a name, and looking for one is refused. */
export function ownersNotAsked(place: string): Owners {
  const refuse = async (): Promise<never> => {
    throw new CoatcheckError('CONFIRMATION_REQUIRED', reason('sessions.usersElsewhere', { place }), { hint: 'next.connectUsers', subject: place })
  }
  return { notAsked: place, find: async () => new Map(), idsOf: refuse, passwordOf: refuse, credentials: async () => null, search: refuse, table: refuse }
}

export function createOwners(users: Omit<UserDirectory, typeof Symbol.asyncDispose>, clock: () => number): Owners {
  const known = remember<Owner>(REMEMBERED_MS, clock)
  /** null: there is no such user. */
  const checked = remember<Credentials | 'no-key' | null>(CHECKED_MS, clock)

  async function read(ids: readonly string[], signal: AbortSignal): Promise<readonly Owner[]> {
    const name = await users.describe(signal)
    return name === null ? [] : users.byIds(ids, signal)
  }

  async function readCredentials(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Credentials | 'no-key'> | null> {
    return (await users.describe(signal)) === null ? null : users.credentialsOf(ids, signal)
  }

  return {
    table: (signal) => users.describe(signal),
    search: async (text, limit, signal) => ((await users.describe(signal)) === null ? [] : users.search(text, limit, signal)),
    async passwordOf(id, signal) {
      const user = (await readCredentials([id], signal))?.get(id)
      return user === undefined || user === 'no-key' ? null : user.password
    },

    async find(ids, signal) {
      const { found, missing } = known.split(ids)
      if (missing.length === 0) return found
      const owners = await read(missing, signal).catch(unlessCancelled([]))
      return known.add(found, owners.map((owner) => [owner.id, owner]))
    },

    async credentials(ids, signal) {
      const { found, missing } = checked.split(ids)
      if (missing.length > 0) {
        const read = await readCredentials(missing, signal).catch(unlessCancelled(null))
        if (read === null) return null
        checked.add(found, missing.map((id) => [id, read.get(id) ?? null]))
      }
      return new Map([...found].flatMap(([id, one]) => (one === null ? [] : [[id, one] as const])))
    },

    async idsOf(name, signal) {
      if ((await users.describe(signal)) === null) throw new CoatcheckError('STORE_NOT_FOUND', 'sessions.noUserTable', { hint: 'next.useNumberQuery' })
      return users.idsOf(name, MOST_IDS, signal)
    },
  }
}

/** Values by id, each for a while. */
function remember<Value>(ms: number, clock: () => number) {
  const known = new Map<string, { readonly value: Value; readonly until: number }>()
  return {
    split(ids: Iterable<string>): { readonly found: Map<string, Value>; readonly missing: readonly string[] } {
      const now = clock()
      const found = new Map<string, Value>()
      const missing = new Set<string>()
      for (const id of ids) {
        const entry = known.get(id)
        if (entry !== undefined && entry.until > now) found.set(id, entry.value)
        else missing.add(id)
      }
      return { found, missing: [...missing] }
    },
    add(found: Map<string, Value>, values: readonly (readonly [id: string, value: Value])[]): ReadonlyMap<string, Value> {
      const until = clock() + ms
      if (known.size + values.length > MOST_REMEMBERED) known.clear()
      for (const [id, value] of values) {
        known.set(id, { value, until })
        found.set(id, value)
      }
      return found
    },
  }
}

/** Sessions are shown all the same where users cannot be read. */
function unlessCancelled<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof CoatcheckError && error.code === 'CANCELLED') throw error
    return instead
  }
}
