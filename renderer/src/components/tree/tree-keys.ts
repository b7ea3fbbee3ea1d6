import type { TreeRow } from './tree-rows.ts'

/** What a key press asks of the tree (WAI-ARIA tree pattern). `to` is an index of the visible lines. */
export type TreeMove =
  | { readonly kind: 'go'; readonly to: number }
  | { readonly kind: 'open' | 'close' | 'toggle' | 'edit' | 'rename' | 'remove' | 'reveal' | 'copy-value' | 'copy-path' | 'open-siblings' }

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Lines of one PageUp or PageDown. */
const PAGE = 12

/** null: the key is not for the tree. */
export function treeMove(press: KeyPress, rows: readonly TreeRow[], at: number): TreeMove | null {
  const row = rows[at]
  if (press.altKey) return null
  if (press.ctrlKey || press.metaKey) return press.key.toLowerCase() === 'c' ? { kind: press.shiftKey ? 'copy-path' : 'copy-value' } : null
  switch (press.key) {
    case 'ArrowDown': return go(at + 1, rows)
    case 'ArrowUp': return go(at - 1, rows)
    case 'PageDown': return go(at + PAGE, rows)
    case 'PageUp': return go(at - PAGE, rows)
    case 'Home': return go(0, rows)
    case 'End': return go(rows.length - 1, rows)
    case 'ArrowRight': return row?.expanded === true ? go(at + 1, rows) : row?.expandable === true ? { kind: 'open' } : null
    case 'ArrowLeft': return row?.expanded === true ? { kind: 'close' } : toParent(rows, at)
    case ' ': return row?.expandable === true ? { kind: 'toggle' } : row?.secret === true ? { kind: 'reveal' } : null
    case 'Enter': return row?.expandable === true ? { kind: 'toggle' } : { kind: 'edit' }
    case 'F2': return press.shiftKey ? { kind: 'rename' } : { kind: 'edit' }
    case 'Delete': return { kind: 'remove' }
    case '*': return { kind: 'open-siblings' }
    default: return press.key.length === 1 ? typeAhead(press.key, rows, at) : null
  }
}

function go(to: number, rows: readonly TreeRow[]): TreeMove | null {
  return rows.length === 0 ? null : { kind: 'go', to: Math.min(Math.max(to, 0), rows.length - 1) }
}

function toParent(rows: readonly TreeRow[], at: number): TreeMove | null {
  const parentId = rows[at]?.parentId
  const parent = rows.findIndex((row) => row.id === parentId)
  return parent < 0 ? null : { kind: 'go', to: parent }
}

/** The next line, round the end, whose key starts with the letter. */
function typeAhead(letter: string, rows: readonly TreeRow[], at: number): TreeMove | null {
  const wanted = letter.toLowerCase()
  for (let step = 1; step <= rows.length; step += 1) {
    const index = (at + step) % rows.length
    if (rows[index]?.label.toLowerCase().startsWith(wanted) === true) return { kind: 'go', to: index }
  }
  return null
}
