import type { Span } from '../model/session.ts'
import type { Term } from './ast.ts'

/** Most places that are named in one text. */
const MOST_SPANS = 100

/** Texts that are looked for anywhere in the data, in lower case. What is turned around is not there. */
export function textsOf(terms: readonly Term[]): readonly string[] {
  return terms.flatMap(({ test, negated }) => (test.kind === 'text' && !negated ? test.values.map((value) => value.toLowerCase()) : []))
}

/** Where any of the texts, given in lower case, stands in another one; in order, those that touch as one. Case does not count. */
export function findSpans(text: string, lowered: readonly string[]): readonly Span[] {
  const lower = text.toLowerCase()
  const found: [number, number][] = []
  for (const needle of lowered) {
    if (needle === '') continue
    for (let at = lower.indexOf(needle), count = 0; at >= 0 && count < MOST_SPANS; at = lower.indexOf(needle, at + needle.length), count++) found.push([at, at + needle.length])
  }
  if (found.length === 0) return []
  const spans: [number, number][] = []
  for (const [start, end] of found.toSorted((a, b) => a[0] - b[0])) {
    const last = spans.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else spans.push([start, end])
  }
  return lower.length === text.length ? spans.slice(0, MOST_SPANS) : spans.slice(0, MOST_SPANS).map(inOriginal(text))
}

/** Some letters are longer in lower case (`İ`): places in that text are others than in the text itself. */
function inOriginal(text: string): (span: Span) => Span {
  const places: number[] = []
  let at = 0
  for (const letter of text) {
    const { length } = letter.toLowerCase()
    for (let unit = 0; unit < length; unit++) places.push(at + Math.min(unit, letter.length - 1))
    at += letter.length
  }
  places.push(at)
  return ([start, end]) => [places[start] ?? at, Math.max((places[end - 1] ?? at) + 1, places[end] ?? at)]
}
