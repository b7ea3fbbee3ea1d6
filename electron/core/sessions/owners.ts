import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { Owner } from '../../../shared/model/owner.ts'
import type { UserDirectory } from '../stores/user-directory.ts'

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
  /** The first `limit` users that a text fits, for people to choose from. @throws what keeps them from being read */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly Owner[]>
  /** Name of the user table; null: none is known. @throws what keeps it from being read */
  table(signal: AbortSignal): Promise<string | null>
}

/** A user who changes is shown anew after this long, in milliseconds. */
const REMEMBERED_MS = 30_000
const MOST_REMEMBERED = 50_000
/** Users that one name may stand for; so many ids may not be all. */
export const MOST_IDS = 1000

/** Users on a server that nobody has agreed to ask: none has a name, and looking for one is refused. */
export function ownersNotAsked(place: string): Owners {
  const refuse = async (): Promise<never> => {
    throw new CoatcheckError('CONFIRMATION_REQUIRED', reason('sessions.usersElsewhere', { place }), { hint: 'next.connectUsers', subject: place })
  }
  return { notAsked: place, find: async () => new Map(), idsOf: refuse, passwordOf: refuse, search: refuse, table: refuse }
}

export function createOwners(users: Omit<UserDirectory, typeof Symbol.asyncDispose>, clock: () => number): Owners {
  const known = new Map<string, { readonly owner: Owner; readonly until: number }>()

  function remembered(id: string, now: number): Owner | null {
    const entry = known.get(id)
    return entry !== undefined && entry.until > now ? entry.owner : null
  }

  async function read(ids: readonly string[], signal: AbortSignal): Promise<readonly Owner[]> {
    const name = await users.describe(signal)
    return name === null ? [] : users.byIds(ids, signal)
  }

  return {
    table: (signal) => users.describe(signal),
    search: async (text, limit, signal) => ((await users.describe(signal)) === null ? [] : users.search(text, limit, signal)),
    passwordOf: async (id, signal) => ((await users.describe(signal)) === null ? null : users.passwordOf(id, signal)),

    async find(ids, signal) {
      const now = clock()
      const found = new Map<string, Owner>()
      const missing = new Set<string>()
      for (const id of ids) {
        const owner = remembered(id, now)
        if (owner === null) missing.add(id)
        else found.set(id, owner)
      }
      if (missing.size === 0) return found
      const owners = await read([...missing], signal).catch((error: unknown) => {
        if (error instanceof CoatcheckError && error.code === 'CANCELLED') throw error
        return []
      })
      if (known.size + owners.length > MOST_REMEMBERED) known.clear()
      for (const owner of owners) {
        known.set(owner.id, { owner, until: now + REMEMBERED_MS })
        found.set(owner.id, owner)
      }
      return found
    },

    async idsOf(name, signal) {
      if ((await users.describe(signal)) === null) throw new CoatcheckError('STORE_NOT_FOUND', 'sessions.noUserTable', { hint: 'next.useNumberQuery' })
      return users.idsOf(name, MOST_IDS, signal)
    },
  }
}
