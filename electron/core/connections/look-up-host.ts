import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { CoatcheckError, cancelled } from '../../../shared/errors.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { StoreProfile } from './open-store.ts'

/** Host of a store that is reached over the network; null: a file, or a socket of this machine. */
export function hostOf(profile: StoreProfile): string | null {
  if (profile.kind === 'redis') return hostOfRedis(profile)
  return 'host' in profile && typeof profile.host === 'string' && !profile.host.startsWith('/') ? profile.host : null
}

/** Of several that name others, none is the one that counts. */
function hostOfRedis({ topology, addresses: [address] }: Extract<StoreProfile, { readonly kind: 'redis' }>): string | null {
  return topology.kind === 'single' && address !== undefined && 'host' in address ? address.host : null
}

/** Addresses of a host, as the system gives them. @throws CONNECT_REFUSED, CONNECT_TIMEOUT, CANCELLED */
export async function lookUpHost(host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.storeMs)])
  const late = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => reject(signal.aborted ? cancelled() : new CoatcheckError('CONNECT_TIMEOUT', 'reach.lookUpSilent', { hint: 'next.checkNetworkAgain', subject: host, retryable: true })), { once: true })
  })
  const found = lookup(host, { all: true }).catch((cause: unknown) => {
    throw new CoatcheckError('CONNECT_REFUSED', 'reach.noHost', { hint: 'next.checkHost', subject: host }, cause)
  })
  return (await Promise.race([found, late])).map(({ address }) => address)
}
