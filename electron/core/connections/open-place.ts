import { CoatcheckError } from '../../../shared/errors.ts'
import { delegateStore } from '../stores/delegate-store.ts'
import type { SessionStore } from '../stores/session-store.ts'
import type { ServerPlace } from '../stores/database/server-place.ts'
import { openUsers } from '../stores/users/open-users.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import type { Destination } from '../tunnel/open-tunnel.ts'
import type { SshProfile } from '../tunnel/ssh-client.ts'
import { openStore } from './open-store.ts'
import type { LayerProfile, StoreProfile } from './open-store.ts'
import type { OpenedStore } from './store-dispatcher.ts'

/** A store, whose sessions are in it, and the way to it. */
export interface StorePlace {
  readonly profile: StoreProfile
  /** null: nobody knows of a user table. */
  readonly users: UserProfile | null
  /** The SSH server that it is reached through; of a pair, that its rows are. null: none. */
  readonly ssh: SshProfile | null
  /** Of a pair: the SSH server that its cache is reached through; null: none. */
  readonly cacheSsh: SshProfile | null
}

/** Opens in this thread. Tunnels live in the same one, and close with the store. */
export async function openPlace({ profile, users, ssh, cacheSsh }: StorePlace): Promise<OpenedStore> {
  const { store: rows, way } = await openLayer(profile.kind === 'pair' ? profile.row : profile, ssh)
  const store = profile.kind === 'pair' ? await (await import('../stores/pair/pair-store.ts')).openPair(async () => rows, async () => (await openLayer(profile.cache, cacheSsh)).store) : rows
  return { store, users: users === null ? null : await openUsers(way === null ? users : throughTunnel(users, way)) }
}

/** Where a tunnel leads, and where it begins. */
interface Way {
  readonly to: Destination
  readonly via: ServerPlace['via']
}

async function openLayer(profile: LayerProfile, ssh: SshProfile | null): Promise<{ readonly store: SessionStore; readonly way: Way | null }> {
  if (ssh === null) return { store: await openStore(profile), way: null }
  if (!('via' in profile)) throw new CoatcheckError('STORE_UNSUPPORTED', ONLY_SERVERS, { hint: TAKE_OUT })
  const to = destinationOf(profile)
  const { openTunnel } = await import('../tunnel/open-tunnel.ts')
  const tunnel = await openTunnel(ssh, to)
  try {
    const store = await openStore({ ...profile, via: tunnel.via })
    return {
      way: { to, via: tunnel.via },
      store: delegateStore(store, {
        async [Symbol.asyncDispose]() {
          await store[Symbol.asyncDispose]()
          await tunnel[Symbol.asyncDispose]()
        },
      }),
    }
  } catch (error) {
    await tunnel[Symbol.asyncDispose]()
    // The driver only saw a connection that broke off.
    throw tunnel.failure ?? error
  }
}

const ONLY_SERVERS = 'stores.onlyServers'
const TAKE_OUT = 'next.takeSshOut'

/** @throws STORE_UNSUPPORTED for a socket, and for servers that name other servers */
function destinationOf(profile: Extract<StoreProfile, { readonly via: unknown }>): Destination {
  if (profile.kind !== 'redis') {
    if (profile.host.startsWith('/')) throw new CoatcheckError('STORE_UNSUPPORTED', ONLY_SERVERS, { hint: TAKE_OUT })
    return profile
  }
  if (profile.topology.kind !== 'single') {
    throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.sentinelsBySsh', { hint: 'next.oneServerBySsh' })
  }
  const [address] = profile.addresses
  if (address === undefined || 'path' in address) throw new CoatcheckError('STORE_UNSUPPORTED', ONLY_SERVERS, { hint: TAKE_OUT })
  return address
}

/** Users on the same server are reached the same way. */
function throughTunnel(users: UserProfile, { to: { host, port }, via }: Way): UserProfile {
  return users.kind !== 'sqlite' && users.place.host === host && users.place.port === port ? { ...users, place: { ...users.place, via } } : users
}
