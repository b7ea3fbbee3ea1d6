import { computed, shallowRef, watch, watchEffect } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { Source, SourceId } from '../../../shared/model/source.ts'
import { usePlaceState } from '../state/use-place-state.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'
import { useSourcesState } from '../state/use-sources-state.ts'
import { afterPaint } from './after-paint.ts'
import { expiredOf } from '../format/rule-counts.ts'
import { useOverview } from './use-overview.ts'
import type { OverviewRun } from './use-overview.ts'
import { useRowMarks } from './use-row-marks.ts'
import type { RowMarks } from './use-row-marks.ts'
import { useSearch } from './use-search.ts'
import type { Search } from './use-search.ts'
import { useSessionList } from './use-session-list.ts'
import type { SessionList } from './use-session-list.ts'
import { useStoreCounts } from './use-store-counts.ts'
import type { StoreCounts } from './use-store-counts.ts'
import { useUndo } from './use-undo.ts'
import type { Undo } from './use-undo.ts'

/** What is at hand of the source on show, on each of its pages. */
export interface Bench {
  readonly source: ComputedRef<Source | null>
  readonly search: Search
  /** Its sessions, or of them what a query found. */
  readonly list: SessionList
  readonly marks: RowMarks
  readonly undo: Undo
  /** When its sessions end, and what they have in common. */
  readonly overview: OverviewRun
  /** The session in the inspector: the one that a link named, until another one is picked. */
  readonly shownKey: ComputedRef<SessionKey | null>
  /** How many sessions the store has now, as far as is known. */
  readonly storeCounts: StoreCounts
  /** Sessions that were counted, of every source that was on show. */
  readonly counts: ShallowRef<ReadonlyMap<SourceId, number>>
  /** Of them, expired: of every source whose overview has told, and that was not changed since. */
  readonly expired: ComputedRef<ReadonlyMap<SourceId, number>>
}

/** The sessions of the source on show: what is listed, found, marked and can be taken back. */
export function useBench(): Bench {
  const place = usePlaceState()
  const preferences = usePreferencesState()
  const sources = useSourcesState()
  const source = computed(() => place.source)
  const revision = (): number => (source.value === null ? 0 : sources.revision(source.value.id))
  const all = useSessionList(() => source.value, revision, afterPaint)
  const search = useSearch(() => source.value, revision, all)
  const { list } = search
  const marks = useRowMarks(list)
  // The first rows come first; then what is on show of the rest.
  const isPainted = shallowRef(false)
  watch([() => source.value?.id, all.phase] as const, async ([, phase], _before, onCleanup) => {
    let isOver = false
    onCleanup(() => { isOver = true })
    if (phase === 'loading') isPainted.value = false
    else await afterPaint()
    if (phase !== 'loading' && !isOver) isPainted.value = true
  }, { immediate: true })
  const shownKey = computed(() => place.handedKey ?? (isPainted.value ? marks.activeKey.value : null))
  // Rows that move up or down are no choice of another session.
  watch(() => marks.activeKey.value, (_, before) => {
    if (before !== null) place.handedKey = null
  })
  watch(() => source.value?.id, () => marks.reset())
  // Rows of another list stand in other places.
  watch(search.query, () => marks.reset(), { flush: 'sync' })
  watch(list.isRowless, () => marks.reset(), { flush: 'sync' })
  const undo = useUndo(() => source.value?.id ?? null, revision)

  const overview = useOverview(() => source.value, revision, () => {
    const { hidesTimeline = false, hidesFacets = false } = preferences.preferences
    return isPainted.value && (all.phase.value === 'ready' || all.phase.value === 'empty') && (place.page === 'summary' || (place.page === 'sessions' && !(hidesTimeline && hidesFacets)))
  })

  const storeCounts = useStoreCounts({ source: () => source.value, list: all, search, overview })
  const counts = shallowRef<ReadonlyMap<SourceId, number>>(new Map())
  watchEffect(() => {
    const { value: tally } = storeCounts.tally
    if (source.value !== null && tally?.done === true && !list.isRowless.value) counts.value = new Map(counts.value).set(source.value.id, tally.examined)
  })
  const told = shallowRef<ReadonlyMap<SourceId, { readonly expired: number; readonly revision: number }>>(new Map())
  watch(overview.state, ({ phase, overview: found, of }) => {
    const expired = phase !== 'ready' || found === null ? null : expiredOf(found)
    if (of !== null && expired !== null) told.value = new Map(told.value).set(of, { expired, revision: sources.revision(of) })
  }, { flush: 'sync' })
  const expired = computed(() => new Map([...told.value].flatMap(([id, one]) => (one.revision === sources.revision(id) ? [[id, one.expired] as const] : []))))
  return { source, search, list, marks, undo, overview, storeCounts, shownKey, counts, expired }
}
