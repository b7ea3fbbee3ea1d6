import { LIMITS } from '../limits.ts'
import { floatRepr } from './float-repr.ts'
import type { DataEntry, DataNode } from './node.ts'

/** Why a text is not what Python's `json.loads` reads. Each has a sentence in the catalogue: `verdicts.problems.*`. */
export type JsonFault =
  | 'empty'
  | 'bom'
  | 'unexpected-character'
  | 'unexpected-end'
  | 'trailing-comma'
  | 'trailing-text'
  | 'key-expected'
  | 'control-character'
  | 'bad-escape'
  | 'integer-digits'
  | 'too-deep'

/** A place in a text, as a 0-based offset in UTF-16 units, and what is wrong there. */
export interface TextFailure<Reason extends string> {
  readonly ok: false
  readonly reason: Reason
  readonly position: number
}

export type ReadResult<Reason extends string> = { readonly ok: true; readonly node: DataNode } | TextFailure<Reason>

/** What becomes of a finished object, which began at `start`: a node, or the reason why it cannot stand there. */
export type CloseDict<Reason extends string> = (entries: readonly DataEntry[], start: number) => DataNode | { readonly reason: Reason }

/**
 * Reads the language of Python's `json.loads`: JSON, and `NaN`, `Infinity`, `-Infinity`. Nothing is lost: order, duplicate keys,
 * big integers. It never recurses; nesting deeper than `LIMITS.parseDepth` is a failure.
 */
export function readJson<Reason extends string>(text: string, closeDict: CloseDict<Reason>): ReadResult<JsonFault | Reason> {
  try {
    return { ok: true, node: new Reader(text, closeDict).read() }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, reason: error.reason as JsonFault | Reason, position: error.position }
    throw error
  }
}

/** Control flow inside this file only. */
class Fault extends Error {
  readonly reason: string
  readonly position: number

  constructor(reason: string, position: number) {
    super(reason)
    this.reason = reason
    this.position = position
  }
}

type Frame =
  | { readonly kind: 'list'; readonly items: DataNode[] }
  | { readonly kind: 'dict'; readonly start: number; readonly entries: DataEntry[]; key: DataNode }

const NULL: DataNode = { kind: 'none' }
const TRUE: DataNode = { kind: 'bool', value: true }
const FALSE: DataNode = { kind: 'bool', value: false }
const WORDS: readonly (readonly [string, DataNode])[] = [
  ['null', NULL],
  ['true', TRUE],
  ['false', FALSE],
  ['NaN', { kind: 'float', repr: 'nan' }],
  ['Infinity', { kind: 'float', repr: 'inf' }],
  ['-Infinity', { kind: 'float', repr: '-inf' }],
]
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

class Reader<Reason extends string> {
  readonly #text: string
  readonly #closeDict: CloseDict<Reason>
  readonly #stack: Frame[] = []
  readonly #plain = /[^"\\\u0000-\u001f]*/y
  readonly #number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
  readonly #hex = /[0-9a-fA-F]{4}/y
  #at = 0

  constructor(text: string, closeDict: CloseDict<Reason>) {
    this.#text = text
    this.#closeDict = closeDict
  }

  read(): DataNode {
    if (this.#text.startsWith('\ufeff')) throw new Fault('bom', 0)
    this.#skipSpace()
    if (this.#at === this.#text.length) throw new Fault('empty', 0)
    const root = this.#readRoot()
    this.#skipSpace()
    if (this.#at < this.#text.length) throw new Fault('trailing-text', this.#at)
    return root
  }

  #readRoot(): DataNode {
    for (;;) {
      let node = this.#beginValue()
      while (node !== null) {
        const frame = this.#stack.at(-1)
        if (frame === undefined) return node
        node = this.#afterValue(frame, node)
      }
    }
  }

  /** A finished value; null when a list or dict was opened and its first value is next. */
  #beginValue(): DataNode | null {
    this.#skipSpace()
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x7b:
        return this.#openDict()
      case 0x5b:
        return this.#openList()
      case 0x22:
        return this.#readString()
      default:
        return this.#readScalar()
    }
  }

  #openList(): DataNode | null {
    this.#checkDepth()
    this.#at++
    this.#skipSpace()
    if (this.#take(0x5d)) return { kind: 'list', items: [] }
    this.#stack.push({ kind: 'list', items: [] })
    return null
  }

  #openDict(): DataNode | null {
    this.#checkDepth()
    const start = this.#at++
    this.#skipSpace()
    if (this.#take(0x7d)) return this.#finishDict(start, [])
    this.#stack.push({ kind: 'dict', start, entries: [], key: this.#readKey() })
    return null
  }

  /** Puts a value into its container. The container itself, when that was its last value; null when another value is next. */
  #afterValue(frame: Frame, value: DataNode): DataNode | null {
    if (frame.kind === 'list') frame.items.push(value)
    else frame.entries.push({ key: frame.key, value })
    this.#skipSpace()
    if (this.#take(0x2c)) {
      this.#nextItem(frame)
      return null
    }
    if (!this.#take(frame.kind === 'list' ? 0x5d : 0x7d)) throw this.#unexpected()
    this.#stack.pop()
    return frame.kind === 'list' ? { kind: 'list', items: frame.items } : this.#finishDict(frame.start, frame.entries)
  }

  #nextItem(frame: Frame): void {
    const comma = this.#at - 1
    this.#skipSpace()
    const next = this.#text.charCodeAt(this.#at)
    if (next === (frame.kind === 'list' ? 0x5d : 0x7d)) throw new Fault('trailing-comma', comma)
    if (frame.kind === 'dict') frame.key = this.#readKey()
  }

  #finishDict(start: number, entries: readonly DataEntry[]): DataNode {
    const node = this.#closeDict(entries, start)
    if ('reason' in node) throw new Fault(node.reason, start)
    return node
  }

  #readKey(): DataNode {
    if (this.#at === this.#text.length) throw this.#unexpected()
    if (this.#text.charCodeAt(this.#at) !== 0x22) throw new Fault('key-expected', this.#at)
    const key = this.#readString()
    this.#skipSpace()
    if (!this.#take(0x3a)) throw this.#unexpected()
    return key
  }

  #readString(): DataNode {
    const start = this.#at++
    let value = ''
    for (;;) {
      value += this.#match(this.#plain) ?? ''
      const code = this.#text.charCodeAt(this.#at)
      if (code === 0x22) break
      if (code === 0x5c) value += this.#readEscape()
      else if (Number.isNaN(code)) throw new Fault('unexpected-end', start)
      else throw new Fault('control-character', this.#at)
    }
    this.#at++
    return { kind: 'str', value }
  }

  #readEscape(): string {
    const start = this.#at
    const letter = this.#text.charAt(start + 1)
    this.#at += 2
    if (letter !== 'u') {
      const plain = ESCAPES[letter]
      if (plain === undefined || letter === '') throw new Fault('bad-escape', start)
      return plain
    }
    const digits = this.#match(this.#hex)
    if (digits === null) throw new Fault('bad-escape', start)
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #readScalar(): DataNode {
    const start = this.#at
    for (const [word, node] of WORDS) {
      if (!this.#text.startsWith(word, start)) continue
      this.#at += word.length
      return node
    }
    this.#number.lastIndex = start
    const found = this.#number.exec(this.#text)
    if (found === null) throw this.#unexpected()
    const [spelling, fraction, power] = found
    this.#at += spelling.length
    if (fraction !== undefined || power !== undefined) return { kind: 'float', repr: floatRepr(Number(spelling)) }
    if (spelling.length - (spelling.startsWith('-') ? 1 : 0) > LIMITS.integerDigits) throw new Fault('integer-digits', start)
    return { kind: 'int', digits: spelling === '-0' ? '0' : spelling }
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? null
    this.#at += found?.length ?? 0
    return found
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #checkDepth(): void {
    if (this.#stack.length >= LIMITS.parseDepth) throw new Fault('too-deep', this.#at)
  }

  #unexpected(): Fault {
    return new Fault(this.#at >= this.#text.length ? 'unexpected-end' : 'unexpected-character', this.#at)
  }
}
