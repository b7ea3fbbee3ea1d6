import { computed, onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { SessionRow } from '../../../shared/model/session.ts'
import type { Source } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'
import type { SessionList } from './use-session-list.ts'
import { PAGE_ROWS } from './use-session-pages.ts'

export const LOOK_SECONDS = [0, 5, 15, 60] as const
export type LookSeconds = (typeof LOOK_SECONDS)[number]

/** A store that was counted in so many milliseconds is counted again each time; of a larger one only pages are looked at. */
const CHEAP_COUNT_MS = 300

/** What happened in the store since the table was read. `added`: sessions that it does not show; more where `isMore`. `changed`: without those. */
export interface Fresh {
  readonly added: number
  readonly isMore: boolean
  readonly changed: number
}

export interface FreshRows {
  readonly every: ComputedRef<LookSeconds>
  setEvery(seconds: LookSeconds): void
  /** null: nothing that is known of. */
  readonly fresh: Readonly<Ref<Fresh | null>>
  /** Reads the table again. */
  show(): void
}

/** Looks from time to time whether the store has something newer, and only tells: rows that somebody reads keep their place. */
export function useFreshRows(source: () => Source, list: () => SessionList, isPaused: () => boolean): FreshRows {
  const client = useClient()
  const state = usePreferencesState()
  const every = computed<LookSeconds>(() => state.preferences.lookSeconds ?? 0)
  const fresh = shallowRef<Fresh | null>(null)
  let version: string | null = null
  let looking: AbortController | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  async function look(): Promise<void> {
    const { value: tally } = list().tally
    if (document.hidden || isPaused() || looking !== null || tally?.done !== true) return
    const { signal } = (looking = new AbortController())
    try {
      const { version: now } = await client.call('sessions.version', { sourceId: source().id }, signal)
      if (now !== null && now === version) return
      const found = await compare(tally.examined, tally.elapsedMs <= CHEAP_COUNT_MS, signal)
      if (signal.aborted) return
      version = now
      fresh.value = found.added === 0 && found.changed === 0 ? null : found
    } catch {
      // What keeps a store from being read is told by the table itself, when it is read.
    } finally {
      if (looking?.signal === signal) looking = null
    }
  }

  async function compare(shownCount: number, mayCount: boolean, signal: AbortSignal): Promise<Fresh> {
    const pages = await list().peek()
    let [added, changed, isMore] = [0, 0, false]
    for (const { first, rows } of pages) {
      const shown = new Map(Array.from({ length: PAGE_ROWS }, (_, index) => list().rowAt(first + index)).flatMap((row) => (row === null ? [] : [[row.key, row]])))
      if (shown.size === 0) continue
      const unknown = rows.filter(({ key }) => !shown.has(key)).length
      // Behind the first page, rows that are not known may only have been moved there by those before them.
      if (first === 0) [added, isMore] = [unknown, unknown === PAGE_ROWS]
      else changed += unknown
      changed += rows.filter((row) => shown.has(row.key) && !isSame(row, shown.get(row.key))).length
    }
    if (!mayCount) return { added, isMore, changed }
    const counted = await count(signal)
    const { by, direction } = list().order.value
    // New sessions end last: where these stand first, the first page tells of them better than a difference.
    if (by === 'expireDate' && direction === 'desc') return { added: isMore ? Math.max(added, counted - shownCount) : added, isMore: isMore && counted - shownCount < added, changed: changed + (counted < shownCount ? shownCount - counted : 0) }
    return { added: Math.max(0, counted - shownCount), isMore: false, changed: changed + Math.max(0, shownCount - counted) }
  }

  async function count(signal: AbortSignal): Promise<number> {
    let last = 0
    for await (const { examined } of client.stream('sessions.tally', { sourceId: source().id, order: list().order.value, every: PAGE_ROWS }, signal)) last = examined
    return last
  }

  function forget(): void {
    looking?.abort()
    looking = null
    fresh.value = null
    version = null
  }

  watch(every, (seconds) => {
    clearInterval(timer)
    if (seconds === 0) forget()
    else timer = setInterval(() => void look(), seconds * 1000)
  }, { immediate: true })
  // Read again, for whatever reason: what was new is on show.
  watch([() => source().id, () => list().order.value, () => list().tally.value?.done === true, isPaused], forget)
  const onShown = (): void => { if (!document.hidden && every.value !== 0) void look() }
  document.addEventListener('visibilitychange', onShown)
  onScopeDispose(() => {
    clearInterval(timer)
    looking?.abort()
    document.removeEventListener('visibilitychange', onShown)
  })

  return {
    every,
    setEvery: (lookSeconds) => state.change({ lookSeconds }),
    fresh: readonly(fresh),
    show() {
      forget()
      list().refresh()
    },
  }
}

function isSame(a: SessionRow, b: SessionRow | undefined): boolean {
  return a.expireDate === b?.expireDate && a.sizeBytes === b.sizeBytes && a.signedAt === b.signedAt && a.userId === b.userId
}
