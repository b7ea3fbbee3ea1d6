import { MappedTextBuilder } from './mapped-text.ts'
import type { MappedText } from './mapped-text.ts'

const ANSI_C_LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', "'": "'", '"': '"', '\\': '\\', a: '\u0007', b: '\b', f: '\f', v: '\v', '?': '?', e: '\u001b' }
/** Words of one command that are kept. */
const MOST_WORDS = 4096
const PLAIN = /[^\s'"\\$;|&]+/y
const IN_SINGLE = /[^']+/y
const IN_DOUBLE = /[^"\\]+/y
const IN_ANSI_C = /[^'\\]+/y
const CODE = /x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})/y

/**
 * Words of one POSIX command from `start`, up to its end (line end, `;`, `|`, `&`): '…', "…", $'…', backslashes and continued lines.
 * Nothing is expanded or run. One pass, whatever the text.
 */
export function splitShellWords(paste: string, start: number): { readonly words: readonly MappedText[]; readonly end: number } {
  const words: MappedText[] = []
  let word = new MappedTextBuilder()
  const finish = (): void => {
    if (!word.isEmpty && words.length < MOST_WORDS) words.push(word.build())
    word = new MappedTextBuilder()
  }
  let at = start
  while (at < paste.length) {
    const char = paste.charAt(at)
    if (char === '\n' || char === ';' || char === '|' || char === '&') break
    const continued = char === '\\' ? /\\\r?\n/y : null
    if (continued !== null) continued.lastIndex = at
    if (continued?.test(paste) === true) {
      at = continued.lastIndex
    } else if (/\s/.test(char)) {
      finish()
      at++
    } else at = readPiece(paste, at, word)
  }
  finish()
  return { words, end: at }
}

/** Adds what stands at `at` to the word; the position after it. */
function readPiece(paste: string, at: number, word: MappedTextBuilder): number {
  const char = paste.charAt(at)
  if (char === "'") return readQuoted(paste, at + 1, word, IN_SINGLE, "'", null)
  if (char === '"') return readQuoted(paste, at + 1, word, IN_DOUBLE, '"', unescapeDouble)
  if (paste.startsWith("$'", at)) return readQuoted(paste, at + 2, word, IN_ANSI_C, "'", unescapeAnsiC)
  if (char === '\\') {
    word.add(paste.charAt(at + 1), at + 1)
    return at + 2
  }
  PLAIN.lastIndex = at
  const piece = PLAIN.exec(paste)?.[0] ?? char
  word.add(piece, at)
  return at + piece.length
}

interface Unescaped {
  readonly text: string
  readonly length: number
}

function readQuoted(paste: string, start: number, word: MappedTextBuilder, plain: RegExp, quote: string, unescape: ((paste: string, at: number) => Unescaped) | null): number {
  let at = start
  word.add('', at)
  while (at < paste.length) {
    const char = paste.charAt(at)
    if (char === quote) return at + 1
    if (char === '\\' && unescape !== null) {
      const { text, length } = unescape(paste, at)
      word.add(text, at)
      at += length
      continue
    }
    plain.lastIndex = at
    const piece = plain.exec(paste)?.[0] ?? char
    word.add(piece, at)
    at += piece.length
  }
  return at
}

/** Inside "…" a backslash counts before `"`, `\`, `$`, a backquote and a line end only. */
function unescapeDouble(paste: string, at: number): Unescaped {
  const next = paste.charAt(at + 1)
  if (next === '\n') return { text: '', length: 2 }
  return '"\\$`'.includes(next) && next !== '' ? { text: next, length: 2 } : { text: '\\', length: 1 }
}

function unescapeAnsiC(paste: string, at: number): Unescaped {
  const next = paste.charAt(at + 1)
  const letter = ANSI_C_LETTERS[next]
  if (letter !== undefined) return { text: letter, length: 2 }
  CODE.lastIndex = at + 1
  const found = CODE.exec(paste)
  if (found === null) return { text: '\\', length: 1 }
  const code = found[3] === undefined ? Number.parseInt(found[1] ?? found[2] ?? '0', 16) : Number.parseInt(found[3], 8)
  return { text: String.fromCharCode(code), length: 1 + found[0].length }
}
