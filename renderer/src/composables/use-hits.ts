import { computed, onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { SessionHits, SessionKey } from '../../../shared/model/session.ts'
import type { SourceId } from '../../../shared/model/source.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { textsOf } from '../../../shared/query/text-hits.ts'
import { useClient } from '../rpc/client.ts'

export interface Hits {
  readonly paths: Readonly<Ref<SessionHits['paths']>>
  /** What the query looks for anywhere in the data, in lower case. */
  readonly texts: ComputedRef<readonly string[]>
}

/** Where the shown session answers to the query that the table shows; asked anew whenever either changes. */
export function useHits(subject: () => { readonly sourceId: SourceId; readonly key: SessionKey | null; readonly where: string | null; readonly revision: unknown }): Hits {
  const client = useClient()
  const paths = shallowRef<SessionHits['paths']>([])
  let request = new AbortController()

  async function ask(): Promise<void> {
    request.abort()
    const { signal } = (request = new AbortController())
    const { sourceId, key, where } = subject()
    paths.value = []
    if (key === null || where === null) return
    // Without an answer nothing is marked: what went wrong, the table and the inspector say.
    const hits = await client.call('sessions.hits', { sourceId, key, where }, signal).catch(() => null)
    if (!signal.aborted && hits !== null) paths.value = hits.paths
  }

  watch(subject, (now, before) => {
    if (before === undefined || now.key !== before.key || now.where !== before.where || now.sourceId !== before.sourceId || now.revision !== before.revision) void ask()
  }, { immediate: true })
  onScopeDispose(() => request.abort())

  const texts = computed(() => {
    const parsed = parseQuery(subject().where ?? '')
    return parsed.ok ? textsOf(parsed.query.terms) : []
  })
  return { paths: readonly(paths) as Hits['paths'], texts }
}
