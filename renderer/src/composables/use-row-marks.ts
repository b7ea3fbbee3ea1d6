import { computed, readonly, shallowReadonly, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { SessionKey, SessionRow } from '../../../shared/model/session.ts'

/** Most sessions that one change takes. */
export const MOST_MARKED = 10_000
const NEARBY_ROWS = 50

export interface RowMarks {
  /** Row that the keyboard is at; the inspector shows it. -1: none. */
  readonly active: Readonly<Ref<number>>
  readonly activeKey: Readonly<Ref<SessionKey | null>>
  /** Sessions picked for one common action, by key, so that they stay picked when rows move. */
  readonly marked: Readonly<Ref<ReadonlyMap<SessionKey, SessionRow>>>
  /** What an action applies to: the marked sessions, or the active one. */
  readonly chosen: ComputedRef<readonly SessionKey[]>
  isChosen(key: SessionKey): boolean
  activate(index: number): void
  toggle(index: number): void
  /** From the place where the last range began to `index`. */
  extend(index: number): Promise<void>
  unmark(key: SessionKey): void
  /** These sessions are no more: they leave the selection, and the row that moves up takes the keyboard. */
  forget(keys: readonly SessionKey[]): void
  /** The first `MOST_MARKED` at most. */
  markAll(rowCount: number): Promise<void>
  clearMarks(): void
  reset(): void
}

export interface RowSource {
  rowAt(index: number): SessionRow | null
  readRange(first: number, last: number): Promise<SessionRow[]>
}

/** Focus and selection of the table. Moving does not select more; Space, Shift and Ctrl do. */
export function useRowMarks(rows: RowSource): RowMarks {
  const active = shallowRef(-1)
  const activeKey = shallowRef<SessionKey | null>(null)
  const marked = shallowRef<ReadonlyMap<SessionKey, SessionRow>>(new Map())
  let anchor = -1
  let extension = 0
  /** Deleted a moment ago; the table may still show them until it was read again. */
  let gone: ReadonlySet<SessionKey> = new Set()

  function activate(index: number): void {
    anchor = index
    moveTo(index)
  }

  function moveTo(index: number): void {
    active.value = index
    activeKey.value = rows.rowAt(index)?.key ?? null
  }

  // The row at the active place came, or rows moved under it: then the session is looked for nearby and followed.
  watch(() => rows.rowAt(active.value)?.key ?? null, (key) => {
    if (key === null || key === activeKey.value || gone.has(key)) return
    gone = new Set()
    if (activeKey.value === null) activeKey.value = key
    else active.value = findNearby(activeKey.value) ?? active.value
  })

  function findNearby(key: SessionKey): number | undefined {
    const places = Array.from({ length: 2 * NEARBY_ROWS + 1 }, (_, offset) => active.value - NEARBY_ROWS + offset)
    return places.find((index) => index >= 0 && rows.rowAt(index)?.key === key)
  }

  function clearMarks(): void {
    extension += 1
    anchor = active.value
    if (marked.value.size > 0) marked.value = new Map()
  }

  return {
    active: readonly(active),
    activeKey: readonly(activeKey),
    // Ten thousand rows: none of them is watched by itself.
    marked: shallowReadonly(marked),
    chosen: computed(() => (marked.value.size > 0 ? [...marked.value.keys()] : activeKey.value === null ? [] : [activeKey.value])),
    isChosen: (key) => (marked.value.size > 0 ? marked.value.has(key) : activeKey.value === key),
    activate,
    toggle(index) {
      const row = rows.rowAt(index)
      if (row === null) return
      const next = new Map(marked.value)
      if (!next.delete(row.key) && next.size < MOST_MARKED) next.set(row.key, row)
      marked.value = next
      activate(index)
    },
    async extend(index) {
      const run = ++extension
      if (anchor < 0) anchor = Math.max(0, active.value)
      moveTo(index)
      const first = Math.min(anchor, index)
      const last = Math.max(anchor, index)
      const found = await rows.readRange(index < anchor ? Math.max(first, last - MOST_MARKED + 1) : first, Math.min(last, first + MOST_MARKED - 1))
      if (run === extension) marked.value = byKey(found.slice(0, MOST_MARKED))
    },
    unmark(key) {
      const next = new Map(marked.value)
      if (next.delete(key)) marked.value = next
    },
    forget(keys) {
      gone = new Set(keys)
      marked.value = new Map([...marked.value].filter(([key]) => !gone.has(key)))
      if (activeKey.value === null || !gone.has(activeKey.value)) return
      if (keys.length > 1 && anchor >= 0) active.value = Math.min(anchor, active.value)
      anchor = active.value
      activeKey.value = null
    },
    async markAll(rowCount) {
      const run = ++extension
      const found = await rows.readRange(0, Math.min(rowCount, MOST_MARKED) - 1)
      if (run === extension) marked.value = byKey(found)
    },
    clearMarks,
    reset() {
      active.value = -1
      activeKey.value = null
      clearMarks()
    },
  }
}

function byKey(rows: readonly SessionRow[]): ReadonlyMap<SessionKey, SessionRow> {
  return new Map(rows.map((row) => [row.key, row]))
}
