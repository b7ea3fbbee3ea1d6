import type { DataNode } from '../../../../shared/values/node.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { plainLine } from './diff-lines.ts'
import type { DiffLine } from './diff-lines.ts'
import { MOST_VALUES, valueDiff } from './value-diff.ts'

/** One of two states of a session: data in the typed notation, and its end in microseconds since 1970. */
export interface DiffSide {
  readonly data: string | null
  readonly expireDate: number | null
}

export interface SideWords {
  readonly expireDate: string
  readonly formatDate: (micros: number | null) => string
  readonly more: (hidden: number) => string
}

/** null: not readable. */
export function notationNode(notation: string | null): DataNode | null {
  const parsed = notation === null ? null : parseNotation(notation)
  return parsed?.ok === true ? parsed.node : null
}

/** Changed values, then the expire date. `count`: of the values; null: one side cannot be read. */
export function sideLines(before: DiffSide, after: DiffSide, words: SideWords): { readonly lines: readonly DiffLine[]; readonly count: number | null } {
  const dates = dateLines(before, after, words)
  const [old, now] = [notationNode(before.data), notationNode(after.data)]
  if (old === null || now === null) return { lines: dates, count: null }
  const { lines, count } = valueDiff(old, now)
  const hidden = count - MOST_VALUES
  return { lines: [...lines, ...(hidden > 0 ? [plainLine('@', words.more(hidden))] : []), ...dates], count }
}

function dateLines(before: DiffSide, after: DiffSide, { expireDate, formatDate }: SideWords): readonly DiffLine[] {
  if (before.expireDate === after.expireDate) return []
  const line = (sign: '-' | '+', at: number | null): DiffLine => ({ sign, pieces: [{ text: `${expireDate}: `, changed: false }, { text: formatDate(at), changed: true }], skipped: 0 })
  return [line('-', before.expireDate), line('+', after.expireDate)]
}
