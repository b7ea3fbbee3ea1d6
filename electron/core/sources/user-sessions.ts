import { CoatcheckError, serializeError, throwIfAborted } from '../../../shared/errors.ts'
import type { ProjectStore, SourceProject } from '../../../shared/model/project.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { Source, SourceId } from '../../../shared/model/source.ts'
import type { FoundGhosts, SearchedStore, UserSession, UserSessionsEvent } from '../../../shared/model/user-sessions.ts'
import { reason } from '../../../shared/words/reason.ts'
import { readStoreUrl } from '../connections/read-url.ts'
import { findUser } from '../sessions/log-in.ts'
import { searchSessions } from '../sessions/search.ts'
import { DEFAULT_SETTINGS } from '../sessions/session-source.ts'
import type { OpenSource, SourceRegistry } from './source-types.ts'

export interface UserSessionsQuery {
  readonly sourceId: SourceId
  /** A user name, or `#` and the primary key. */
  readonly user: string
  /** Ids of stores on servers that people let it connect to. */
  readonly connect: readonly string[]
}

/**
 * Every session of one user, in each store of the project of a source: in those that are open, and in those that opening reaches no server.
 * Stores are opened as people would open them, and stay open: a change and its undo need them. Of cached_db, copies without a row are found as well,
 * since Django goes on with them; its cache comes after it.
 * @throws STORE_NOT_FOUND where no such user, or no user table, is known; REQUEST_INVALID
 */
export async function* findUserSessions(registry: SourceRegistry, { sourceId, user, connect }: UserSessionsQuery, now: number, signal: AbortSignal): AsyncGenerator<UserSessionsEvent> {
  const start = registry.get(sourceId)
  const { userId, owner } = await whoIs(start, user, signal)
  const { project } = start.source
  const places = project === null ? [bareStore(start.source)] : projectStores(registry, project, connect)
  yield { kind: 'stores', userId, owner, isProject: project !== null, stores: places }
  const seen = new Set<SessionKey>()
  for (const place of places) {
    throwIfAborted(signal)
    if (place.state === 'waiting') yield* searchStore(registry, { place, start, userId, seen }, now, signal)
  }
}

async function whoIs({ session: { owners } }: OpenSource, user: string, signal: AbortSignal): Promise<Pick<Extract<UserSessionsEvent, { kind: 'stores' }>, 'userId' | 'owner'>> {
  if (user.startsWith('#')) {
    const userId = user.slice(1)
    if (!/^[^\s|"]+$/.test(userId)) throw new CoatcheckError('REQUEST_INVALID', 'sources.noUserId', { hint: 'next.userById' })
    // Also of a user who is gone, and where no table can be asked, sessions are found.
    return { userId, owner: (await owners?.find([userId], signal))?.get(userId) ?? null }
  }
  if (owners === null || (await owners.table(signal)) === null) throw new CoatcheckError('STORE_NOT_FOUND', 'sessions.noUserTable', { hint: 'next.useNumber' })
  const owner = await findUser(owners, user, signal)
  return { userId: owner.id, owner }
}

const UNSEEN = { reason: null, error: null, sourceId: null, readOnlyReason: null, isIncomplete: false, ghosts: null, examined: 0, unread: 0 } as const

function bareStore({ engine, location }: Source): SearchedStore {
  return { ...UNSEEN, id: 'source', kind: engine, location, isUsed: true, state: 'waiting' }
}

/** In the order of the project, in which a database comes before its cache. */
function projectStores(registry: SourceRegistry, project: SourceProject, connect: readonly string[]): readonly SearchedStore[] {
  const { stores } = project
  const pair = stores.find((store) => store.kind === 'cached_db')
  // Copies of rows are found by their rows where cached_db is in use: a cache need not list them all.
  const isPaired = pair !== undefined && (pair.active || openOf(registry, project, pair.id) !== null) && urlsOf(pair, stores).every((url) => url !== null)
  const left = isPaired ? pair.parts[0] : pair?.id
  return stores.filter(({ id }) => id !== left).sort((a, b) => rank(a) - rank(b)).map((store) => toSearched(store, { registry, project, connect }))
}

const RANKS: readonly ProjectStore['kind'][] = ['db', 'cached_db', 'custom', 'cache', 'file', 'signed_cookies']
const rank = ({ kind }: ProjectStore): number => RANKS.indexOf(kind)

function toSearched(store: ProjectStore, { registry, project, connect }: { readonly registry: SourceRegistry; readonly project: SourceProject; readonly connect: readonly string[] }): SearchedStore {
  const urls = urlsOf(store, project.stores)
  const isUsed = store.active || project.stores.some((other) => other.active && (other.parts.includes(store.id) || other.engine === ''))
  const base = { ...UNSEEN, isUsed, id: store.id, kind: store.kind, location: urls.map((url) => (url === null ? '' : locationOf(url))).filter((text) => text !== '').join(' · ') }
  if (openOf(registry, project, store.id) !== null) return { ...base, state: 'waiting' }
  if (store.kind === 'signed_cookies') return { ...base, state: 'left', reason: reason('sources.inBrowsers') }
  if (urls.includes(null)) return { ...base, state: 'left', reason: store.detail ?? reason('sources.noPlace') }
  // A layer of a pair that is open, or may be opened, is on a server that people know.
  const isKnown = [store, ...project.stores.filter(({ parts }) => parts.includes(store.id))].some(({ id }) => connect.includes(id) || openOf(registry, project, id) !== null)
  return { ...base, state: urls.some(isServer) && !isKnown ? 'ask' : 'waiting' }
}

function urlsOf(store: ProjectStore, stores: readonly ProjectStore[]): readonly (string | null)[] {
  return store.kind === 'cached_db' ? store.parts.map((id) => stores.find((other) => other.id === id)?.url ?? null) : [store.url]
}

/** What does not read as a URL is taken for a server: nothing connects there unasked. */
function isServer(url: string | null): boolean {
  try {
    return url === null || readStoreUrl(url, DEFAULT_SETTINGS.clock).kind === 'server'
  } catch {
    return true
  }
}

function locationOf(url: string): string {
  try {
    return readStoreUrl(url, DEFAULT_SETTINGS.clock).location
  } catch {
    return ''
  }
}

function openOf(registry: SourceRegistry, project: SourceProject, storeId: string): OpenSource | null {
  return registry.all().find(({ source }) => source.project?.folder === project.folder && source.project.module === project.module && source.project.storeId === storeId) ?? null
}

interface OneSearch {
  readonly place: SearchedStore
  readonly start: OpenSource
  readonly userId: string
  /** Keys that were found in a store before: a copy of a row is not a session of its own. */
  readonly seen: Set<SessionKey>
}

async function* searchStore(registry: SourceRegistry, { place, start, userId, seen }: OneSearch, now: number, signal: AbortSignal): AsyncGenerator<UserSessionsEvent> {
  let store: SearchedStore = { ...place, state: 'searching' }
  yield { kind: 'store', store, sessions: [] }
  try {
    const { source, session } = await openStore(registry, start, place.id, signal)
    const isIncomplete = [source.capabilities, source.cache].some((layer) => layer?.enumerate === 'incomplete')
    store = { ...store, sourceId: source.id, location: source.location, readOnlyReason: source.readOnlyReason ?? (source.capabilities.delete ? null : reason('stores.cannotDelete')), isIncomplete, ghosts: ghostsOf(source) }
    if (source.capabilities.expiry === 'signature' || source.capabilities.enumerate === 'none') {
      const why = source.capabilities.expiry === 'signature' ? reason('sources.inBrowsers') : reason('sources.onlyByKey', { place: source.location })
      yield { kind: 'store', store: { ...store, state: 'left', reason: why }, sessions: [] }
      return
    }
    const orders = typeof store.ghosts === 'number' ? (['stored', 'rowless'] as const) : (['stored'] as const)
    for (const by of orders) {
      const { examined, unread } = store
      // Names are not needed, and the server that knows them need not be asked.
      for await (const page of searchSessions({ ...session, owners: null }, { order: { by, direction: 'asc' }, where: `user:#${userId}`, withData: false, withEtags: true }, now, signal)) {
        const sessions = page.rows.flatMap(({ key, sizeBytes, state, expireDate, topLevelKeys }, index): UserSession[] => {
          const ifEtag = page.etags?.[index]
          return ifEtag === undefined || (place.kind === 'cache' && seen.has(key)) ? [] : [{ key, ifEtag, sizeBytes, state, expireDate, topLevelKeys }]
        })
        if (place.kind === 'cached_db') for (const { key } of sessions) seen.add(key)
        const ghosts = by === 'rowless' && typeof store.ghosts === 'number' ? store.ghosts + sessions.length : store.ghosts
        store = { ...store, examined: examined + page.examined, unread: unread + page.unread, ghosts }
        yield { kind: 'store', store, sessions }
      }
    }
    yield { kind: 'store', store: { ...store, state: 'searched' }, sessions: [] }
  } catch (error) {
    if (signal.aborted) throw error
    yield { kind: 'store', store: { ...store, state: 'failed', error: serializeError(error instanceof CoatcheckError ? error : new CoatcheckError('INTERNAL', 'sources.searchEnded', {}, error)) }, sessions: [] }
  }
}

/** Before the search. A cache that tells no keys may be searched by itself: files of FileBasedCache are, by their hashes, where a project names them. */
function ghostsOf({ cache, project }: Source): FoundGhosts {
  if (cache === undefined) return null
  return cache.enumerate !== 'none' ? 0 : project === null ? 'unlisted' : null
}

async function openStore(registry: SourceRegistry, start: OpenSource, storeId: string, signal: AbortSignal): Promise<OpenSource> {
  const { project, target } = start.source
  if (project === null) return start
  const open = openOf(registry, project, storeId)
  if (open !== null) return registry.get(open.source.id)
  const { id } = await registry.open({ kind: 'folder', path: project.folder, store: storeId, ...(target.kind === 'folder' && target.module !== undefined ? { module: target.module } : {}) }, {}, signal)
  return registry.get(id)
}
