import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { guessEnvironment } from '../../../shared/model/environment.ts'
import type { UserTable as OwnerTable } from '../../../shared/model/owner.ts'
import { AUTH_USER } from '../../../shared/model/owner.ts'
import type { ProjectStore, UserTable } from '../../../shared/model/project.ts'
import type { SourceTarget } from '../../../shared/model/source.ts'
import type { StoreClock } from '../../../shared/model/store.ts'
import type { LayerProfile } from '../connections/open-store.ts'
import { readStoreUrl } from '../connections/read-url.ts'
import { usersBeside } from '../connections/users-beside.ts'
import type { ProjectKnowledge } from '../project/read-project.ts'
import { databaseUrl } from '../project/store-urls/database-url.ts'
import { passwordOf } from '../project/store-urls/store-url.ts'
import type { UserProfile } from '../stores/users/open-users.ts'
import type { StoreUrl } from '../stores/store-url.ts'
import type { SessionSettings } from '../sessions/session-source.ts'
import type { GivenCookies } from './pasted-cookies.ts'
import { addCookies } from './pasted-cookies.ts'
import { engineOf, keyringOf, setupOf } from './project-setup.ts'
import type { ReadProject } from './projects.ts'
import type { ResolvedTarget } from './source-types.ts'

export type FolderTarget = Extract<SourceTarget, { readonly kind: 'folder' }>

/**
 * A store of a project, with its settings, keys and users. Without `store` in the target it is the one that the project uses, and that
 * only where opening it reaches nobody: people see first where a connection would go.
 * null: reading does not tell which store it uses.
 * @throws STORE_UNSUPPORTED for a store that cannot be opened from outside, with the reason; CONFIRMATION_REQUIRED where a server would be asked
 */
export function resolveProject(target: FolderTarget, found: ReadProject, given: GivenCookies = {}): ResolvedTarget | null {
  const { known } = found
  const wanted = target.store ?? 'active'
  const store = wanted === 'active' ? known.stores.find(({ active }) => active) : chooseStore(known, wanted)
  if (store === undefined || (store.status === 'unknown' && target.store === undefined)) return null
  const settings = setupOf(known, engineOf(store))
  if (store.kind === 'signed_cookies') return { ...commonOf(target, store, known, settings), ...jarOf(known, settings, given), environment: 'local' }
  const { isServer, ...place } = placeOf(store, known, settings.clock)
  if (target.store === undefined && isServer) {
    throw new CoatcheckError('CONFIRMATION_REQUIRED', reason('project.sessionsElsewhere', { place: place.location }), { hint: 'next.chooseToConnect', subject: known.project.folder })
  }
  return { ...commonOf(target, store, known, settings), ...place, environment: guessEnvironment({ isLocal: place.isLocal, text: place.location }).environment }
}

type Common = Pick<ResolvedTarget, 'target' | 'name' | 'kind' | 'ssh' | 'users' | 'settings' | 'keyring' | 'project'>

function commonOf(target: FolderTarget, store: ProjectStore, known: ProjectKnowledge, settings: SessionSettings): Common {
  return {
    target: { kind: 'folder', path: target.path, store: store.id, ...(target.module === undefined ? {} : { module: target.module }) },
    name: known.project.name, kind: 'project', ssh: null,
    users: usersOf(known, settings.clock),
    settings, keyring: keyringOf(known),
    project: { folder: known.project.folder, module: known.module.module, how: known.reading.how, storeId: store.id, stores: known.stores },
  }
}

/** No server holds these sessions: a jar stands ready for the cookies that people bring, and has the project's way to read them. */
function jarOf({ project }: ProjectKnowledge, { cookieName, cookieAgeSeconds, clock }: SessionSettings, given: GivenCookies): Pick<ResolvedTarget, 'location' | 'isLocal' | 'profile'> {
  return { location: project.folder, isLocal: true, profile: addCookies({ kind: 'jar', files: [], pasted: [], cookieName, cookieAgeSeconds, clock }, given) }
}

type Place = Pick<ResolvedTarget, 'location' | 'isLocal' | 'profile'> & { readonly cacheLocation?: string; readonly isServer: boolean }

/** Where a store is, with its password: one place, or the two of cached_db. */
function placeOf(store: ProjectStore, known: ProjectKnowledge, clock: StoreClock): Place {
  if (store.kind !== 'cached_db') {
    const { url, profile } = openable(store, known, clock)
    return { profile, location: url.location, isLocal: url.isLocal, isServer: url.kind === 'server' }
  }
  const [row, cache] = store.parts.map((id) => openable(chooseStore(known, id), known, clock))
  if (row === undefined || cache === undefined) throw new CoatcheckError('STORE_UNSUPPORTED', store.detail ?? 'project.storeFromOutside', { subject: store.id })
  return {
    profile: { kind: 'pair', row: row.profile, cache: cache.profile, clock },
    location: row.url.location, cacheLocation: cache.url.location,
    isLocal: row.url.isLocal && cache.url.isLocal, isServer: row.url.kind === 'server' || cache.url.kind === 'server',
  }
}

function chooseStore({ stores }: ProjectKnowledge, id: string): ProjectStore {
  const store = stores.find((one) => one.id === id) ?? stores.find((one) => one.kind === id)
  if (store === undefined) throw new CoatcheckError('REQUEST_INVALID', reason('project.noStore', { id }), { hint: reason('next.storesAre', { stores: stores.map((one) => one.id).join(', ') }) })
  return store
}

function openable(store: ProjectStore, known: ProjectKnowledge, clock: StoreClock): { readonly url: StoreUrl<LayerProfile>; readonly profile: LayerProfile } {
  if (store.url === null) throw new CoatcheckError('STORE_UNSUPPORTED', store.detail ?? 'project.storeFromOutside', { hint: 'next.otherStore', subject: store.id })
  const url = readStoreUrl(store.url, clock)
  const profile = withSecret(url.profile, known, store.secret)
  // The URL of a folder does not tell it, and the end of a session of the file engine depends on it.
  return { url, profile: profile.kind === 'file' ? { ...profile, cookieAgeSeconds: known.facts.cookieAgeSeconds ?? profile.cookieAgeSeconds } : profile }
}

function withSecret<Profile extends LayerProfile>(profile: Profile, { secrets }: ProjectKnowledge, name: string | null): Profile {
  return name === null || !('password' in profile) ? profile : { ...profile, password: passwordOf(secrets, name) }
}

/** The user table: as the project's Python has it, else `auth.User` of the default database. null: nobody can be named. */
function usersOf(known: ProjectKnowledge, clock: StoreClock): UserProfile | null {
  const { reading, project, trusted } = known
  const said = trusted?.facts.userTable ?? null
  // A router may send users elsewhere; only the project's own Python can say.
  const routers = reading.settings.DATABASE_ROUTERS.value
  const isPlain = reading.settings.AUTH_USER_MODEL.value === 'auth.User' && Array.isArray(routers) && routers.length === 0
  if (said === null && !isPlain) return null
  const alias = said?.databaseAlias ?? 'default'
  const place = databaseUrl(reading.settings.DATABASES.value, alias, 'django_session', project)
  if (place.url === null) return null
  return usersBeside(withSecret(readStoreUrl(place.url, clock).profile, known, place.secret), said === null ? AUTH_USER : toOwnerTable(said))
}

function toOwnerTable({ table, pk, columns }: UserTable): OwnerTable {
  const { username, email, isActive, isStaff, isSuperuser, password } = columns
  return { table, schema: null, columns: { id: pk.column, username, email, isActive, isStaff, isSuperuser, password } }
}
