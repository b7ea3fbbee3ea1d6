import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ComputedRef } from 'vue'
import type { Source } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import type { OverviewRun } from './use-overview.ts'
import type { Search } from './use-search.ts'
import type { SessionList, Tally } from './use-session-list.ts'
import { PAGE_ROWS } from './use-session-pages.ts'

/** How many sessions the store has: counted with the table, and again when it is learned that somebody else changed the store. */
export interface StoreCounts {
  /** Of the whole store, the newest that was counted. Rows of the table keep their places: they are of the walk before. */
  readonly tally: ComputedRef<Tally | null>
  /** Something was read of the store. `differs`: it cannot be as it was counted. Asks the store where it can tell, and counts again if it changed. */
  learn(differs: boolean): void
}

export interface StoreParts {
  readonly source: () => Source | null
  readonly list: SessionList
  readonly search: Pick<Search, 'query' | 'progress'>
  readonly overview: Pick<OverviewRun, 'renew'>
}

/** Looks follow each other so far apart at least, and so many times as long as the last count took. In milliseconds. */
const LEAST_MS = 2000
const REST_TIMES = 10

export function useStoreCounts({ source, list, search, overview }: StoreParts): StoreCounts {
  const client = useClient()
  const again = shallowRef<Tally | null>(null)
  const tally = computed(() => again.value ?? list.tally.value)
  let version: string | null = null
  let looking: AbortController | null = null
  let differs = false
  let restsUntil = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function askVersion(sourceId: string, signal: AbortSignal): Promise<string | null> {
    return (await client.call('sessions.version', { sourceId }, signal)).version
  }

  /** What the table was counted at. What happens while it is counted is found by the next look. */
  async function begin(): Promise<void> {
    looking?.abort()
    looking = null
    clearTimeout(timer)
    timer = undefined
    again.value = null
    version = null
    differs = false
    const open = source()
    if (open === null) return
    const { signal } = (looking = new AbortController())
    const now = await askVersion(open.id, signal).catch(() => null)
    if (signal.aborted) return
    version = now
    looking = null
  }

  function learn(isOther: boolean): void {
    differs ||= isOther
    if (timer !== undefined || looking !== null) return
    timer = setTimeout(() => void look(), Math.max(0, restsUntil - performance.now()))
  }

  async function look(): Promise<void> {
    timer = undefined
    const open = source()
    if (open === null || document.hidden || list.tally.value?.done !== true) return
    const { signal } = (looking = new AbortController())
    let tookMs = 0
    try {
      const now = await askVersion(open.id, signal)
      const changed = now === null ? differs : now !== version
      differs = false
      if (!changed) return
      const counted = await count(open.id, signal)
      if (counted === null) return
      version = now
      again.value = counted
      tookMs = counted.elapsedMs
      overview.renew()
    } catch {
      // What keeps a store from being read is told where it is read.
    } finally {
      restsUntil = performance.now() + Math.max(LEAST_MS, REST_TIMES * tookMs)
      if (looking?.signal === signal) looking = null
      // Learned while this was counted: it may not be in there.
      if (differs && !signal.aborted) learn(true)
    }
  }

  async function count(sourceId: string, signal: AbortSignal): Promise<Tally | null> {
    const started = performance.now()
    for await (const { examined, live, expired, done } of client.stream('sessions.tally', { sourceId, order: list.order.value, every: PAGE_ROWS }, signal)) {
      if (signal.aborted) return null
      if (done) return { examined, live, expired, done, elapsedMs: performance.now() - started, at: Date.now() }
    }
    return null
  }

  // A walk of the table begins, or one came to its end before it was seen to begin.
  watch([() => source()?.id, () => list.order.value, list.walks], () => void begin(), { immediate: true })
  watch(() => search.progress.value, ({ phase, examined, filtered }) => {
    if (search.query.value !== null && phase === 'done') learn(filtered.length === 0 && tally.value?.done === true && examined !== tally.value.examined)
  })
  watch(list.reads, (reads) => { if (reads.count > 1) learn(reads.end !== null && tally.value?.done === true && reads.end !== tally.value.examined && again.value === null) })
  const onShown = (): void => { if (!document.hidden) learn(false) }
  document.addEventListener('visibilitychange', onShown)
  window.addEventListener('focus', onShown)
  onScopeDispose(() => {
    looking?.abort()
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', onShown)
    window.removeEventListener('focus', onShown)
  })
  return { tally, learn }
}
