import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isDeepLink, readDeepLink } from '../../../shared/deep-link.ts'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Source, SourceTarget } from '../../../shared/model/source.ts'
import { isJarName } from '../../../shared/model/jar-name.ts'
import { DEMO } from '../../../shared/demo.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { isStoreUrl, withTable, withoutPassword } from '../format/store-url.ts'
import { useClient } from '../rpc/client.ts'
import { useAppState } from '../state/use-app-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { useProjectsState } from '../state/use-projects-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'

export type OpenOptions = Pick<Input<'sources.open'>, 'keys' | 'clock' | 'password'> & { readonly table?: string; readonly cache?: string; readonly cookieName?: string }

type SourceTargetInput = Input<'sources.open'>['target']
type FolderInput = Extract<SourceTargetInput, { kind: 'folder' }>

export interface OpenSource {
  /** What is being opened, for people; null: nothing. */
  readonly opening: Readonly<Ref<string | null>>
  readonly failure: Ref<CoatcheckError | null>
  openPath(path: string, options?: OpenOptions): Promise<Source | null>
  openTarget(target: SourceTarget, name: string): Promise<Source | null>
  /** A jar of the cookies in a text, which is kept in memory only. */
  openCookies(text: string, options?: Pick<OpenOptions, 'keys' | 'cookieName'>): Promise<Source | null>
}

/**
 * Opens a source and goes there. Answers null where it failed (`failure`), was overtaken by another one, or led to the page of a project:
 * a folder whose store does not open, or waits until people have seen where it is.
 */
export function useOpenSource(): OpenSource {
  const { t } = useI18n()
  const client = useClient()
  const app = useAppState()
  const sources = useSourcesState()
  const place = usePlaceState()
  const projects = useProjectsState()
  const opening = shallowRef<string | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()

  async function run(name: string, target: (signal: AbortSignal) => Promise<SourceTargetInput>, options: Omit<OpenOptions, 'table' | 'cache' | 'cookieName'> & Pick<Input<'sources.open'>, 'cookies'> = {}): Promise<Source | null> {
    request.abort()
    const { signal } = (request = new AbortController())
    opening.value = name
    failure.value = null
    let folder: FolderInput | null = null
    try {
      const wanted = await target(signal)
      if (wanted.kind === 'folder') folder = wanted
      const source = await sources.openSource({ target: wanted, ...options }, signal)
      if (signal.aborted) return null
      place.go({ kind: 'source', id: source.id })
      return source
    } catch (error) {
      const known = error instanceof CoatcheckError ? error : unexpected(error)
      const isShown = folder !== null && !signal.aborted && (await showProject(folder, known, signal))
      if (!isShown && !signal.aborted) failure.value = known
      return null
    } finally {
      if (!signal.aborted) opening.value = null
    }
  }

  /** Whether the folder is a project, whose page says more than the failure alone. */
  async function showProject({ path, module }: FolderInput, error: CoatcheckError, signal: AbortSignal): Promise<boolean> {
    const report = await client.call('projects.read', { folder: path, ...(module === undefined ? {} : { module }) }, signal).catch(() => null)
    if (report === null || signal.aborted) return false
    const { folder } = report.project
    projects.adopt(report)
    projects.keep(folder)
    place.goToProject(folder, 'stores', error.code === 'CONFIRMATION_REQUIRED' ? null : error)
    return true
  }

  /** What is no folder is opened as a database file, whose own error tells best what is wrong with it. */
  async function toTarget(path: string, { table, cookieName }: Pick<OpenOptions, 'table' | 'cookieName'>, signal: AbortSignal): Promise<SourceTargetInput> {
    if (path === DEMO) return { kind: 'demo' }
    if (isDeepLink(path)) {
      const link = readDeepLink(path)
      place.handedKey = link.key
      return toTarget(link.path, { ...(table === undefined ? {} : { table }), ...(cookieName === undefined ? {} : { cookieName }) }, signal)
    }
    if (isJarName(path)) return { kind: 'jar', path, ...(cookieName === undefined ? {} : { cookieName }) }
    if (isStoreUrl(path)) return { kind: 'url', url: withTable(path, table) }
    const isFolder = await client.call('files.list', { folder: path }, signal).then(() => true, () => false)
    if (isFolder) return { kind: 'folder', path }
    return table === undefined || table === '' ? { kind: 'sqlite', path } : { kind: 'sqlite', path, table }
  }

  /** The rows of cached_db, as they would be opened alone, and their cache. */
  async function toPair(path: string, table: string | undefined, cache: string, signal: AbortSignal): Promise<SourceTarget> {
    const target = await toTarget(path, { ...(table === undefined ? {} : { table }) }, signal)
    if (target.kind === 'url') return { kind: 'pair', row: target.url, cache }
    if (target.kind === 'sqlite' && target.table === undefined) return { kind: 'pair', row: target.path, cache }
    throw new CoatcheckError('REQUEST_INVALID', 'sources.oneDatabase', { hint: 'next.nameTable' })
  }

  function expandHome(path: string): string {
    const home = app.facts?.homeFolder
    return home !== undefined && /^~(?=$|[/\\])/.test(path) ? `${home}${path.slice(1)}` : path
  }

  onScopeDispose(() => request.abort())
  return {
    opening: readonly(opening),
    failure,
    openPath: (path, { table, cache, cookieName, ...options } = {}) => run(withoutPassword(path), (signal) => (
      cache === undefined ? toTarget(expandHome(path.trim()), { ...(table === undefined ? {} : { table }), ...(cookieName === undefined ? {} : { cookieName }) }, signal) : toPair(expandHome(path.trim()), table, cache, signal)
    ), options),
    openTarget: (target, name) => run(name, async () => target),
    openCookies: (cookies, { cookieName, ...options } = {}) => run(t('sources.pasted.name'), async () => ({ kind: 'pasted', id: crypto.randomUUID(), ...(cookieName === undefined ? {} : { cookieName }) }), { ...options, cookies }),
  }
}
