/** What a key does in the table (APG grid, rows only). null: nothing. */
export type TableCommand =
  | { readonly kind: 'move'; readonly to: number; readonly extend: boolean }
  | { readonly kind: 'toggle' | 'inspect' | 'delete' | 'clear' | 'all' }

export interface TableFocus {
  readonly active: number
  readonly rowCount: number
  /** Rows of one screen. */
  readonly pageLength: number
}

export function readTableKey(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>, focus: TableFocus): TableCommand | null {
  const { key, shiftKey, altKey } = event
  const primary = event.ctrlKey || event.metaKey
  if (altKey) return null
  const step = STEPS[key]?.(focus)
  if (step !== undefined) {
    if (focus.rowCount === 0) return null
    return { kind: 'move', to: Math.min(focus.rowCount - 1, Math.max(0, step)), extend: shiftKey }
  }
  if (key === ' ' && !primary) return { kind: 'toggle' }
  if (primary && key.toLowerCase() === 'a') return { kind: 'all' }
  if (primary || shiftKey) return null
  if (key === 'Enter') return { kind: 'inspect' }
  if (key === 'Delete') return { kind: 'delete' }
  if (key === 'Escape') return { kind: 'clear' }
  return null
}

const STEPS: Readonly<Record<string, (focus: TableFocus) => number>> = {
  ArrowDown: ({ active }) => active + 1,
  ArrowUp: ({ active }) => active - 1,
  PageDown: ({ active, pageLength }) => Math.max(0, active) + pageLength,
  PageUp: ({ active, pageLength }) => active - pageLength,
  Home: () => 0,
  End: ({ rowCount }) => rowCount - 1,
}
