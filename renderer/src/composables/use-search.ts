import { computed, onScopeDispose, readonly, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { FoundFacets } from '../../../shared/model/overview.ts'
import type { SessionRow } from '../../../shared/model/session.ts'
import type { Source } from '../../../shared/model/source.ts'
import type { FilterField } from '../../../shared/model/store.ts'
import { useClient } from '../rpc/client.ts'
import type { KeptQueries } from './use-kept-queries.ts'
import { useKeptQueries } from './use-kept-queries.ts'
import type { SessionList } from './use-session-list.ts'

/** Sessions that the table holds at most; a search that finds more is stopped, and says so. */
export const MOST_FOUND = 50_000

/** `full`: more than `MOST_FOUND` fit. `failed`: it was no query, or the store did not answer. */
export type SearchPhase = 'running' | 'done' | 'stopped' | 'full' | 'failed'

export interface SearchProgress {
  readonly phase: SearchPhase
  readonly found: number
  readonly examined: number
  /** By which fields the store chose what was looked at. */
  readonly filtered: readonly FilterField[]
  readonly unread: number
}

export interface Search {
  /** The query that the table answers; null: it shows every session. */
  readonly query: Readonly<Ref<string | null>>
  readonly progress: Readonly<Ref<SearchProgress>>
  readonly failure: Readonly<Ref<CoatcheckError | null>>
  /** What was found has in common, as far as it is counted. null: nothing is known yet. */
  readonly facets: Readonly<Ref<FoundFacets | null>>
  readonly kept: KeptQueries
  /** What the table shows: the sessions that fit, or all of them. */
  readonly list: SessionList
  /** Settles to true when everything was looked at. */
  run(query: string): Promise<boolean>
  stop(): void
  clear(): void
}

const NOTHING: SearchProgress = { phase: 'running', found: 0, examined: 0, filtered: [], unread: 0 }

/** Sessions that fit a query, as they are found, in place of the list of all. */
export function useSearch(source: () => Source | null, revision: () => number, all: SessionList): Search {
  const client = useClient()
  const query = shallowRef<string | null>(null)
  const progress = shallowRef<SearchProgress>(NOTHING)
  const failure = shallowRef<CoatcheckError | null>(null)
  const facets = shallowRef<FoundFacets | null>(null)
  const kept = useKeptQueries(() => source()?.location ?? null)
  const version = ref(0)
  let rows: SessionRow[] = []
  let running = new AbortController()

  /** What was found before stays until the first new row is there, so that reading again does not empty the table. */
  async function run(text: string, { keepShown = false } = {}): Promise<boolean> {
    running.abort()
    const controller = (running = new AbortController())
    const open = source()
    if (open === null) return false
    query.value = text
    failure.value = null
    if (!keepShown) {
      show([])
      facets.value = null
    }
    progress.value = { ...NOTHING, found: rows.length }
    const found: SessionRow[] = []
    try {
      for await (const page of client.stream('sessions.search', { sourceId: open.id, order: all.order.value, where: text, withPassages: true, withFacets: true }, controller.signal)) {
        if (controller.signal.aborted) return false
        found.push(...page.rows.slice(0, MOST_FOUND - found.length))
        const isFull = found.length === MOST_FOUND && !page.done
        if (page.rows.length > 0 || page.done) show(found)
        progress.value = { phase: page.done ? 'done' : isFull ? 'full' : 'running', found: rows.length, examined: page.examined, filtered: page.filtered, unread: page.unread }
        if (page.facets !== undefined) facets.value = page.facets
        if (isFull) controller.abort()
        if (page.done) return true
      }
    } catch (error) {
      if (controller.signal.aborted) return false
      failure.value = error instanceof CoatcheckError ? error : unexpected(error)
      progress.value = { ...progress.value, phase: 'failed' }
    }
    return false
  }

  function show(found: SessionRow[]): void {
    rows = found
    version.value += 1
  }

  /** What it is found by may stand elsewhere by now, and is not shown any more. */
  function replace(row: SessionRow): void {
    const index = rows.findIndex(({ key }) => key === row.key)
    if (index < 0) return
    const hits = rows[index]?.hits
    rows[index] = hits === undefined ? row : { ...row, hits: { keyChars: hits.keyChars, owner: hits.owner, names: hits.names } }
    version.value += 1
  }

  function stop(): void {
    running.abort()
    if (progress.value.phase === 'running') progress.value = { ...progress.value, phase: 'stopped' }
  }

  function clear(): void {
    running.abort()
    query.value = null
    failure.value = null
    progress.value = NOTHING
    facets.value = null
    show([])
  }

  watch(() => source()?.id, clear)
  // The same source, changed: by a write, by new keys, or reopened.
  watch([source, revision], ([now], [before]) => {
    if (query.value !== null && now !== null && now.id === before?.id) void run(query.value, { keepShown: true })
  })
  onScopeDispose(() => running.abort())

  return {
    query: readonly(query), progress: readonly(progress), failure: readonly(failure), facets: readonly(facets) as Readonly<Ref<FoundFacets | null>>, kept,
    list: searchedList(all, { query, progress, failure, version, rows: () => rows, replace, again: () => void run(query.value ?? '', { keepShown: true }) }),
    run(text) {
      kept.remember(text)
      return run(text)
    },
    stop,
    clear,
  }
}

interface Found {
  readonly query: Ref<string | null>
  readonly progress: Ref<SearchProgress>
  readonly failure: Ref<CoatcheckError | null>
  readonly version: Ref<number>
  readonly rows: () => readonly SessionRow[]
  readonly replace: (row: SessionRow) => void
  readonly again: () => void
}

/** The list of all sessions, with what was found in its place while there is a query. */
function searchedList(all: SessionList, { query, progress, failure, version, rows, replace, again }: Found): SessionList {
  const isOn = computed(() => query.value !== null)
  const either = <Value>(searched: () => Value, plain: ComputedRef<Value>): ComputedRef<Value> => computed(() => (isOn.value ? searched() : plain.value))
  const found = (): readonly SessionRow[] => {
    void version.value
    return rows()
  }
  return {
    phase: either(() => {
      if (found().length > 0) return 'ready'
      if (failure.value !== null) return 'failed'
      return progress.value.phase === 'running' ? 'loading' : 'empty'
    }, all.phase),
    rowCount: either(() => found().length, all.rowCount),
    failure: either(() => failure.value, all.failure),
    tally: all.tally,
    order: all.order,
    walks: all.walks,
    reads: all.reads,
    rowAt: (index) => (isOn.value ? (found()[index] ?? null) : all.rowAt(index)),
    show: (first, last) => { if (!isOn.value) all.show(first, last) },
    readRange: async (first, last) => (isOn.value ? found().slice(first, last + 1) : all.readRange(first, last)),
    peek: async () => (isOn.value ? [] : all.peek()),
    replace(row) {
      all.replace(row)
      replace(row)
    },
    sortBy(order) {
      all.sortBy(order)
      if (isOn.value) again()
    },
    isRowless: all.isRowless,
    showRowless(on) {
      all.showRowless(on)
      if (isOn.value) again()
    },
    refresh() {
      all.refresh()
      if (isOn.value) again()
    },
  }
}
