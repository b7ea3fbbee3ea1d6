import { computed, onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Source } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import { MOST_MARKED } from './use-row-marks.ts'
import type { RowMarks } from './use-row-marks.ts'
import type { Search } from './use-search.ts'

/** Every session that fits, as a fact about a query and not a list of keys. */
export interface Matching {
  /** Whether all that fit are meant, and not only those that are marked. */
  readonly isOn: Readonly<Ref<boolean>>
  /** Sessions that fit, as far as they are counted. */
  readonly count: Readonly<Ref<number>>
  readonly isCounting: Readonly<Ref<boolean>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** Whether as many are marked as can be, and more are there. */
  readonly canBe: ComputedRef<boolean>
  begin(): Promise<void>
  /** Their keys, one on each line; null: it was stopped, or failed. */
  keys(): Promise<string | null>
  end(): void
}

/** What is on show, where it is more than one change takes. */
export function useMatching(source: () => Source, search: Search, marks: RowMarks): Matching {
  const client = useClient()
  const isOn = shallowRef(false)
  const count = shallowRef(0)
  const isCounting = shallowRef(false)
  const failure = shallowRef<CoatcheckError | null>(null)
  let running = new AbortController()

  /** null: it was ended meanwhile, or failed. */
  async function walk(countOnly: boolean): Promise<string[] | null> {
    running.abort()
    const { signal } = (running = new AbortController())
    const keys: string[] = []
    failure.value = null
    isCounting.value = true
    try {
      const asked = { sourceId: source().id, order: search.list.order.value, where: search.query.value ?? '', countOnly }
      for await (const page of client.stream('sessions.search', asked, signal)) {
        if (signal.aborted) return null
        count.value = page.found
        for (const { key } of page.rows) keys.push(key)
      }
      return keys
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
      return null
    } finally {
      if (!signal.aborted) isCounting.value = false
    }
  }

  function end(): void {
    running.abort()
    isOn.value = false
    isCounting.value = false
  }

  // Who marks something else means something else.
  watch([() => source().id, search.query, marks.marked], end)
  onScopeDispose(() => running.abort())

  return {
    isOn: readonly(isOn), count: readonly(count), isCounting: readonly(isCounting), failure: readonly(failure),
    canBe: computed(() => marks.marked.value.size === MOST_MARKED && search.list.rowCount.value > MOST_MARKED),
    async begin() {
      isOn.value = true
      count.value = 0
      await walk(true)
    },
    keys: async () => (await walk(false))?.join('\n') ?? null,
    end,
  }
}
