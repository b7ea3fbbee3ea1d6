import type { SerializedError } from '../../../shared/errors.ts'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import type { AppEvent } from '../../../shared/model/app.ts'
import type { SigningKeys, Source, SourceId, SourceTarget } from '../../../shared/model/source.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { Decoder, Keyring } from '../codecs/decoder.ts'
import type { LayerProfile, StoreProfile } from '../connections/open-store.ts'
import type { RemoteStore } from '../connections/remote-store.ts'
import type { UserProfile } from '../connections/worker-profile.ts'
import { createOwners } from '../sessions/owners.ts'
import type { Clock, SessionSettings, SessionSource } from '../sessions/session-source.ts'
import type { StoreDescription } from '../stores/session-store.ts'

/** A target worked out: which store, how the site is set up, which keys come with it. */
export interface ResolvedTarget {
  readonly target: SourceTarget
  readonly name: string
  readonly kind: Source['kind']
  readonly location: string
  readonly environment: Source['environment']
  readonly profile: StoreProfile
  /** Of a pair: where its cache is, for people. Missing: another store. */
  readonly cacheLocation?: string
  /** Where the project's users are; null: nobody knows. */
  readonly users: UserProfile | null
  readonly settings: SessionSettings
  readonly keyring: Keyring
}

export interface OpenSource {
  readonly resolved: ResolvedTarget
  readonly source: Source
  readonly session: SessionSource
}

export interface SourceRegistry {
  open(target: SourceTarget, options: OpenOptions, signal: AbortSignal): Promise<Source>
  setKeys(id: SourceId, keys: SigningKeys): Promise<Source>
  setClock(id: SourceId, clock: Omit<StoreClock, 'origin'>, signal: AbortSignal): Promise<Source>
  close(id: SourceId): Promise<void>
  list(): readonly Source[]
  /** @throws REQUEST_INVALID for an id that is not open; CONNECT_LOST for one whose worker has ended */
  get(id: SourceId): OpenSource
  all(): readonly OpenSource[]
  onEvent(listener: (event: AppEvent) => void): () => void
  announce(event: AppEvent): void
  dispose(): Promise<void>
}

export interface OpenOptions {
  readonly keys?: SigningKeys | undefined
  readonly clock?: Omit<StoreClock, 'origin'> | undefined
  /** Of a server; outranks one in the target. */
  readonly password?: string | undefined
  /** Text of a jar of pasted cookies. */
  readonly cookies?: string | undefined
}

export interface RegistryParts {
  readonly decoder: Decoder
  readonly resolve: (target: SourceTarget, given: Pick<OpenOptions, 'cookies'>, signal: AbortSignal) => Promise<ResolvedTarget>
  /** `onLost` is called once, when the store ends by itself. */
  readonly openStore: (profile: StoreProfile, users: UserProfile | null, onLost: (error: CoatcheckError) => void) => Promise<RemoteStore>
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

  async function connect(id: SourceId, resolved: ResolvedTarget, signal: AbortSignal): Promise<OpenSource> {
    const store = await parts.openStore(resolved.profile, withPassword(resolved.users, resolved.profile), (error) => {
      const entry = held.get(id)
      if (entry === undefined || entry.lost !== null) return
      entry.lost = serializeError(error)
      announce({ kind: 'source-lost', sourceId: id, error: entry.lost })
    })
    try {
      const description = await store.describe(signal)
      return assemble(id, resolved, store, description)
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  function assemble(id: SourceId, resolved: ResolvedTarget, store: RemoteStore, description: StoreDescription): OpenSource {
    const session: SessionSource = {
      store, decoder: parts.decoder, settings: resolved.settings, keyring: resolved.keyring,
      owners: store.users === null ? null : createOwners(store.users, parts.clock),
      payload: description.payload, expiry: description.capabilities.expiry, hasNaiveDates: hasNaiveDates(resolved.profile, description),
      ...(description.cache === undefined ? {} : { cache: description.cache }),
    }
    return { resolved, session, source: describeSource(id, resolved, description) }
  }

  function rekey(id: SourceId, keyring: Keyring): Source {
    const open = get(id)
    const next: OpenSource = {
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
      const twin = [...held].find(([, entry]) => isSamePlace(entry.open.resolved.profile, found.profile))
      // What the user told of this place holds for as long as it is held, lost or not.
      const resolved = withOptions(twin === undefined ? found : { ...found, profile: keepPassword(found.profile, twin[1].open.resolved.profile), settings: twin[1].open.resolved.settings, keyring: twin[1].open.resolved.keyring }, options)
      if (twin !== undefined && twin[1].lost === null && options.clock === undefined) return options.keys === undefined ? twin[1].open.source : rekey(twin[0], resolved.keyring)
      if (twin !== undefined) await close(twin[0])
      const id = twin?.[0] ?? parts.newId()
      const open = await connect(id, resolved, signal)
      held.set(id, { open, lost: null })
      announce({ kind: 'sources-changed' })
      return open.source
    },
    async setKeys(id, keys) {
      return rekey(id, toKeyring(keys))
    },
    async setClock(id, clock, signal) {
      const { resolved } = get(id)
      const next = withOptions(resolved, { clock })
      const open = await connect(id, next, signal)
      const before = held.get(id)
      held.set(id, { open, lost: null })
      await before?.open.session.store[Symbol.asyncDispose]()
      announce({ kind: 'source-changed', sourceId: id })
      return open.source
    },
    close,
    list: () => [...held.values()].map((entry) => entry.open.source),
    get,
    all: () => [...held.values()].map((entry) => entry.open),
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

/** A password that was told once need not be told again. */
function keepPassword(next: StoreProfile, held: StoreProfile): StoreProfile {
  if (next.kind === 'pair') return held.kind === 'pair' ? { ...next, row: keepLayer(next.row, held.row), cache: keepLayer(next.cache, held.cache) } : next
  return held.kind === 'pair' ? next : keepLayer(next, held)
}

function keepLayer(next: LayerProfile, held: LayerProfile): LayerProfile {
  return 'password' in next && 'password' in held && next.password === null ? { ...next, password: held.password } : next
}

/** Users beside the sessions are reached with the same password. */
function withPassword(users: UserProfile | null, profile: StoreProfile): UserProfile | null {
  const store = rowProfile(profile)
  if (users === null || users.kind === 'sqlite' || !('password' in store) || users.place.password !== null) return users
  return { ...users, place: { ...users.place, password: store.password } }
}

/** The same store, however it is read. */
function isSamePlace(a: StoreProfile, b: StoreProfile): boolean {
  const place = (profile: StoreProfile): string => JSON.stringify(profile, (name, value: unknown) => (name === 'clock' || name === 'password' ? null : value))
  return place(a) === place(b)
}

/** SECRET_KEY first, then the fallbacks, as Django tries them. An empty fallback means SECRET_KEY and says nothing new. */
export function toKeyring(keys: SigningKeys): Keyring {
  const fallbacks = keys.fallbacks.map((secret, index) => ({ name: `SECRET_KEY_FALLBACKS[${index}]`, secret })).filter((key) => key.secret !== '')
  return keys.secretKey === null ? fallbacks : [{ name: 'SECRET_KEY', secret: keys.secretKey }, ...fallbacks]
}

function withOptions(resolved: ResolvedTarget, options: OpenOptions): ResolvedTarget {
  const clock: StoreClock = options.clock === undefined ? resolved.settings.clock : { ...options.clock, origin: 'user' }
  const { profile } = resolved
  const timed = (layer: LayerProfile): LayerProfile => ('clock' in layer ? { ...layer, clock } : layer)
  const told = (layer: LayerProfile): LayerProfile => timed(options.password === undefined || !('password' in layer) ? layer : { ...layer, password: options.password })
  return {
    ...resolved,
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

function describeSource(id: SourceId, resolved: ResolvedTarget, description: StoreDescription): Source {
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
    readOnlyReason: description.readOnlyReason,
    clock: settings.clock,
    keyNames: resolved.keyring.map((key) => key.name),
    cookieName: settings.cookieName,
    cookieAgeSeconds: settings.cookieAgeSeconds,
    cookie: settings.cookie,
    djangoVersion: settings.djangoVersion,
    hasNaiveDates: hasNaiveDates(resolved.profile, description),
    server: description.server,
    extraColumns: description.extraColumns,
  }
}
