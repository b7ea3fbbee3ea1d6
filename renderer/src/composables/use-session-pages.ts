import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { CoatcheckError, unexpected } from '../../../shared/errors.ts'
import type { Cursor, SessionListPage, SessionRow } from '../../../shared/model/session.ts'

export const PAGE_ROWS = 200
/** So many rows beyond those on screen are read ahead, so that a wheel finds them there. */
const AHEAD_ROWS = 80
/** Pages kept in memory: 12,000 rows, more than one change may select. */
const KEPT_PAGES = 60

type Rows = readonly SessionRow[]
export type FetchPage = (cursor: Cursor | null, signal: AbortSignal) => Promise<SessionListPage>

export interface SessionPages {
  /** null: not read yet. */
  rowAt(index: number): SessionRow | null
  /** Rows `first` to `last` are on screen: their pages and those near them are read, requests for others are stopped. */
  show(first: number, last: number): void
  /** Where page `page` begins, as the walk over the store found it. */
  learnCursor(page: number, cursor: Cursor): void
  /** Settles when the first page is there, or is known not to come; at once where nobody asked for it. */
  first(): Promise<void>
  /** A page as the store has it now; what is on show stays. null: where it begins is not known. */
  peek(page: number): Promise<Rows | null>
  /** The page that the first row on screen is of. */
  shownPage(): number
  /** Everything is read anew. What is on screen stays until its new rows are there. */
  reset(options: { readonly keepShown: boolean }): void
  /** Rows that the last reset kept are dropped. */
  dropKept(): void
  /** All rows of a range, read where necessary; fewer where a page cannot be reached. */
  readRange(first: number, last: number): Promise<SessionRow[]>
  /** Rows that are known to exist: up to the end of the furthest page read, and one page more if it has a successor. */
  readonly reach: Readonly<Ref<number>>
  /** Number of all rows, once the last page was read. */
  readonly end: Readonly<Ref<number | null>>
  /** Why a page on screen could not be read. */
  readonly failure: Readonly<Ref<CoatcheckError | null>>
}

export function useSessionPages(fetchPage: FetchPage): SessionPages {
  const version = ref(0)
  const reach = ref(0)
  const end = ref<number | null>(null)
  const failure = shallowRef<CoatcheckError | null>(null)
  let pages = new Map<number, Rows>()
  let kept: ReadonlyMap<number, Rows> = new Map()
  let cursors = new Map<number, Cursor | null>([[0, null]])
  let shown: readonly [first: number, last: number] = [0, 0]
  /** Those on screen, and those that a short way leads to. */
  let near: readonly [first: number, last: number] = [0, 0]
  const requests = new Map<number, { readonly controller: AbortController; readonly done: Promise<void> }>()
  /** Pages that a range selection waits for; scrolling does not stop them. */
  const pinned = new Set<number>()

  const isShown = (page: number): boolean => page >= shown[0] && page <= shown[1]
  const isNear = (page: number): boolean => page >= near[0] && page <= near[1]

  function rowAt(index: number): SessionRow | null {
    void version.value
    const page = Math.floor(index / PAGE_ROWS)
    return (pages.get(page) ?? kept.get(page))?.[index % PAGE_ROWS] ?? null
  }

  function show(first: number, last: number): void {
    const pageOf = (index: number): number => Math.floor(Math.max(0, index) / PAGE_ROWS)
    shown = [pageOf(first), pageOf(Math.max(first, last))]
    near = [pageOf(first - AHEAD_ROWS), pageOf(Math.max(first, last) + AHEAD_ROWS)]
    for (const [page, { controller }] of [...requests]) {
      if (isNear(page) || pinned.has(page)) continue
      requests.delete(page)
      controller.abort()
    }
    requestNear()
  }

  function requestNear(): void {
    const wanted = Array.from({ length: near[1] - near[0] + 1 }, (_, offset) => near[0] + offset)
    for (const page of [...wanted.filter(isShown), ...wanted.filter((page) => !isShown(page))]) {
      const rows = pages.get(page)
      if (rows === undefined) void request(page)
      else touch(page, rows)
    }
  }

  /** Settles when the page is there, or is known not to come. */
  function request(page: number): Promise<void> {
    const running = requests.get(page)
    if (running !== undefined) return running.done
    const cursor = cursors.get(page)
    if (cursor === undefined) return Promise.resolve()
    const controller = new AbortController()
    const isCurrent = (): boolean => requests.get(page)?.controller === controller
    const done = fetchPage(cursor, controller.signal).then(
      (answer) => { if (isCurrent()) take(page, answer) },
      (error: unknown) => { if (isCurrent()) fail(page, error) },
    )
    requests.set(page, { controller, done })
    return done
  }

  function take(page: number, { rows, next }: SessionListPage): void {
    requests.delete(page)
    touch(page, rows)
    failure.value = null
    const last = page * PAGE_ROWS + rows.length
    if (next === null) end.value = last
    else if (!cursors.has(page + 1)) cursors.set(page + 1, next)
    reach.value = Math.max(reach.value, next === null ? last : last + PAGE_ROWS)
    version.value += 1
    if (isNear(page + 1)) requestNear()
  }

  function fail(page: number, error: unknown): void {
    requests.delete(page)
    // One that was read ahead is asked for again when it comes on screen.
    if (isShown(page)) failure.value = error instanceof CoatcheckError ? error : unexpected(error)
  }

  /** Newest last; the oldest page that is not on screen makes room. */
  function touch(page: number, rows: Rows): void {
    pages.delete(page)
    pages.set(page, rows)
    for (const other of pages.keys()) {
      if (pages.size <= KEPT_PAGES) break
      if (!isNear(other) && !pinned.has(other)) pages.delete(other)
    }
  }

  function stopAll(): void {
    for (const { controller } of requests.values()) controller.abort()
    requests.clear()
  }

  onScopeDispose(stopAll)

  return {
    rowAt,
    show,
    reach,
    end,
    failure,
    learnCursor(page, cursor) {
      cursors.set(page, cursor)
      if (isNear(page) && !pages.has(page)) void request(page)
    },
    first: () => requests.get(0)?.done ?? Promise.resolve(),
    shownPage: () => shown[0],
    async peek(page) {
      const cursor = cursors.get(page)
      if (cursor === undefined) return null
      return (await fetchPage(cursor, new AbortController().signal)).rows
    },
    reset({ keepShown }) {
      stopAll()
      kept = keepShown ? new Map([...kept, ...pages]) : new Map()
      pages = new Map()
      cursors = new Map([[0, null]])
      if (!keepShown) shown = near = [0, 0]
      reach.value = 0
      end.value = null
      failure.value = null
      version.value += 1
      requestNear()
    },
    dropKept() {
      kept = new Map()
      version.value += 1
    },
    async readRange(first, last) {
      const found: SessionRow[] = []
      for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page += 1) {
        pinned.add(page)
        if (!pages.has(page)) await request(page)
        pinned.delete(page)
        const rows = pages.get(page)
        if (rows === undefined) break
        found.push(...rows.filter((_, index) => page * PAGE_ROWS + index >= first && page * PAGE_ROWS + index <= last))
      }
      return found
    },
  }
}
