import { onScopeDispose, readonly, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError } from '../../../shared/errors.ts'
import type { Source, SourceTarget } from '../../../shared/model/source.ts'
import { isJarName } from '../../../shared/model/jar-name.ts'
import { DEMO } from '../../../shared/demo.ts'
import type { Input } from '../../../shared/rpc/contract.ts'
import { isStoreUrl, withTable, withoutPassword } from '../format/store-url.ts'
import { useClient } from '../rpc/client.ts'
import { useAppState } from '../state/use-app-state.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'

export type OpenOptions = Pick<Input<'sources.open'>, 'keys' | 'clock' | 'password'> & { readonly table?: string; readonly cache?: string }

export interface OpenSource {
  /** What is being opened, for people; null: nothing. */
  readonly opening: Readonly<Ref<string | null>>
  readonly failure: Ref<CoatcheckError | null>
  openPath(path: string, options?: OpenOptions): Promise<Source | null>
  openTarget(target: SourceTarget, name: string): Promise<Source | null>
}

/** Opens a source and goes there. Answers null where it failed (`failure`) or was overtaken by another one. */
export function useOpenSource(): OpenSource {
  const client = useClient()
  const app = useAppState()
  const sources = useSourcesState()
  const place = usePlaceState()
  const opening = shallowRef<string | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let request = new AbortController()

  async function run(name: string, open: (signal: AbortSignal) => Promise<Source>): Promise<Source | null> {
    request.abort()
    const { signal } = (request = new AbortController())
    opening.value = name
    failure.value = null
    try {
      const source = await open(signal)
      if (signal.aborted) return null
      place.go({ kind: 'source', id: source.id })
      return source
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : new CoatcheckError('INTERNAL', String(error))
      return null
    } finally {
      if (!signal.aborted) opening.value = null
    }
  }

  /** What is no folder is opened as a database file, whose own error tells best what is wrong with it. */
  async function toTarget(path: string, table: string | undefined, signal: AbortSignal): Promise<Input<'sources.open'>['target']> {
    if (path === DEMO) return { kind: 'demo' }
    if (isJarName(path)) return { kind: 'jar', path }
    if (isStoreUrl(path)) return { kind: 'url', url: withTable(path, table) }
    const isFolder = await client.call('files.list', { folder: path }, signal).then(() => true, () => false)
    if (isFolder) return { kind: 'folder', path }
    return table === undefined || table === '' ? { kind: 'sqlite', path } : { kind: 'sqlite', path, table }
  }

  /** The rows of cached_db, as they would be opened alone, and their cache. */
  async function toPair(path: string, table: string | undefined, cache: string, signal: AbortSignal): Promise<SourceTarget> {
    const target = await toTarget(path, table, signal)
    if (target.kind === 'url') return { kind: 'pair', row: target.url, cache }
    if (target.kind === 'sqlite' && target.table === undefined) return { kind: 'pair', row: target.path, cache }
    throw new CoatcheckError('REQUEST_INVALID', 'A cache stands in front of one database.', { hint: 'Name the database file, or its URL with its table.' })
  }

  function expandHome(path: string): string {
    const home = app.facts?.homeFolder
    return home !== undefined && /^~(?=$|[/\\])/.test(path) ? `${home}${path.slice(1)}` : path
  }

  onScopeDispose(() => request.abort())
  return {
    opening: readonly(opening),
    failure,
    openPath: (path, { table, cache, ...options } = {}) => run(withoutPassword(path), async (signal) => {
      const target = await (cache === undefined ? toTarget(expandHome(path.trim()), table, signal) : toPair(expandHome(path.trim()), table, cache, signal))
      return sources.openSource({ target, ...options }, signal)
    }),
    openTarget: (target, name) => run(name, (signal) => sources.openSource({ target }, signal)),
  }
}
