import { sliceMapped } from './mapped-text.ts'
import type { MappedText } from './mapped-text.ts'

/** A pair of a cookie header: its name, and where its value stands in the header, quotes and spaces included. */
export interface CookiePair {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Pairs of a `Cookie` header value, as browsers send it: split at `;`, the name before the first `=`. */
export function splitCookiePairs(header: string): readonly CookiePair[] {
  const pairs: CookiePair[] = []
  for (let start = 0; start <= header.length; ) {
    const semicolon = header.indexOf(';', start)
    const end = semicolon < 0 ? header.length : semicolon
    const pair = readPair(header.slice(start, end), start)
    if (pair !== null) pairs.push(pair)
    start = end + 1
  }
  return pairs
}

/** `Set-Cookie`: the first pair; the others are attributes. */
export function firstCookiePair(header: string): CookiePair | null {
  const semicolon = header.indexOf(';')
  return readPair(semicolon < 0 ? header : header.slice(0, semicolon), 0)
}

export function cookieValue(header: MappedText, { start, end }: CookiePair): MappedText {
  return trimValue(sliceMapped(header, start, end))
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

function readPair(text: string, offset: number): CookiePair | null {
  const equals = text.indexOf('=')
  const name = equals < 0 ? '' : text.slice(0, equals).trim()
  return name === '' ? null : { name, start: offset + equals + 1, end: offset + text.length }
}
