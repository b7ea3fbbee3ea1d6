import { diffArrays, diffWordsWithSpace } from 'diff'

/** A piece of a line; `changed` is drawn bold and underlined, so that colour is not the only sign. */
export interface DiffPiece {
  readonly text: string
  readonly changed: boolean
  /** What it is, where `text` is only a mask. */
  readonly secret?: string
}
export interface DiffLine {
  readonly sign: ' ' | '+' | '-' | '@'
  readonly pieces: readonly DiffPiece[]
  /** `@` only: lines left out here; 0: a heading. */
  readonly skipped: number
}

/** Lines kept round a change. */
const CONTEXT = 3
/** Most characters of one pair that are compared word by word. */
const MOST_WORD_CHARS = 4000
const MOST_DIFF_MS = 500

export const plainLine = (sign: DiffLine['sign'], text: string, skipped = 0): DiffLine => ({ sign, pieces: [{ text, changed: false }], skipped })

/** Two texts, line by line, with what is far from a change left out. null: too large to compare in time. */
export function diffTexts(before: string, after: string): readonly DiffLine[] | null {
  const changes = diffArrays(before.split('\n'), after.split('\n'), { timeout: MOST_DIFF_MS })
  if (changes === undefined) return null
  const lines: DiffLine[] = []
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index]
    if (change === undefined) continue
    const next = changes[index + 1]
    if (change.removed && next?.added === true) {
      lines.push(...replacedLines(change.value, next.value))
      index += 1
    } else if (change.removed || change.added) lines.push(...change.value.map((text) => plainLine(change.removed ? '-' : '+', text)))
    else lines.push(...context(change.value, index === 0, index === changes.length - 1))
  }
  return lines
}

function replacedLines(removed: readonly string[], added: readonly string[]): DiffLine[] {
  const pairs = removed.map((text, index) => diffPieces(text, added[index] ?? ''))
  const isPaired = removed.length === added.length
  return [
    ...removed.map((text, index) => (isPaired ? { sign: '-' as const, pieces: pairs[index]?.before ?? [], skipped: 0 } : plainLine('-', text))),
    ...added.map((text, index) => (isPaired ? { sign: '+' as const, pieces: pairs[index]?.after ?? [], skipped: 0 } : plainLine('+', text))),
  ]
}

function context(lines: readonly string[], isFirst: boolean, isLast: boolean): DiffLine[] {
  const head = isFirst ? 0 : CONTEXT
  const tail = isLast ? 0 : CONTEXT
  const skipped = lines.length - head - tail
  if (skipped <= 1) return lines.map((text) => plainLine(' ', text))
  return [...lines.slice(0, head).map((text) => plainLine(' ', text)), plainLine('@', '', skipped), ...lines.slice(lines.length - tail).map((text) => plainLine(' ', text))]
}

/** What differs within one pair of texts. */
export function diffPieces(before: string, after: string): { readonly before: readonly DiffPiece[]; readonly after: readonly DiffPiece[] } {
  if (before.length + after.length > MOST_WORD_CHARS) return { before: [{ text: before, changed: true }], after: [{ text: after, changed: true }] }
  const words = diffWordsWithSpace(before, after)
  return {
    before: words.filter((word) => !word.added).map((word) => ({ text: word.value, changed: word.removed })),
    after: words.filter((word) => !word.removed).map((word) => ({ text: word.value, changed: word.added })),
  }
}

/** Bytes: the middle that differs, between the beginning and the end that do not. */
export function diffMiddle(before: string, after: string): { readonly before: readonly DiffPiece[]; readonly after: readonly DiffPiece[] } {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  const cut = (text: string): readonly DiffPiece[] => [
    { text: text.slice(0, head), changed: false }, { text: text.slice(head, text.length - tail), changed: true }, { text: text.slice(text.length - tail), changed: false },
  ].filter((piece) => piece.text !== '')
  return { before: cut(before), after: cut(after) }
}
