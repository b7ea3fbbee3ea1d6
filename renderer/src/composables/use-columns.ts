import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { KeptColumn } from '../../../shared/model/app.ts'
import type { ColumnId } from '../../../shared/model/columns.ts'
import { readColumns, usualColumns, withinLimits } from '../format/table-columns.ts'
import { usePreferencesState } from '../state/use-preferences-state.ts'

export interface Columns {
  /** Every column there is, shown or not, from the left. */
  readonly all: ComputedRef<readonly KeptColumn[]>
  change(columns: readonly KeptColumn[]): void
  /** In CSS pixels; null: the usual width. */
  resize(id: ColumnId, width: number | null): void
  reset(): void
}

/** Columns of the sessions table, as the core keeps them among the preferences. */
export function useColumns(): Columns {
  const state = usePreferencesState()
  const all = computed(() => readColumns(state.preferences.columns))
  const change = (columns: readonly KeptColumn[]): void => state.change({ columns: [...columns] })
  return {
    all,
    change,
    resize: (id, width) => change(all.value.map((column) => (column.id === id ? { ...column, width: width === null ? null : withinLimits(width) } : column))),
    reset: () => change(usualColumns()),
  }
}
