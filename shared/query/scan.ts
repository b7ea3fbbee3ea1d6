import { Fault } from './fault.ts'

/** A word of a query as it stands in the text: offsets in UTF-16 units. */
export interface Word {
  readonly text: string
  readonly isQuoted: boolean
  readonly position: number
  readonly length: number
}

/** What was read from a place of the text, and where the text goes on. */
export interface Read<Value> {
  readonly value: Value
  readonly end: number
}

const SPACE = /\s/
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

export const isSpace = (text: string, at: number): boolean => at < text.length && SPACE.test(text.charAt(at))
export const isEnd = (text: string, at: number): boolean => at >= text.length || isSpace(text, at)

/** Where the next term begins; the text's length: there is none. */
export function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text, at)) at++
  return at
}

/** A quoted word that begins at `start`, with the escapes of JSON. */
export function readQuoted(text: string, start: number): Word {
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charAt(at)
    if (unit === '"') return { text: value, isQuoted: true, position: start, length: at + 1 - start }
    if (unit !== '\\') {
      value += unit
      continue
    }
    const escape = readEscape(text, at)
    value += escape.unit
    at += escape.length - 1
  }
  throw new Fault('open-quote', start, text.length - start)
}

function readEscape(text: string, at: number): { readonly unit: string; readonly length: number } {
  const letter = text.charAt(at + 1)
  const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
  if (plain !== undefined) return { unit: plain, length: 2 }
  const digits = text.slice(at + 2, at + 6)
  if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(digits)) return { unit: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 }
  throw new Fault('bad-escape', at, Math.min(2, text.length - at))
}

/** The alternatives `a|"b c"|d` from `start` to the next space. `before`: what they follow, for the message where one is missing. */
export function readWords(text: string, start: number, before: string): { readonly words: readonly Word[]; readonly end: number } {
  const words: Word[] = []
  for (let at = start; ; at++) {
    const word = text.charAt(at) === '"' ? readQuoted(text, at) : readBare(text, at)
    if (word.length === 0) throw new Fault('no-value', Math.max(at - (at === start ? before.length : 1), 0), at === start ? before.length : 1, { before: at === start ? before : '|' })
    words.push(word)
    at += word.length
    if (isEnd(text, at)) return { words, end: at }
    if (text.charAt(at) !== '|') throw new Fault(word.isQuoted ? 'after-quote' : 'stray-quote', at, 1)
  }
}

function readBare(text: string, start: number): Word {
  let at = start
  while (!isEnd(text, at) && text.charAt(at) !== '|' && text.charAt(at) !== '"') at++
  return { text: text.slice(start, at), isQuoted: false, position: start, length: at - start }
}

export interface Head {
  /** What stands before the operator, brackets and quotes included; the whole word where there is none. */
  readonly name: string
  /** null: no operator follows. */
  readonly operator: string | null
  readonly position: number
}

const OPERATOR = /!=|<=|>=|[:=<>]/y

/** Looks ahead for an operator in the word that begins at `start`. Brackets hide what is in them. */
export function readHead(text: string, start: number): Head {
  let at = start
  while (!isEnd(text, at)) {
    OPERATOR.lastIndex = at
    const operator = OPERATOR.exec(text)?.[0]
    if (operator !== undefined) return { name: text.slice(start, at), operator, position: start }
    if (text.charAt(at) === '"') break
    at += text.startsWith('["', at) ? 1 + readQuoted(text, at + 1).length : 1
  }
  return { name: text.slice(start, at), operator: null, position: start }
}
