import type { PlaceSecrets } from '../../../shared/model/source.ts'
import type { LayerProfile, StoreProfile } from '../connections/open-store.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import type { ResolvedTarget, SshAccess, StoreAccess } from './source-types.ts'

type Secrets = Omit<PlaceSecrets, 'trustHostKey'>
type Access = Pick<ResolvedTarget, 'profile' | 'ssh' | 'cacheSsh'>

/** What gets in there, each under the name by which it is given. `password` is that of the rows where there is a pair. */
export function secretsOf({ profile, ssh, cacheSsh }: Access): Secrets {
  const [first, cache] = profile.kind === 'pair' ? [profile.row, profile.cache] : [profile, null]
  const found: Readonly<Record<keyof Secrets, string | null>> = {
    password: passwordOf(first),
    sentinelPassword: sentinelPasswordOf(first) ?? sentinelPasswordOf(cache),
    cachePassword: passwordOf(cache),
    sshSecret: ssh?.secret ?? null,
    cacheSshSecret: cacheSsh?.secret ?? null,
  }
  const secrets: { -readonly [Name in keyof Secrets]: string } = {}
  for (const name of Object.keys(found) as (keyof Secrets)[]) {
    const secret = found[name]
    if (secret !== null) secrets[name] = secret
  }
  return secrets
}

/** The same place with these secrets; one that is not among them stays. No layer hears the password of another. */
export function withSecrets<Place extends Access>(place: Place, { password, sentinelPassword, cachePassword, sshSecret, cacheSshSecret, trustHostKey }: PlaceSecrets): Place {
  const { profile, ssh, cacheSsh } = place
  const layer = (one: LayerProfile, own: string | undefined): LayerProfile => {
    const told: LayerProfile = own === undefined || !('password' in one) ? one : { ...one, password: own }
    return sentinelPassword === undefined || told.kind !== 'redis' || told.topology.kind !== 'sentinel' ? told : { ...told, sentinelPassword }
  }
  const way = (one: SshAccess, secret: string | undefined): SshAccess => ({ ...one, secret: secret ?? one.secret, trustHostKey: trustHostKey ?? null })
  return {
    ...place,
    profile: profile.kind === 'pair' ? { ...profile, row: layer(profile.row, password), cache: layer(profile.cache, cachePassword) } : layer(profile, password),
    ssh: ssh === null ? null : way(ssh, sshSecret),
    ...(cacheSsh === undefined ? {} : { cacheSsh: way(cacheSsh, cacheSshSecret) }),
  }
}

/** A secret that was told once need not be told again. */
export function keepSecrets<Place extends Access>(next: Place, held: Access): Place {
  return withSecrets(next, { ...secretsOf(held), ...secretsOf(next) })
}

export function accessOf({ profile, ssh, cacheSsh, users }: StoreAccess): StoreAccess {
  return { profile, ssh, users, ...(cacheSsh === undefined ? {} : { cacheSsh }) }
}

/** Leave to write, or none: of a pair, for both of its layers. */
export function withWrites(profile: StoreProfile, allowWrites: boolean): StoreProfile {
  const layer = (one: LayerProfile): LayerProfile => ('allowWrites' in one ? { ...one, allowWrites } : one)
  return profile.kind === 'pair' ? { ...profile, row: layer(profile.row), cache: layer(profile.cache) } : layer(profile)
}

/** Users on the same server, under the same name, are reached with the same password. No other server ever hears it. */
export function withPassword(users: UserProfile | null, store: StoreProfile): UserProfile | null {
  if (users === null || users.kind === 'sqlite' || users.place.password !== null || store.kind !== users.kind) return users
  const { place } = users
  const isSame = store.host === place.host && store.port === place.port && store.user === place.user
  return isSame ? { ...users, place: { ...place, password: store.password } } : users
}

/** What people tell of a place does not make it another one. */
const TOLD: readonly string[] = ['clock', 'password', 'sentinelPassword', 'allowWrites', 'secret', 'trustHostKey']

/** The same store over the same way, however it is read. */
export function isSamePlace(a: ResolvedTarget, b: ResolvedTarget): boolean {
  const plain = ({ profile, ssh, cacheSsh, project }: ResolvedTarget): string =>
    JSON.stringify([profile, ssh, cacheSsh ?? null, project?.folder ?? null], (name, value: unknown) => (TOLD.includes(name) ? null : value))
  return plain(a) === plain(b)
}

const passwordOf = (layer: LayerProfile | null): string | null => (layer !== null && 'password' in layer ? layer.password : null)
const sentinelPasswordOf = (layer: LayerProfile | null): string | null => (layer?.kind === 'redis' ? layer.sentinelPassword : null)
