import { sliceMapped } from './mapped-text.ts'
import type { MappedText } from './mapped-text.ts'

export interface CookiePair {
  readonly name: string
  readonly value: MappedText
}

/** More than any browser sends. */
const MOST_PAIRS = 4096

/** Pairs of a `Cookie` header value, as browsers send it: split at `;`, the name before the first `=`. */
export function splitCookiePairs(header: MappedText): readonly CookiePair[] {
  const pairs: CookiePair[] = []
  // Looked for once, not again from each `;`.
  let equals = -1
  for (let start = 0; start <= header.text.length && pairs.length < MOST_PAIRS; ) {
    const semicolon = header.text.indexOf(';', start)
    const end = semicolon < 0 ? header.text.length : semicolon
    if (equals < start) equals = header.text.indexOf('=', start)
    if (equals < 0) break
    const pair = readPair(header, start, equals, end)
    if (pair !== null) pairs.push(pair)
    start = end + 1
  }
  return pairs
}

/** `Set-Cookie`: the first pair; the others are attributes. */
export function firstCookiePair(header: MappedText): CookiePair | null {
  const semicolon = header.text.indexOf(';')
  return readPair(header, 0, header.text.indexOf('='), semicolon < 0 ? header.text.length : semicolon)
}

/** The text without spaces around it, and without one pair of quotes. */
export function trimValue(value: MappedText): MappedText {
  const trimmed = trim(value)
  const quote = trimmed.text.charAt(0)
  const isQuoted = trimmed.text.length >= 2 && (quote === '"' || quote === "'") && trimmed.text.endsWith(quote)
  return isQuoted ? trim(sliceMapped(trimmed, 1, trimmed.text.length - 1)) : trimmed
}

function trim(value: MappedText): MappedText {
  const start = value.text.length - value.text.trimStart().length
  const end = value.text.trimEnd().length
  return sliceMapped(value, Math.min(start, end), end)
}

function readPair(header: MappedText, start: number, equals: number, end: number): CookiePair | null {
  if (equals < 0 || equals >= end) return null
  const name = header.text.slice(start, equals).trim()
  return name === '' ? null : { name, value: trimValue(sliceMapped(header, equals + 1, end)) }
}
