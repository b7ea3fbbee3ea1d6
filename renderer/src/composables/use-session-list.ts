import { computed, onScopeDispose, readonly, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { SessionRow, SortOrder, WalkOrder } from '../../../shared/model/session.ts'
import type { Source } from '../../../shared/model/source.ts'
import { useClient } from '../rpc/client.ts'
import { PAGE_ROWS, useSessionPages } from './use-session-pages.ts'

/** What one walk over the store has counted so far. */
export interface Tally {
  readonly examined: number
  readonly live: number
  readonly expired: number
  readonly done: boolean
  /** How long the walk took, in milliseconds. */
  readonly elapsedMs: number
  /** When it was counted so far, in milliseconds since 1970. */
  readonly at: number
}

export interface SessionList {
  /** `unlisted`: the store cannot tell which sessions it has. */
  readonly phase: ComputedRef<'loading' | 'failed' | 'empty' | 'ready' | 'unlisted'>
  readonly rowCount: ComputedRef<number>
  /** null: not counted yet. */
  readonly tally: Readonly<Ref<Tally | null>>
  readonly order: Readonly<Ref<WalkOrder>>
  readonly failure: ComputedRef<CoatcheckError | null>
  /** Walks over the store that were begun. */
  readonly walks: Readonly<Ref<number>>
  /** Pages that were read since the last walk began, and how many rows there are where the last page was one of them. */
  readonly reads: Readonly<Ref<{ readonly count: number; readonly end: number | null }>>
  rowAt(index: number): SessionRow | null
  show(first: number, last: number): void
  readRange(first: number, last: number): Promise<SessionRow[]>
  sortBy(order: SortOrder): void
  /** The pages of the first row of all and of the first one on screen, as the store has them now: the index of their first row, and their rows. What is on show stays. */
  peek(): Promise<readonly { readonly first: number; readonly rows: readonly SessionRow[] }[]>
  /** A row as it is now, in the place that it has. */
  replace(row: SessionRow): void
  /** Of a pair: the copies of its cache that have no row, in place of the rows. */
  readonly isRowless: ComputedRef<boolean>
  showRowless(on: boolean): void
  refresh(): void
}

/** The newest end first, where the store can sort by that. */
function firstOrder(source: Source | null): WalkOrder {
  const sort = source?.capabilities.sort ?? ['expireDate']
  if (sort.includes('expireDate')) return { by: 'expireDate', direction: 'desc' }
  return { by: sort.includes('key') ? 'key' : 'stored', direction: 'asc' }
}

function canList(source: Source | null): source is Source {
  return source !== null && source.capabilities.enumerate !== 'none'
}

/** The sessions of a source: pages by cursor, and one walk that counts them and finds where every page begins; it waits until the first rows are `drawn`. */
export function useSessionList(source: () => Source | null, revision: () => number, drawn: () => Promise<void> = () => Promise.resolve()): SessionList {
  const client = useClient()
  const order = shallowRef<WalkOrder>(firstOrder(source()))
  const tally = shallowRef<Tally | null>(null)
  const tallyFailure = shallowRef<CoatcheckError | null>(null)
  /** Rows of the last complete walk, so that reading again does not shrink the table meanwhile. */
  const countBefore = shallowRef(0)
  const walks = shallowRef(0)
  const readPages = shallowRef(0)
  let walk = new AbortController()

  const pages = useSessionPages(async (cursor, signal) => {
    const open = source()
    if (open === null) throw new CoatcheckError('REQUEST_INVALID', 'sources.noneOpen')
    const page = await client.call('sessions.listPage', { sourceId: open.id, order: order.value, cursor, limit: PAGE_ROWS }, signal)
    readPages.value += 1
    return page
  })

  const rowCount = computed(() => {
    if (tally.value?.done === true) return tally.value.examined
    return pages.end.value ?? Math.max(countBefore.value, tally.value?.examined ?? 0, pages.reach.value)
  })
  const failure = computed(() => pages.failure.value ?? tallyFailure.value)
  const phase = computed(() => {
    if (source()?.capabilities.enumerate === 'none') return 'unlisted'
    if (pages.rowAt(0) !== null) return 'ready'
    if (rowCount.value === 0 && failure.value !== null) return 'failed'
    if (pages.end.value === 0) return 'empty'
    return rowCount.value > 0 ? 'ready' : 'loading'
  })

  async function count(): Promise<void> {
    walk.abort()
    const { signal } = (walk = new AbortController())
    walks.value += 1
    readPages.value = 0
    const open = source()
    if (!canList(open)) return
    const started = performance.now()
    tallyFailure.value = null
    // The first rows come first.
    await pages.first()
    await drawn()
    if (signal.aborted) return
    try {
      for await (const event of client.stream('sessions.tally', { sourceId: open.id, order: order.value, every: PAGE_ROWS }, signal)) {
        if (signal.aborted) return
        event.signposts.forEach((cursor, index) => pages.learnCursor(event.firstPage + index, cursor))
        const { examined, live, expired, done } = event
        tally.value = { examined, live, expired, done, elapsedMs: performance.now() - started, at: Date.now() }
        if (done) {
          countBefore.value = examined
          pages.dropKept()
        }
      }
    } catch (error) {
      if (!signal.aborted) tallyFailure.value = error instanceof CoatcheckError ? error : unexpected(error)
    }
  }

  function restart(keepShown: boolean): void {
    if (!keepShown) {
      tally.value = null
      countBefore.value = 0
    } else {
      // Where the walk before did not come to its end, either.
      countBefore.value = rowCount.value
      if (tally.value !== null) tally.value = { ...tally.value, done: false }
    }
    pages.reset({ keepShown })
    void count()
  }

  watch(() => source()?.id, () => {
    order.value = firstOrder(source())
    if (canList(source())) restart(false)
  }, { immediate: true })
  // The same source, changed: by a write, by new keys, or reopened after its worker had ended.
  watch([source, revision], ([now], [before]) => {
    if (canList(now) && now.id === before?.id) restart(true)
  })
  onScopeDispose(() => walk.abort())

  return {
    phase, rowCount, failure,
    tally: readonly(tally), order: readonly(order), walks: readonly(walks),
    reads: computed(() => ({ count: readPages.value, end: pages.end.value })),
    rowAt: pages.rowAt, show: pages.show, readRange: pages.readRange, replace: pages.replace,
    async peek() {
      const found = await Promise.all([...new Set([0, pages.shownPage()])].map(async (page) => ({ first: page * PAGE_ROWS, rows: await pages.peek(page) })))
      return found.flatMap(({ first, rows }) => (rows === null ? [] : [{ first, rows }]))
    },
    sortBy(next) {
      order.value = next
      const { value } = tally
      pages.reset({ keepShown: false })
      tally.value = value === null ? null : { ...value, done: false }
      void count()
    },
    isRowless: computed(() => order.value.by === 'rowless'),
    showRowless(on) {
      if (on === (order.value.by === 'rowless')) return
      order.value = on ? { by: 'rowless', direction: 'asc' } : firstOrder(source())
      restart(false)
    },
    refresh: () => restart(true),
  }
}
