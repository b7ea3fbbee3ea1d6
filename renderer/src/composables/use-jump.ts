import { onScopeDispose, readonly, ref, watch } from 'vue'
import type { Ref } from 'vue'
import type { SortField, WalkOrder } from '../../../shared/model/session.ts'
import { isAtOrBehind, readJumpTarget } from '../format/jump-target.ts'
import type { JumpTarget } from '../format/jump-target.ts'
import type { Search } from './use-search.ts'
import type { SessionList } from './use-session-list.ts'

/** `index`: the row at the place, or the last one. `fits` false: nothing stands there; it is the next one, or the last. */
export type JumpResult = { readonly kind: 'found'; readonly index: number; readonly target: JumpTarget; readonly fits: boolean } | { readonly kind: 'unreadable' | 'no-order' | 'none' | 'stopped'; readonly target?: JumpTarget }

export interface Jump {
  readonly isLooking: Readonly<Ref<boolean>>
  /** Sorts by what the place is of, where the table is not sorted so yet. */
  find(typed: string): Promise<JumpResult>
}

/**
 * Finds a place in the sorted table. Every page has a cursor by which the store finds it at once, so that a dozen pages
 * are read to halve a million rows down to one.
 */
export function useJump(list: () => SessionList, search: () => Search, sortable: () => readonly SortField[]): Jump {
  const isLooking = ref(false)
  let run = 0

  const isWhole = (): boolean => (search().query.value === null ? list().tally.value?.done === true || list().failure.value !== null : search().progress.value.phase !== 'running')
  const untilWhole = (): Promise<void> => new Promise((resolve) => {
    const stop = watch(isWhole, (whole) => {
      if (!whole) return
      resolve()
      queueMicrotask(() => stop())
    }, { immediate: true })
  })

  async function firstBehind(target: JumpTarget, order: WalkOrder, isCurrent: () => boolean): Promise<number> {
    let first = 0
    let end = list().rowCount.value
    while (first < end && isCurrent()) {
      const middle = Math.floor((first + end) / 2)
      const [row] = await list().readRange(middle, middle)
      if (row === undefined || isAtOrBehind(row, target, order)) end = middle
      else first = middle + 1
    }
    return first
  }

  async function look(typed: string): Promise<JumpResult> {
    const mine = ++run
    const isCurrent = (): boolean => mine === run
    const target = readJumpTarget(typed, Date.now())
    if (target === null) return { kind: 'unreadable' }
    if (!sortable().includes(target.by)) return { kind: 'no-order', target }
    if (list().order.value.by !== target.by) list().sortBy({ by: target.by, direction: target.by === 'key' ? 'asc' : 'desc' })
    await untilWhole()
    const order = list().order.value
    const { value: count } = list().rowCount
    if (count === 0) return { kind: 'none', target }
    const place = await firstBehind(target, order, isCurrent)
    if (!isCurrent() || order !== list().order.value) return { kind: 'stopped', target }
    const index = Math.min(place, count - 1)
    const [row] = await list().readRange(index, index)
    return { kind: 'found', index, target, fits: place < count && (target.by === 'expireDate' || row?.key.startsWith(target.prefix) === true) }
  }

  onScopeDispose(() => { run += 1 })
  return {
    isLooking: readonly(isLooking),
    async find(typed) {
      isLooking.value = true
      try {
        return await look(typed)
      } finally {
        isLooking.value = false
      }
    },
  }
}
