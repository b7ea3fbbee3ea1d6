import { computed, onScopeDispose } from 'vue'
import type { ComputedRef } from 'vue'
import type { Source } from '../../../shared/model/source.ts'
import type { SeenNames } from '../../../shared/query/complete.ts'
import { useClient } from '../rpc/client.ts'
import { useSeenPathsState } from '../state/use-seen-paths-state.ts'
import type { SessionList } from './use-session-list.ts'
import { useVeil } from './use-veil.ts'

/** Rows at the beginning of the list that are looked at: sites have few shapes of sessions. */
const ROWS = 200

/** What a query can be completed with. `look`: somebody is about to write one, so that the first sessions are looked into, once. */
export function useSeenNames(source: () => Source, list: () => Pick<SessionList, 'rowAt' | 'order'>): { readonly names: ComputedRef<SeenNames>; look(): void } {
  const client = useClient()
  const seen = useSeenPathsState()
  const veil = useVeil()
  const looked = new Set<string>()
  const leaving = new AbortController()

  const names = computed(() => {
    const keys = new Set<string>()
    const users = new Set<string>()
    for (let index = 0; index < ROWS; index += 1) {
      const row = list().rowAt(index)
      for (const key of row?.topLevelKeys ?? []) keys.add(key)
      if (typeof row?.owner?.username === 'string' && !veil.value) users.add(row.owner.username)
    }
    return { paths: [...[...keys].map((key) => [key]), ...seen.of(source().id)], users: [...users].toSorted() }
  })

  function look(): void {
    const { id } = source()
    if (looked.has(id)) return
    looked.add(id)
    // Without an answer less is offered; the next time it is asked again.
    client.call('sessions.paths', { sourceId: id, order: list().order.value }, leaving.signal).then((paths) => seen.add(id, paths), () => looked.delete(id))
  }

  onScopeDispose(() => leaving.abort())
  return { names, look }
}
