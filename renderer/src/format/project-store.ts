import type { ProjectReport, ProjectStore } from '../../../shared/model/project.ts'
import type { Source, SourceTarget } from '../../../shared/model/source.ts'
import type { Reason } from '../../../shared/words/reason.ts'

/** Its name for people: an id of the catalogue, and the cache's alias. */
export function storeName({ kind, id }: Pick<ProjectStore, 'kind' | 'id'>): { readonly id: `projectView.store.${ProjectStore['kind']}`; readonly params: { readonly alias: string } } {
  return { id: `projectView.store.${kind}`, params: { alias: id.startsWith('cache:') ? id.slice('cache:'.length) : id } }
}

/** Where it is: one URL, or the two of cached_db, the database first; without a password. Empty: nowhere that can be opened. */
export function storePlaces(store: ProjectStore, stores: readonly ProjectStore[]): readonly string[] {
  const layers = store.parts.length === 0 ? [store] : store.parts.map((id) => stores.find((other) => other.id === id))
  const urls = layers.map((layer) => layer?.url ?? null)
  return urls.every((url) => url !== null) ? urls : []
}

const ON_DISK = /^(?:sqlite|file|djcache|dbcache\+sqlite):/

/** Whether opening it connects to a server: people see its place first, and choose it there. */
export function reachesServer(store: ProjectStore, stores: readonly ProjectStore[]): boolean {
  return storePlaces(store, stores).some((place) => !ON_DISK.test(place))
}

/** Whether it can be opened: it has a place, or needs none. */
export function canOpenStore(store: ProjectStore, stores: readonly ProjectStore[]): boolean {
  return store.kind === 'signed_cookies' || storePlaces(store, stores).length > 0
}

/** Whether Django keeps its sessions there. `unknown`: reading does not tell which engine it uses. */
export function storeUse(store: ProjectStore, stores: readonly ProjectStore[]): 'used' | 'unused' | 'unknown' {
  if (stores.some(({ kind, engine }) => kind === 'custom' && engine === '')) return 'unknown'
  return store.active ? 'used' : 'unused'
}

/** What is to be said of it, or of those of its layers that cannot be opened. */
export function storeDetails(store: ProjectStore, stores: readonly ProjectStore[]): readonly Reason[] {
  const blocked = store.parts.flatMap((id) => stores.filter((other) => other.id === id && other.url === null))
  return (blocked.length === 0 ? [store] : blocked).map(({ detail }) => detail).filter((detail) => detail !== null)
}

/** The open source that shows this store; null: it is not open. */
export function openSourceOf(store: ProjectStore, sources: readonly Source[]): Source | null {
  return sources.find(({ project }) => project?.storeId === store.id) ?? null
}

/** The store whose expired rows stay until clearsessions deletes them; null: sessions of this project are no rows. */
export function rowStore(stores: readonly ProjectStore[]): ProjectStore | null {
  return stores.find(({ kind, active, url }) => active && (kind === 'db' || kind === 'cached_db' || (kind === 'custom' && url !== null))) ?? null
}

/** What opens it. The first settings module is the usual one, and goes without saying. */
export function storeTarget({ project, module }: Pick<ProjectReport, 'project' | 'module'>, store: ProjectStore): SourceTarget {
  const usual = project.settings[0]?.module
  return { kind: 'folder', path: project.folder, store: store.id, ...(module === usual ? {} : { module }) }
}
