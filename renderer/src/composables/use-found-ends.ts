import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { EndBin } from '../../../shared/model/overview.ts'
import type { Search } from './use-search.ts'

/** Counting anew for every page that a search finds would be too often. In milliseconds. */
const REST_MS = 300

/** What a search has found so far, bin by bin. null: there is no search. */
export function useFoundEnds(search: Search, bins: () => readonly EndBin[]): Readonly<Ref<readonly number[] | null>> {
  const counts = shallowRef<readonly number[] | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function count(): void {
    timer = undefined
    if (search.query.value === null) {
      counts.value = null
      return
    }
    const all = bins()
    const [from, width] = [all[0]?.from ?? 0, (all[0]?.to ?? 1) - (all[0]?.from ?? 0)]
    const found = all.map(() => 0)
    for (let index = 0; index < search.list.rowCount.value; index++) {
      const end = search.list.rowAt(index)?.expireDate ?? null
      const bin = end === null ? -1 : Math.floor((end - from) / width)
      if (bin >= 0 && bin < found.length) found[bin] = (found[bin] ?? 0) + 1
    }
    counts.value = found
  }

  watch([search.query, () => search.progress.value.phase, bins], () => {
    clearTimeout(timer)
    count()
  }, { immediate: true })
  watch(() => search.progress.value.found, () => { timer ??= setTimeout(count, REST_MS) })
  onScopeDispose(() => clearTimeout(timer))
  return counts
}
