import type { SerializedError } from '../../../shared/errors.ts'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import type { AppEvent } from '../../../shared/model/app.ts'
import type { Environment } from '../../../shared/model/environment.ts'
import type { PlaceSecrets, SigningKeys, Source, SourceId, SourceTarget } from '../../../shared/model/source.ts'
import type { SourceProject } from '../../../shared/model/project.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { Decoder, Keyring } from '../codecs/decoder.ts'
import type { LayerProfile, StoreProfile } from '../connections/open-store.ts'
import type { RemoteStore } from '../connections/remote-store.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import { createOwners } from '../sessions/owners.ts'
import type { Clock, SessionSettings, SessionSource } from '../sessions/session-source.ts'
import { lockStore } from '../stores/delegate-store.ts'
import type { StoreDescription } from '../stores/session-store.ts'
import type { SshProfile } from '../tunnel/ssh-client.ts'
import { lockReasonOf } from './lock.ts'

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
  /** null: no SSH server is on the way. */
  readonly ssh: SshAccess | null
  readonly settings: SessionSettings
  readonly keyring: Keyring
  /** The project that it is a store of; missing: none. */
  readonly project?: SourceProject
}

/** What it takes to open a store. */
export type StoreAccess = Pick<ResolvedTarget, 'profile' | 'ssh' | 'users'>

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
export interface OpenOptions extends PlaceSecrets {
  readonly keys?: SigningKeys | undefined
  readonly clock?: Omit<StoreClock, 'origin'> | undefined
  /** Text of a jar of pasted cookies. */
  readonly cookies?: string | undefined
  /** Under which people have saved it; outranks its own. */
  readonly name?: string | undefined
}

export interface RegistryParts {
  readonly decoder: Decoder
  readonly resolve: (target: SourceTarget, given: Pick<OpenOptions, 'cookies'>, signal: AbortSignal) => Promise<ResolvedTarget>
  /** `onLost` is called once, when the store ends by itself. */
  readonly openStore: (access: StoreAccess, onLost: (error: CoatcheckError) => void) => Promise<RemoteStore>
  readonly clock: Clock
  readonly newId: () => string
}

interface Held {
  readonly open: OpenSource
  lost: SerializedError | null
}

export function createSourceRegistry(parts: RegistryParts): SourceRegistry {
  const held = new Map<SourceId, Held>()
  const listeners = new Set<(event: AppEvent) => void>()
  const announce = (event: AppEvent): void => {
    for (const listener of listeners) listener(event)
  }

  function get(id: SourceId): OpenSource {
    const entry = held.get(id)
    if (entry === undefined) throw new CoatcheckError('REQUEST_INVALID', 'This source is not open.', { hint: 'Open it again.', subject: id })
    if (entry.lost !== null) throw new CoatcheckError('CONNECT_LOST', entry.lost.message, { hint: 'Open it again; other sources go on.', subject: entry.open.source.name })
    return entry.open
  }

  async function connect(id: SourceId, resolved: ResolvedTarget, unlocked: boolean, signal: AbortSignal): Promise<OpenSource> {
    const { profile, ssh } = resolved
    const users = withPassword(resolved.users, profile)
    const store = await parts.openStore({ profile: 'allowWrites' in profile ? { ...profile, allowWrites: unlocked } : profile, ssh, users }, (error) => {
      const entry = held.get(id)
      if (entry === undefined || entry.lost !== null) return
      entry.lost = serializeError(error)
      announce({ kind: 'source-lost', sourceId: id, error: entry.lost })
    })
    try {
      const description = await store.describe(signal)
      return assemble(id, resolved, { store, description, unlocked })
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  function assemble(id: SourceId, resolved: ResolvedTarget, { store, description, unlocked }: { readonly store: RemoteStore; readonly description: StoreDescription; readonly unlocked: boolean }): OpenSource {
    const reason = unlocked ? null : lockReasonOf(resolved, description)
    const session: SessionSource = {
      store: reason === null ? store : lockStore(store, reason), decoder: parts.decoder, settings: resolved.settings, keyring: resolved.keyring,
      owners: store.users === null ? null : createOwners(store.users, parts.clock),
      payload: description.payload, expiry: description.capabilities.expiry, filter: description.capabilities.filter, hasNaiveDates: hasNaiveDates(resolved.profile, description),
      ...(description.cache === undefined ? {} : { cache: description.cache }),
    }
    const lock = reason !== null ? 'locked' : unlocked ? 'unlocked' : 'none'
    const cannot = description.capabilities.write ? null : 'This store has no way to write a session.'
    return { resolved, session, unlocked, source: { ...describeSource(id, resolved, description), lock, readOnlyReason: description.readOnlyReason ?? reason ?? cannot } }
  }

  /** The same source over a new connection; the old one goes when the new one stands. */
  async function reopen(id: SourceId, resolved: ResolvedTarget, unlocked: boolean, signal: AbortSignal): Promise<Source> {
    const open = await connect(id, resolved, unlocked, signal)
    const before = held.get(id)
    held.set(id, { open, lost: null })
    await before?.open.session.store[Symbol.asyncDispose]()
    announce({ kind: 'source-changed', sourceId: id })
    return open.source
  }

  function rekey(id: SourceId, keyring: Keyring): Source {
    const open = get(id)
    const next: OpenSource = {
      ...open,
      resolved: { ...open.resolved, keyring },
      session: { ...open.session, keyring },
      source: { ...open.source, keyNames: keyring.map((key) => key.name) },
    }
    held.set(id, { open: next, lost: null })
    announce({ kind: 'source-changed', sourceId: id })
    return next.source
  }

  async function close(id: SourceId): Promise<void> {
    const entry = held.get(id)
    held.delete(id)
    await entry?.open.session.store[Symbol.asyncDispose]()
    if (entry !== undefined) announce({ kind: 'sources-changed' })
  }

  return {
    async open(target, options, signal) {
      const found = await parts.resolve(target, options, signal)
      const twin = [...held].find(([, entry]) => isSamePlace(entry.open.resolved, found))
      // What the user told of this place holds for as long as it is held, lost or not.
      const resolved = withOptions(twin === undefined ? found : { ...found, ...keepSecrets(found, twin[1].open.resolved), settings: twin[1].open.resolved.settings, keyring: twin[1].open.resolved.keyring }, options)
      const isAsLabelled = twin?.[1].open.resolved.environment === found.environment
      if (twin !== undefined && twin[1].lost === null && options.clock === undefined && isAsLabelled) return options.keys === undefined ? twin[1].open.source : rekey(twin[0], resolved.keyring)
      if (twin !== undefined) await close(twin[0])
      const id = twin?.[0] ?? parts.newId()
      const open = await connect(id, resolved, opensUnlocked(resolved), signal)
      held.set(id, { open, lost: null })
      announce({ kind: 'sources-changed' })
      return open.source
    },
    async setKeys(id, keys) {
      return rekey(id, toKeyring(keys))
    },
    async setClock(id, clock, signal) {
      const { resolved, unlocked } = get(id)
      return reopen(id, withOptions(resolved, { clock }), unlocked, signal)
    },
    async setEnvironment(id, environment, signal) {
      const { resolved } = get(id)
      // Leave to write was given to what it was taken for until now.
      return reopen(id, { ...resolved, environment }, false, signal)
    },
    async renew(id, signal) {
      const { resolved, unlocked } = get(id)
      return reopen(id, { ...resolved, ...(await parts.resolve(resolved.target, {}, signal)) }, unlocked, signal)
    },
    async unlock(id, name, signal) {
      const { resolved, source } = get(id)
      if (name !== source.name) throw new CoatcheckError('CONFIRMATION_REQUIRED', 'This is not the name of the source. It stays locked.', { hint: `Type ${source.name}.` })
      return source.lock === 'locked' ? reopen(id, resolved, true, signal) : source
    },
    async lock(id, signal) {
      const { resolved, source } = get(id)
      return source.lock === 'unlocked' ? reopen(id, resolved, false, signal) : source
    },
    close,
    list: () => [...held.values()].map((entry) => entry.open.source),
    get,
    all: () => [...held.values()].map((entry) => entry.open),
    secretsOf(id) {
      const { profile, ssh } = get(id).resolved
      const password = 'password' in profile ? profile.password : null
      const sshSecret = ssh?.secret ?? null
      return { ...(password === null ? {} : { password }), ...(sshSecret === null ? {} : { sshSecret }) }
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    announce,
    async dispose() {
      await Promise.allSettled([...held.keys()].map(close))
      listeners.clear()
    },
  }
}

/** A secret that was told once need not be told again. */
function keepSecrets({ profile, ssh }: ResolvedTarget, held: ResolvedTarget): Pick<ResolvedTarget, 'profile' | 'ssh'> {
  return { profile: keepPassword(profile, held.profile), ssh: ssh === null ? null : { ...ssh, secret: ssh.secret ?? held.ssh?.secret ?? null } }
}

function keepPassword(next: StoreProfile, held: StoreProfile): StoreProfile {
  if (next.kind === 'pair') return held.kind === 'pair' ? { ...next, row: keepLayer(next.row, held.row), cache: keepLayer(next.cache, held.cache) } : next
  return held.kind === 'pair' ? next : keepLayer(next, held)
}

function keepLayer(next: LayerProfile, held: LayerProfile): LayerProfile {
  return 'password' in next && 'password' in held && next.password === null ? { ...next, password: held.password } : next
}

/** Users on the same server, under the same name, are reached with the same password. No other server ever hears it. */
export function withPassword(users: UserProfile | null, store: StoreProfile): UserProfile | null {
  if (users === null || users.kind === 'sqlite' || users.place.password !== null || store.kind !== users.kind) return users
  const { place } = users
  const isSame = store.host === place.host && store.port === place.port && store.user === place.user
  return isSame ? { ...users, place: { ...place, password: store.password } } : users
}

/** What people tell of a place does not make it another one. */
const TOLD: readonly string[] = ['clock', 'password', 'allowWrites', 'secret', 'trustHostKey']

/** The same store over the same way, however it is read. */
function isSamePlace(a: ResolvedTarget, b: ResolvedTarget): boolean {
  const plain = ({ profile, ssh, project }: ResolvedTarget): string =>
    JSON.stringify([profile, ssh, project?.folder ?? null], (name, value: unknown) => (TOLD.includes(name) ? null : value))
  return plain(a) === plain(b)
}

/** Its URL gives leave to write (`mode=rw`). */
function opensUnlocked({ profile }: ResolvedTarget): boolean {
  const row = rowProfile(profile)
  return 'allowWrites' in row && row.allowWrites
}

/** SECRET_KEY first, then the fallbacks, as Django tries them. An empty fallback means SECRET_KEY and says nothing new. */
export function toKeyring(keys: SigningKeys): Keyring {
  const fallbacks = keys.fallbacks.map((secret, index) => ({ name: `SECRET_KEY_FALLBACKS[${index}]`, secret })).filter((key) => key.secret !== '')
  return keys.secretKey === null ? fallbacks : [{ name: 'SECRET_KEY', secret: keys.secretKey }, ...fallbacks]
}

export function withOptions(resolved: ResolvedTarget, options: OpenOptions): ResolvedTarget {
  const clock: StoreClock = options.clock === undefined ? resolved.settings.clock : { ...options.clock, origin: 'user' }
  const { profile, ssh } = resolved
  const timed = (layer: LayerProfile): LayerProfile => ('clock' in layer ? { ...layer, clock } : layer)
  const told = (layer: LayerProfile): LayerProfile => timed(options.password === undefined || !('password' in layer) ? layer : { ...layer, password: options.password })
  return {
    ...resolved,
    name: options.name ?? resolved.name,
    ssh: ssh === null ? null : { ...ssh, secret: options.sshSecret ?? ssh.secret, trustHostKey: options.trustHostKey ?? null },
    // The password is that of the rows' server; the URL of a cache carries its own.
    profile: profile.kind === 'pair' ? { ...profile, clock, row: told(profile.row), cache: timed(profile.cache) } : told(profile),
    settings: { ...resolved.settings, clock },
    keyring: options.keys === undefined ? resolved.keyring : toKeyring(options.keys),
  }
}

/** Columns of PostgreSQL know their time zone; those of SQLite and MySQL do not. */
function hasNaiveDates(profile: StoreProfile, { capabilities }: StoreDescription): boolean {
  return capabilities.expiry === 'column' && rowProfile(profile).kind !== 'postgres'
}

function rowProfile(profile: StoreProfile): LayerProfile {
  return profile.kind === 'pair' ? profile.row : profile
}

const tableOf = (profile: LayerProfile): string | null => ('table' in profile ? profile.table : null)

function describeSource(id: SourceId, resolved: ResolvedTarget, description: StoreDescription): Omit<Source, 'lock' | 'readOnlyReason'> {
  const { settings } = resolved
  return {
    id,
    name: resolved.name,
    kind: resolved.kind,
    location: resolved.location,
    target: resolved.target,
    engine: settings.engine,
    table: tableOf(rowProfile(resolved.profile)),
    environment: resolved.environment,
    payload: description.payload,
    ...(description.cache === undefined ? {} : { cache: { ...description.cache, location: resolved.cacheLocation ?? description.cache.server } }),
    capabilities: description.capabilities,
    clock: settings.clock,
    keyNames: resolved.keyring.map((key) => key.name),
    cookieName: settings.cookieName,
    cookieAgeSeconds: settings.cookieAgeSeconds,
    cookie: settings.cookie,
    djangoVersion: settings.djangoVersion,
    hasNaiveDates: hasNaiveDates(resolved.profile, description),
    project: resolved.project ?? null,
    server: description.server,
    extraColumns: description.extraColumns,
  }
}
