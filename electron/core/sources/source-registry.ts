import type { SerializedError } from '../../../shared/errors.ts'
import { CoatcheckError, serializeError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import type { AppEvent } from '../../../shared/model/app.ts'
import type { SigningKeys, Source, SourceId } from '../../../shared/model/source.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { Keyring } from '../codecs/decoder.ts'
import type { LayerProfile, StoreProfile } from '../connections/open-store.ts'
import type { RemoteStore } from '../connections/remote-store.ts'
import { createOwners, ownersNotAsked } from '../sessions/owners.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { lockStore } from '../stores/delegate-store.ts'
import type { StoreDescription } from '../stores/session-store.ts'
import { carryOver, keepCookies, withCookies } from './fill-jar.ts'
import { lockReasonOf, notLocalReasonOf } from './lock.ts'
import type { GivenCookies } from './pasted-cookies.ts'
import { accessOf, isSamePlace, keepSecrets, secretsOf, withPassword, withSecrets, withWrites } from './place-secrets.ts'
import type { OpenOptions, OpenSource, RegistryParts, ResolvedTarget, SourceRegistry } from './source-types.ts'
import { usersElsewhere } from './user-server.ts'

interface Held {
  readonly open: OpenSource
  lost: SerializedError | null
}

export function createSourceRegistry(parts: RegistryParts): SourceRegistry {
  const held = new Map<SourceId, Held>()
  const listeners = new Set<(event: AppEvent) => void>()
  /** Servers with user tables that people have agreed to ask, as they saw them spelled. */
  const agreed = new Set<string>()
  const announce = (event: AppEvent): void => {
    for (const listener of listeners) listener(event)
  }

  function get(id: SourceId): OpenSource {
    const entry = held.get(id)
    if (entry === undefined) throw new CoatcheckError('REQUEST_INVALID', 'sources.notOpen', { hint: 'next.openAgain', subject: id })
    if (entry.lost !== null) throw new CoatcheckError('CONNECT_LOST', entry.lost.reason, { hint: 'next.openAgainOthers', subject: entry.open.source.name })
    return entry.open
  }

  async function connect(id: SourceId, resolved: ResolvedTarget, unlocked: boolean, signal: AbortSignal): Promise<OpenSource> {
    const elsewhere = usersElsewhere(resolved)
    const notAsked = elsewhere === null || agreed.has(elsewhere) ? null : elsewhere
    const users = notAsked === null ? withPassword(resolved.users, rowProfile(resolved.profile)) : null
    const store = await parts.openStore({ ...accessOf(resolved), profile: withWrites(resolved.profile, unlocked), users }, (error) => {
      const entry = held.get(id)
      if (entry === undefined || entry.lost !== null) return
      entry.lost = serializeError(error)
      announce({ kind: 'source-lost', sourceId: id, error: entry.lost })
    })
    try {
      const description = await store.describe(signal)
      return assemble(id, resolved, { store, description, unlocked, notAsked })
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  function assemble(id: SourceId, resolved: ResolvedTarget, { store, description, unlocked, notAsked }: { readonly store: RemoteStore; readonly description: StoreDescription; readonly unlocked: boolean; readonly notAsked: string | null }): OpenSource {
    const lockedFor = unlocked ? null : lockReasonOf(resolved, description)
    const session: SessionSource = {
      store: lockedFor === null ? store : lockStore(store, lockedFor), decoder: parts.decoder, settings: resolved.settings, keyring: resolved.keyring,
      owners: notAsked !== null ? ownersNotAsked(notAsked) : store.users === null ? null : createOwners(store.users, parts.clock),
      payload: description.payload, expiry: description.capabilities.expiry, filter: description.capabilities.filter, hasNaiveDates: hasNaiveDates(resolved.profile, description),
      ...(description.cache === undefined ? {} : { cache: description.cache }),
    }
    const lock = lockedFor !== null ? 'locked' : unlocked ? 'unlocked' : 'none'
    const cannot = description.capabilities.write ? null : reason('stores.noWrite')
    return { resolved, session, unlocked, source: { ...describeSource(id, resolved, description), usersNotAsked: notAsked, lock, readOnlyReason: description.readOnlyReason ?? lockedFor ?? cannot } }
  }

  /** The same source over a new connection; the old one goes when the new one stands. */
  async function reopen(id: SourceId, resolved: ResolvedTarget, unlocked: boolean, signal: AbortSignal): Promise<Source> {
    return replace(id, await connect(id, resolved, unlocked, signal), signal)
  }

  async function replace(id: SourceId, open: OpenSource, signal: AbortSignal): Promise<Source> {
    const before = held.get(id)
    if (open.resolved.profile.kind === 'jar' && before !== undefined) await carryOver(before.open.session.store, open.session.store, signal).catch(() => undefined)
    held.set(id, { open, lost: null })
    await before?.open.session.store[Symbol.asyncDispose]()
    announce({ kind: 'source-changed', sourceId: id })
    return open.source
  }

  async function fill(id: SourceId, given: GivenCookies, signal: AbortSignal): Promise<Source> {
    const { resolved, unlocked } = get(id)
    return reopen(id, withCookies(resolved, given), unlocked, signal)
  }

  async function connectUsers(id: SourceId, place: string, signal: AbortSignal): Promise<Source> {
    const { resolved, unlocked, source } = get(id)
    if (source.usersNotAsked === null) return source
    if (source.usersNotAsked !== place) throw new CoatcheckError('CONFIRMATION_REQUIRED', reason('sources.usersMoved', { place: source.usersNotAsked }), { hint: 'next.lookAtPlace', subject: place })
    agreed.add(place)
    const open = await connect(id, resolved, unlocked, signal)
    try {
      await open.session.owners?.table(signal)
    } catch (error) {
      agreed.delete(place)
      await open.session.store[Symbol.asyncDispose]()
      throw error
    }
    const next = await replace(id, open, signal)
    const others = [...held.values()].map((entry) => entry.open).filter((other) => other.source.usersNotAsked === place)
    for (const other of others) await reopen(other.source.id, other.resolved, other.unlocked, signal).catch(() => undefined)
    return next
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
      const resolved = withOptions(twin === undefined ? found : keepTold(found, twin[1].open.resolved), options)
      const isAsLabelled = twin?.[1].open.resolved.environment === found.environment
      const brings = found.project !== undefined && (options.cookies !== undefined || options.cookieFile !== undefined)
      if (twin !== undefined && twin[1].lost === null && brings) return fill(twin[0], options, signal)
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
      return reopen(id, keepCookies({ ...resolved, ...keepSecrets(await parts.resolve(resolved.target, {}, signal), resolved) }, resolved), unlocked, signal)
    },
    async unlock(id, name, signal) {
      const { resolved, source } = get(id)
      if (name !== source.name) throw new CoatcheckError('CONFIRMATION_REQUIRED', 'sources.staysLocked', { hint: reason('next.typeName', { name: source.name }) })
      return source.lock === 'locked' ? reopen(id, resolved, true, signal) : source
    },
    async lock(id, signal) {
      const { resolved, source } = get(id)
      return source.lock === 'unlocked' ? reopen(id, resolved, false, signal) : source
    },
    connectUsers,
    fill,
    close,
    list: () => [...held.values()].map((entry) => entry.open.source),
    get,
    all: () => [...held.values()].map((entry) => entry.open),
    secretsOf: (id) => secretsOf(get(id).resolved),
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

/** What was told once need not be told again: secrets, settings and keys; nor what a jar holds. */
function keepTold(next: ResolvedTarget, held: ResolvedTarget): ResolvedTarget {
  return { ...keepSecrets(keepCookies(next, held), held), settings: held.settings, keyring: held.keyring }
}

/** Its URL gives leave to write (`mode=rw`); of a pair both do, as far as they have a say. */
function opensUnlocked({ profile }: ResolvedTarget): boolean {
  const layers = layersOf(profile).filter((layer) => 'allowWrites' in layer)
  return layers.length > 0 && layers.every(({ allowWrites }) => allowWrites)
}

/** SECRET_KEY first, then the fallbacks, as Django tries them. An empty fallback means SECRET_KEY and says nothing new. */
export function toKeyring(keys: SigningKeys): Keyring {
  const fallbacks = keys.fallbacks.map((secret, index) => ({ name: `SECRET_KEY_FALLBACKS[${index}]`, secret })).filter((key) => key.secret !== '')
  return keys.secretKey === null ? fallbacks : [{ name: 'SECRET_KEY', secret: keys.secretKey }, ...fallbacks]
}

export function withOptions(resolved: ResolvedTarget, options: OpenOptions): ResolvedTarget {
  const clock: StoreClock = options.clock === undefined ? resolved.settings.clock : { ...options.clock, origin: 'user' }
  const told = withSecrets(resolved, options)
  const timed = (layer: LayerProfile): LayerProfile => ('clock' in layer ? { ...layer, clock } : layer)
  return {
    ...told,
    name: options.name ?? resolved.name,
    profile: told.profile.kind === 'pair' ? { ...told.profile, clock, row: timed(told.profile.row), cache: timed(told.profile.cache) } : timed(told.profile),
    settings: { ...resolved.settings, clock },
    keyring: options.keys === undefined ? resolved.keyring : toKeyring(options.keys),
  }
}

/** Columns of PostgreSQL know their time zone; those of SQLite and MySQL do not. */
function hasNaiveDates(profile: StoreProfile, { capabilities }: StoreDescription): boolean {
  return capabilities.expiry === 'column' && rowProfile(profile).kind !== 'postgres'
}

const layersOf = (profile: StoreProfile): readonly LayerProfile[] => (profile.kind === 'pair' ? [profile.row, profile.cache] : [profile])
const rowProfile = (profile: StoreProfile): LayerProfile => (profile.kind === 'pair' ? profile.row : profile)

const tableOf = (profile: LayerProfile): string | null => ('table' in profile ? profile.table : null)

function describeSource(id: SourceId, resolved: ResolvedTarget, description: StoreDescription): Omit<Source, 'lock' | 'readOnlyReason' | 'usersNotAsked'> {
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
    notLocalReason: notLocalReasonOf(resolved),
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
