import type { MappedText } from '../mapped-text.ts'
import { sliceMapped } from '../mapped-text.ts'

/** One line of the unwrapped paste, without its end. */
export interface Line {
  readonly start: number
  /** Position of the line's end. */
  readonly end: number
  readonly mapped: MappedText
}

/** null: the text has ended. */
export function lineAt(doc: MappedText, start: number): Line | null {
  if (start >= doc.text.length) return null
  const found = doc.text.indexOf('\n', start)
  const end = found < 0 ? doc.text.length : found
  const bare = end > start && doc.text.charAt(end - 1) === '\r' ? end - 1 : end
  return { start, end, mapped: sliceMapped(doc, start, bare) }
}
