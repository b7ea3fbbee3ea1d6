import { CoatcheckError } from '../../../shared/errors.ts'
import { delegateStore } from '../stores/delegate-store.ts'
import type { ServerPlace } from '../stores/database/server-place.ts'
import { openUsers } from '../stores/users/open-users.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import { openTunnel } from '../tunnel/open-tunnel.ts'
import type { SshProfile } from '../tunnel/ssh-client.ts'
import { openStore } from './open-store.ts'
import type { StoreProfile } from './open-store.ts'
import type { OpenedStore } from './store-dispatcher.ts'

/** A store, whose sessions are in it, and the way to it. */
export interface StorePlace {
  readonly profile: StoreProfile
  /** null: nobody knows of a user table. */
  readonly users: UserProfile | null
  /** The SSH server that it is reached through; null: none. */
  readonly ssh: SshProfile | null
}

/** Opens in this thread. The tunnel lives in the same one, and closes with the store. */
export async function openPlace({ profile, users, ssh }: StorePlace): Promise<OpenedStore> {
  if (ssh === null) return { store: await openStore(profile), users: users === null ? null : openUsers(users) }
  if (!('via' in profile) || profile.host.startsWith('/')) {
    throw new CoatcheckError('STORE_UNSUPPORTED', 'Only a store with a host and a port can be reached through SSH.', { hint: 'Take the SSH server out.' })
  }
  const tunnel = await openTunnel(ssh, profile)
  try {
    const store = await openStore({ ...profile, via: tunnel.via })
    return {
      store: delegateStore(store, {
        async [Symbol.asyncDispose]() {
          await store[Symbol.asyncDispose]()
          await tunnel[Symbol.asyncDispose]()
        },
      }),
      users: users === null ? null : openUsers(throughTunnel(users, profile, tunnel.via)),
    }
  } catch (error) {
    await tunnel[Symbol.asyncDispose]()
    // The driver only saw a connection that broke off.
    throw tunnel.failure ?? error
  }
}

/** Users on the same server are reached the same way. */
function throughTunnel(users: UserProfile, { host, port }: Pick<ServerPlace, 'host' | 'port'>, via: ServerPlace['via']): UserProfile {
  return users.kind !== 'sqlite' && users.place.host === host && users.place.port === port ? { ...users, place: { ...users.place, via } } : users
}
