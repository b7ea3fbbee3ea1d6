import type { PasteFinding } from '../../../../shared/model/decode.ts'

/** A stretch of the pasted text. `finding` is the index of the value it belongs to; null: none. */
export interface PasteSegment {
  readonly text: string
  readonly finding: number | null
}

/** The whole text, cut at the values found in it. Where two overlap, the earlier one keeps its place. */
export function pasteSegments(text: string, findings: readonly Pick<PasteFinding, 'span'>[]): readonly PasteSegment[] {
  const segments: PasteSegment[] = []
  let from = 0
  const inOrder = findings.map(({ span }, index) => ({ span, index })).sort((a, b) => a.span[0] - b.span[0])
  for (const { span: [start, end], index } of inOrder) {
    if (start < from || end > text.length) continue
    if (start > from) segments.push({ text: text.slice(from, start), finding: null })
    segments.push({ text: text.slice(start, end), finding: index })
    from = end
  }
  if (from < text.length) segments.push({ text: text.slice(from), finding: null })
  return segments
}
