import type { Span } from '../../../../shared/model/session.ts'
import { findSpans } from '../../../../shared/query/text-hits.ts'

export interface TextPiece {
  readonly text: string
  readonly hit: boolean
}

/** A text cut into pieces at the places where one of the words, given in lower case, stands. */
export function markText(text: string, lowered: readonly string[]): readonly TextPiece[] {
  return cutAt(text, findSpans(text, lowered))
}

/** A text cut into pieces at its hits, which are in order. */
export function cutAt(text: string, spans: readonly Span[]): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  for (const [start, end] of spans) {
    if (start > from) pieces.push({ text: text.slice(from, start), hit: false })
    pieces.push({ text: text.slice(start, end), hit: true })
    from = end
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), hit: false })
  return pieces
}
