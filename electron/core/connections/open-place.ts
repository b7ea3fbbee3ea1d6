import { CoatcheckError } from '../../../shared/errors.ts'
import { delegateStore } from '../stores/delegate-store.ts'
import type { SessionStore } from '../stores/session-store.ts'
import { openTunnel } from '../tunnel/open-tunnel.ts'
import type { SshProfile } from '../tunnel/ssh-client.ts'
import { openStore } from './open-store.ts'
import type { StoreProfile } from './open-store.ts'

/** A store, and the way to it. */
export interface StorePlace {
  readonly profile: StoreProfile
  /** The SSH server that it is reached through; null: none. */
  readonly ssh: SshProfile | null
}

/** Opens in this thread. The tunnel lives in the same one, and closes with the store. */
export async function openPlace({ profile, ssh }: StorePlace): Promise<SessionStore> {
  if (ssh === null) return openStore(profile)
  if (!('via' in profile) || profile.host.startsWith('/')) {
    throw new CoatcheckError('STORE_UNSUPPORTED', 'Only a store with a host and a port can be reached through SSH.', { hint: 'Take the SSH server out.' })
  }
  const tunnel = await openTunnel(ssh, profile)
  try {
    const store = await openStore({ ...profile, via: tunnel.via })
    return delegateStore(store, {
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]()
        await tunnel[Symbol.asyncDispose]()
      },
    })
  } catch (error) {
    await tunnel[Symbol.asyncDispose]()
    // The driver only saw a connection that broke off.
    throw tunnel.failure ?? error
  }
}
