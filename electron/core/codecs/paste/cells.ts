import { trimValue } from '../cookie-pairs.ts'
import type { MappedText } from '../mapped-text.ts'
import { MappedTextBuilder, sliceMapped } from '../mapped-text.ts'

/** How the cells of a line stand apart. `offsets`: begin of each column, for tables that are aligned by spaces alone. */
export type Separator = { readonly kind: 'char'; readonly char: string } | { readonly kind: 'offsets'; readonly offsets: readonly number[] }

const CANDIDATES: readonly string[] = ['│', '|', '\t', ',', ';']
/** More columns than any table of sessions has. */
const MOST_CELLS = 256

/** By the first line of a table; its second line is the rule under the header, where there is one. */
export function guessSeparator(line: string, next: string): Separator | null {
  const char = CANDIDATES.find((each) => line.includes(each))
  if (char !== undefined) return { kind: 'char', char }
  if (!/^\s*-{2,}(?:\s+-{2,})+\s*$/.test(next)) return null
  return { kind: 'offsets', offsets: Array.from(next.matchAll(/-+/g), ({ index }) => index).slice(0, MOST_CELLS) }
}

export function splitCells(line: MappedText, separator: Separator): readonly MappedText[] {
  if (separator.kind === 'offsets') {
    return separator.offsets.map((start, index) => trimValue(sliceMapped(line, Math.min(start, line.text.length), Math.min(separator.offsets[index + 1] ?? line.text.length, line.text.length))))
  }
  const cells: MappedText[] = []
  const isBoxed = (separator.char === '|' || separator.char === '│') && line.text.trimStart().startsWith(separator.char)
  let at = isBoxed ? line.text.indexOf(separator.char) + 1 : 0
  while (at <= line.text.length && cells.length < MOST_CELLS) {
    const quoted = separator.char === ',' || separator.char === ';' || separator.char === '\t' ? readQuoted(line, at) : null
    const from = quoted?.end ?? at
    const found = line.text.indexOf(separator.char, from)
    const end = found < 0 ? line.text.length : found
    if (isBoxed && found < 0) break
    cells.push(quoted?.cell ?? trimValue(sliceMapped(line, at, end)))
    at = end + 1
  }
  return cells
}

/** A cell of a CSV file between quotes; `""` is a quote. */
function readQuoted(line: MappedText, start: number): { readonly cell: MappedText; readonly end: number } | null {
  if (line.text.charAt(start) !== '"') return null
  const out = new MappedTextBuilder()
  for (let at = start + 1; ; ) {
    const quote = line.text.indexOf('"', at)
    if (quote < 0) return null
    const isDoubled = line.text.charAt(quote + 1) === '"'
    const piece = sliceMapped(line, at, isDoubled ? quote + 1 : quote)
    out.addMapped(piece)
    if (!isDoubled) return { cell: out.build(), end: quote + 1 }
    at = quote + 2
  }
}
