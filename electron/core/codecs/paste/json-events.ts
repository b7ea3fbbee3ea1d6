import { LIMITS } from '../../../../shared/limits.ts'
import type { MappedText } from '../mapped-text.ts'
import { MappedTextBuilder, sliceMapped } from '../mapped-text.ts'

/** A container that is open while JSON is read. */
export interface JsonFrame {
  readonly isArray: boolean
  /** Key of the value that is being read; null in an array. */
  key: string | null
  /** Values read before it. */
  index: number
  /** Text values of this object that the reader kept, by key. */
  texts: Map<string, JsonText> | null
}

/** A text value: where it stands between its quotes. */
export interface JsonText {
  readonly start: number
  readonly end: number
}

export interface JsonVisitor {
  /** A text value under `path.at(-1).key`. */
  text(value: JsonText, path: readonly JsonFrame[]): void
  /** An object or array is complete; `path` ends with it. */
  close(path: readonly JsonFrame[]): void
}

const SPACE = /[ \t\r\n]*/y
const SCALAR = /[-+.\w]+/y
/** Longest key that can be one of those looked for. */
const KEY_CHARS = 64

/**
 * Walks one JSON value from `start` without building it, and tells the visitor of its texts. `end` is the position behind it, or
 * where it is broken. One pass, whatever the text.
 */
export function walkJson(text: string, start: number, visitor: JsonVisitor): { readonly ok: boolean; readonly end: number } {
  const path: JsonFrame[] = []
  let at = start
  for (;;) {
    at = skip(SPACE, text, at)
    const top = path.at(-1)
    const char = text.charAt(at)
    if ((char === '{' || char === '[') && (top === undefined || top.isArray || top.key !== null)) {
      if (path.length >= LIMITS.parseDepth) return { ok: false, end: at }
      path.push({ isArray: char === '[', key: null, index: 0, texts: null })
      at++
      continue
    }
    if (top !== undefined && char === (top.isArray ? ']' : '}')) {
      visitor.close(path)
      path.pop()
      at++
    } else if (char === '"') {
      const end = endOfString(text, at + 1)
      if (end < 0) return { ok: false, end: text.length }
      const colon = top !== undefined && !top.isArray && top.key === null ? skip(SPACE, text, end + 1) : -1
      if (colon >= 0) {
        if (text.charAt(colon) !== ':' || top === undefined) return { ok: false, end: colon }
        top.key = text.slice(at + 1, Math.min(end, at + 1 + KEY_CHARS))
        at = colon + 1
        continue
      }
      if (top !== undefined) visitor.text({ start: at + 1, end }, path)
      at = end + 1
    } else {
      const end = skip(SCALAR, text, at)
      if (end === at) return { ok: false, end: at }
      at = end
    }
    // A value ended: what may follow?
    const parent = path.at(-1)
    if (parent === undefined) return { ok: true, end: at }
    parent.index++
    parent.key = null
    at = skip(SPACE, text, at)
    if (text.charAt(at) === ',') at++
    else if (text.charAt(at) !== (parent.isArray ? ']' : '}')) return { ok: false, end: at }
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** Position of the closing quote; -1: there is none. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (quote - backslashes > start && text.charAt(quote - backslashes - 1) === '\\') backslashes++
    if (backslashes % 2 === 0) return quote
  }
  return -1
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/gs
const LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** The text that a JSON string means, mapped to where it stands. */
export function unescapeJson(doc: MappedText, { start, end }: JsonText): MappedText {
  const raw = sliceMapped(doc, start, end)
  if (!raw.text.includes('\\')) return raw
  const out = new MappedTextBuilder()
  let at = 0
  const addPlain = (to: number): void => {
    if (to > at) out.addMapped(sliceMapped(raw, at, to))
  }
  for (const match of raw.text.matchAll(ESCAPE)) {
    addPlain(match.index)
    const letter = match[2] ?? ''
    out.add(match[1] === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(match[1], 16)), sliceMapped(raw, match.index, match.index + 1).runs[0]?.[1] ?? 0)
    at = match.index + match[0].length
  }
  addPlain(raw.text.length)
  return out.build()
}
