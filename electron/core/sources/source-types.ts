import type { CoatcheckError } from '../../../shared/errors.ts'
import type { AppEvent } from '../../../shared/model/app.ts'
import type { Environment } from '../../../shared/model/environment.ts'
import type { SourceProject } from '../../../shared/model/project.ts'
import type { PlaceSecrets, SigningKeys, Source, SourceId, SourceTarget } from '../../../shared/model/source.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { Decoder, Keyring } from '../codecs/decoder.ts'
import type { StoreProfile } from '../connections/open-store.ts'
import type { RemoteStore } from '../connections/remote-store.ts'
import type { Clock, SessionSettings, SessionSource } from '../sessions/session-source.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import type { SshProfile } from '../tunnel/ssh-client.ts'
import type { GivenCookies } from './pasted-cookies.ts'

/** The SSH server on the way, with what gets in there. */
export type SshAccess = Omit<SshProfile, 'knownHostsFile'>

/** A target worked out: which store, how the site is set up, which keys come with it. */
export interface ResolvedTarget {
  readonly target: SourceTarget
  readonly name: string
  readonly kind: Source['kind']
  readonly location: string
  readonly environment: Environment
  /** Nobody but this machine is reached, as far as its name tells. */
  readonly isLocal: boolean
  readonly profile: StoreProfile
  /** Of a pair: where its cache is, for people. Missing: another store. */
  readonly cacheLocation?: string
  /** Where the project's users are; null: nobody knows. */
  readonly users: UserProfile | null
  /** null: no SSH server is on the way; of a pair: on the way to its rows. */
  readonly ssh: SshAccess | null
  /** Of a pair: the SSH server on the way to its cache. Missing: none. */
  readonly cacheSsh?: SshAccess
  readonly settings: SessionSettings
  readonly keyring: Keyring
  /** The project that it is a store of; missing: none. */
  readonly project?: SourceProject
}

/** What it takes to open a store. */
export type StoreAccess = Pick<ResolvedTarget, 'profile' | 'ssh' | 'cacheSsh' | 'users'>

export interface OpenSource {
  readonly resolved: ResolvedTarget
  readonly source: Source
  readonly session: SessionSource
  /** People have unlocked it for writing, or its URL did. */
  readonly unlocked: boolean
}

export interface SourceRegistry {
  open(target: SourceTarget, options: OpenOptions, signal: AbortSignal): Promise<Source>
  setKeys(id: SourceId, keys: SigningKeys): Promise<Source>
  setClock(id: SourceId, clock: Omit<StoreClock, 'origin'>, signal: AbortSignal): Promise<Source>
  setEnvironment(id: SourceId, environment: Environment, signal: AbortSignal): Promise<Source>
  /** Works its target out anew: the project may say more, or less, than before. */
  renew(id: SourceId, signal: AbortSignal): Promise<Source>
  /** Opens it anew, for writing. @throws CONFIRMATION_REQUIRED when `name` is not the source's */
  unlock(id: SourceId, name: string, signal: AbortSignal): Promise<Source>
  lock(id: SourceId, signal: AbortSignal): Promise<Source>
  /** Asks the server that has its users from now on. @throws CONFIRMATION_REQUIRED when `place` is not the one that people were shown; what keeps it from being reached */
  connectUsers(id: SourceId, place: string, signal: AbortSignal): Promise<Source>
  /** Puts cookies into a jar. @throws STORE_UNSUPPORTED for another store */
  fill(id: SourceId, given: GivenCookies, signal: AbortSignal): Promise<Source>
  close(id: SourceId): Promise<void>
  list(): readonly Source[]
  /** @throws REQUEST_INVALID for an id that is not open; CONNECT_LOST for one whose worker has ended */
  get(id: SourceId): OpenSource
  all(): readonly OpenSource[]
  /** What it was opened with, for the vault. Never to be told to a face. */
  secretsOf(id: SourceId): PlaceSecrets
  onEvent(listener: (event: AppEvent) => void): () => void
  announce(event: AppEvent): void
  dispose(): Promise<void>
}

/** Secrets outrank those in the target. */
export interface OpenOptions extends PlaceSecrets, GivenCookies {
  readonly keys?: SigningKeys | undefined
  readonly clock?: Omit<StoreClock, 'origin'> | undefined
  /** Under which people have saved it; outranks its own. */
  readonly name?: string | undefined
}

export interface RegistryParts {
  readonly decoder: Decoder
  readonly resolve: (target: SourceTarget, given: GivenCookies, signal: AbortSignal) => Promise<ResolvedTarget>
  /** `onLost` is called once, when the store ends by itself. */
  readonly openStore: (access: StoreAccess, onLost: (error: CoatcheckError) => void) => Promise<RemoteStore>
  readonly clock: Clock
  readonly newId: () => string
}
