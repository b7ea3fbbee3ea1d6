import type { KeptColumn } from '../../../shared/model/app.ts'
import { COLUMN_IDS, COLUMN_WIDTH } from '../../../shared/model/columns.ts'
import type { ColumnId } from '../../../shared/model/columns.ts'

/** Width of a column that nobody has changed: at least so many CSS pixels, and its share of what is left. */
const TRACKS: Readonly<Record<ColumnId, { readonly least: number; readonly share: number }>> = {
  state: { least: 26, share: 0 }, key: { least: 76, share: 0 }, owner: { least: 78, share: 1 }, userId: { least: 66, share: 0 }, expires: { least: 88, share: 0 },
  signedAt: { least: 88, share: 0 }, size: { least: 54, share: 0 }, serializer: { least: 70, share: 0 }, keys: { least: 120, share: 1.3 }, signed: { least: 72, share: 0 },
}
const SHOWN_FIRST: readonly ColumnId[] = ['state', 'key', 'owner', 'expires', 'size', 'keys', 'signed']
/** Space to the right of the last column. */
const END_PX = 4

export const usualColumns = (): readonly KeptColumn[] => COLUMN_IDS.map((id) => ({ id, shown: SHOWN_FIRST.includes(id), width: null }))

/** Every column, once: those that were kept, in their order, then those that are new since. A session without its key is none: the key is always shown. */
export function readColumns(kept: readonly KeptColumn[] | undefined): readonly KeptColumn[] {
  if (kept === undefined) return usualColumns()
  const known = kept.filter(({ id }, index) => kept.findIndex((other) => other.id === id) === index)
  const added = usualColumns().filter(({ id }) => known.every((column) => column.id !== id)).map((column) => ({ ...column, shown: false }))
  return [...known, ...added].map((column) => (column.id === 'key' ? { ...column, shown: true } : column))
}

export function isUsual(columns: readonly KeptColumn[]): boolean {
  const usual = usualColumns().filter(({ shown }) => shown)
  const shown = columns.filter((column) => column.shown)
  return shown.length === usual.length && shown.every(({ id, width }, index) => width === null && usual[index]?.id === id)
}

/** As `grid-template-columns`, and how wide the table is at least. */
export function layOut(shown: readonly KeptColumn[]): { readonly template: string; readonly leastPx: number } {
  const tracks = shown.map(({ id, width }) => {
    const { least, share } = TRACKS[id]
    return { least: width ?? least, track: width !== null ? `${width}px` : share === 0 ? `${least}px` : `minmax(${least}px, ${share}fr)` }
  })
  return { template: tracks.map(({ track }) => track).join(' '), leastPx: tracks.reduce((sum, { least }) => sum + least, END_PX) }
}

/** One place to the left (-1) or to the right (1) among all columns, shown or not. */
export function moveColumn(columns: readonly KeptColumn[], id: ColumnId, by: -1 | 1): readonly KeptColumn[] {
  const from = columns.findIndex((column) => column.id === id)
  const column = columns[from]
  if (column === undefined || from + by < 0 || from + by >= columns.length) return columns
  return columns.toSpliced(from, 1).toSpliced(from + by, 0, column)
}

export const usualWidth = (id: ColumnId): number => TRACKS[id].least
export const withinLimits = (width: number): number => Math.min(COLUMN_WIDTH.most, Math.max(COLUMN_WIDTH.least, Math.round(width)))
