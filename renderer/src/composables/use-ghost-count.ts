import { onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Source } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import type { SessionList } from './use-session-list.ts'
import { PAGE_ROWS } from './use-session-pages.ts'

/** Rows of a pair up to which its ghosts are counted unasked: every copy of the cache is looked up among the rows. */
const MOST_COUNTED_UNASKED = 20_000

const ROWLESS = { by: 'rowless', direction: 'asc' } as const

/** How many copies of a pair's cache have no row. null: not counted, or the cache does not tell its keys. */
export function useGhostCount(source: () => Source, list: SessionList): Readonly<Ref<number | null>> {
  const client = useClient()
  const count = shallowRef<number | null>(null)
  let running = new AbortController()

  async function run({ id }: Source): Promise<void> {
    running.abort()
    const { signal } = (running = new AbortController())
    try {
      // A first page begins a new list; the count goes through the newest.
      await client.call('sessions.listPage', { sourceId: id, order: ROWLESS, cursor: null, limit: 1 }, signal)
      for await (const { examined, done } of client.stream('sessions.tally', { sourceId: id, order: ROWLESS, every: PAGE_ROWS }, signal)) {
        if (done && !signal.aborted) count.value = examined
      }
    } catch {
      // What does not answer is told by the list itself, once it is asked for.
      if (!signal.aborted) count.value = null
    }
  }

  watch(() => source().id, () => { count.value = null })
  watch([() => source().id, list.tally, list.isRowless] as const, ([, tally, isRowless]) => {
    if (tally?.done !== true || !canListGhosts(source())) return
    if (isRowless) count.value = tally.examined
    else if (tally.examined <= MOST_COUNTED_UNASKED) void run(source())
  }, { immediate: true })
  onScopeDispose(() => running.abort())
  return readonly(count)
}

export function canListGhosts({ cache }: Source): boolean {
  return cache !== undefined && cache.enumerate !== 'none'
}
