import { computed, readonly, shallowRef } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { TrashBundle } from '../../../shared/model/trash.ts'
import type { PutBackPart } from './use-put-back.ts'
import type { TrashEntry } from './use-trash.ts'

export interface TrashMarks {
  readonly marked: Readonly<Ref<ReadonlySet<string>>>
  /** All that the filter means, shown or not. */
  readonly isAll: Readonly<Ref<boolean>>
  readonly count: ComputedRef<number>
  /** What goes back, bundle by bundle, the newest first. */
  readonly parts: ComputedRef<readonly PutBackPart[]>
  toggle(id: string): void
  /** All that are shown, or none. */
  toggleShown(): void
  markAll(): void
  clear(): void
}

/** What is selected in the trash. `bundles`: those that the filter means as a whole. */
export function useTrashMarks(entries: () => readonly TrashEntry[], bundles: () => readonly TrashBundle[]): TrashMarks {
  const marked = shallowRef<ReadonlySet<string>>(new Set())
  const isAll = shallowRef(false)

  const parts = computed((): readonly PutBackPart[] => {
    const endedOf = (own: readonly TrashEntry[], count: number): number | null => (own.length === count ? own.filter(({ session }) => (session.remainingSeconds ?? 1) <= 0).length : null)
    const ready = bundles().filter(({ count }) => count > 0)
    if (isAll.value) return ready.map((bundle) => ({ bundle, keys: null, count: bundle.count, ended: endedOf(entries().filter((entry) => entry.bundle.id === bundle.id), bundle.count) }))
    const chosen = entries().filter(({ id }) => marked.value.has(id))
    return ready.flatMap((bundle): PutBackPart[] => {
      const own = chosen.filter((entry) => entry.bundle.id === bundle.id)
      if (own.length === 0) return []
      const isWhole = bundle.kind === 'deletion' || own.length === bundle.count
      const count = isWhole ? bundle.count : own.length
      return [{ bundle, keys: isWhole ? null : own.map(({ session }) => session.key), count, ended: endedOf(own, count) }]
    })
  })

  return {
    marked: readonly(marked) as typeof marked,
    isAll: readonly(isAll),
    count: computed(() => parts.value.reduce((sum, { count }) => sum + count, 0)),
    parts,
    toggle(id) {
      const next = new Set(isAll.value ? entries().map((entry) => entry.id) : marked.value)
      isAll.value = false
      if (!next.delete(id)) next.add(id)
      marked.value = next
    },
    toggleShown() {
      const shown = entries().map(({ id }) => id)
      const isWhole = isAll.value || shown.every((id) => marked.value.has(id))
      isAll.value = false
      marked.value = isWhole ? new Set() : new Set(shown)
    },
    markAll() {
      isAll.value = true
    },
    clear() {
      isAll.value = false
      marked.value = new Set()
    },
  }
}
