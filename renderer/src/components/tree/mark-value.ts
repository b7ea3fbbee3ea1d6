import type { DataNode } from '../../../../shared/values/node.ts'
import { findSpans } from '../../../../shared/query/text-hits.ts'
import { cutAt, markText } from './mark-text.ts'
import type { TextPiece } from './mark-text.ts'
import { LINE_CHARS, valueLine } from './value-text.ts'

/** UTF-16 units before the first hit, where the beginning of a text leaves it out. */
const BEFORE = 40

/**
 * The line of a value with its hits marked. A hit is looked for in the text itself, as the search does, not in its spelling with quotes and
 * escapes; of a long text, the part with the first hit is shown.
 */
export function markValue(node: DataNode, lowered: readonly string[]): readonly TextPiece[] {
  const line = valueLine(node)
  // Drawn with a space in place of its `T`.
  if (node.kind === 'datetime') return cutAt(line, findSpans(node.text, lowered))
  if (node.kind !== 'str' || lowered.length === 0) return markText(line, lowered)
  const { value } = node
  const first = findSpans(value, lowered)[0]
  if (first === undefined) return [{ text: line, hit: false }]
  const start = first[1] <= LINE_CHARS ? 0 : wholeLetter(value, Math.max(0, first[0] - BEFORE))
  const end = wholeLetter(value, Math.min(value.length, start + LINE_CHARS))
  const pieces = cutAt(value.slice(start, end), findSpans(value.slice(start, end), lowered)).map(({ text, hit }) => ({ text: JSON.stringify(text).slice(1, -1), hit }))
  return [{ text: start > 0 ? '"…' : '"', hit: false }, ...pieces, { text: end < value.length ? '…"' : '"', hit: false }]
}

const wholeLetter = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at)
