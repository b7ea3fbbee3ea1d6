import { LIMITS } from '../../../../shared/limits.ts'
import { floatRepr } from '../../../../shared/values/float-repr.ts'
import type { DataEntry, DataNode } from '../../../../shared/values/node.ts'

/** What PHP's `serialize` wrote, or a session as its `php` handler writes it (`name|value name|value`). null: it is neither. */
export function unserializePhp(text: string): DataNode | null {
  const bytes = Buffer.from(text, 'utf8')
  const reader = new PhpReader(bytes)
  const node = reader.value()
  return node !== null && reader.isAtEnd ? node : readSession(bytes)
}

const NAME_END = 0x7c
const MOST_NAME_BYTES = 512

function readSession(bytes: Buffer): DataNode | null {
  const entries: DataEntry[] = []
  const reader = new PhpReader(bytes)
  while (!reader.isAtEnd) {
    const name = reader.until(NAME_END, MOST_NAME_BYTES)
    const value = name === null ? null : reader.value()
    if (name === null || value === null) return null
    entries.push({ key: { kind: 'str', value: name }, value })
  }
  return entries.length === 0 ? null : { kind: 'dict', entries }
}

interface Frame {
  readonly entries: DataEntry[]
  /** Items that are still to come, keys and values each for themselves. */
  rest: number
  key: DataNode | null
  /** null: an array. */
  readonly className: string | null
}

/** Values one after the other, with a stack of its own. Lengths count bytes. Objects are shown, never made. */
class PhpReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** Text up to a byte, which is taken too. null: it does not come within `most` bytes. */
  until(end: number, most: number): string | null {
    const limit = Math.min(this.#bytes.length, this.#at + most)
    let at = this.#at
    while (at < limit && this.#bytes[at] !== end) at++
    if (at >= limit) return null
    const text = this.#bytes.toString('utf8', this.#at, at)
    this.#at = at + 1
    return text
  }

  value(): DataNode | null {
    const stack: Frame[] = []
    for (;;) {
      const read = this.#next(stack)
      if (read === null || stack.length > LIMITS.parseDepth) return null
      let node = read === 'opened' ? null : read
      for (;;) {
        const top = stack.at(-1)
        if (node !== null) {
          if (top === undefined) return node
          if (!place(top, node)) return null
          node = null
        }
        if (top === undefined || top.rest > 0) break
        if (!this.#take('}')) return null
        stack.pop()
        node = close(top)
      }
    }
  }

  /** A finished value; `opened`: an array or object began. */
  #next(stack: Frame[]): DataNode | 'opened' | null {
    const kind = this.#bytes.toString('latin1', this.#at, this.#at + 2)
    this.#at += 2
    switch (kind) {
      case 'N;':
        return { kind: 'none' }
      case 'b:':
        return scalar(this.until(SEMICOLON, 3), /^[01]$/, (text) => ({ kind: 'bool', value: text === '1' }))
      case 'i:':
        return scalar(this.until(SEMICOLON, 24), /^[+-]?\d{1,20}$/, (text) => ({ kind: 'int', digits: BigInt(text).toString() }))
      case 'd:':
        return scalar(this.until(SEMICOLON, 64), /^(?:[+-]?[\d.]+(?:[eE][+-]?\d+)?|-?INF|NAN)$/, (text) => ({ kind: 'float', repr: floatRepr(PHP_FLOATS[text] ?? Number(text)) }))
      case 's:':
      case 'E:':
        return this.#string()
      case 'R:':
      case 'r:':
        return scalar(this.until(SEMICOLON, 24), /^\d{1,9}$/, (text) => ({ kind: 'opaque', name: 'reference', state: { kind: 'int', digits: text }, raw: null, danger: 'class' }))
      case 'a:':
        return this.#open(stack, null)
      case 'O:':
        return this.#object(stack)
      default:
        return null
    }
  }

  #string(): DataNode | null {
    const text = this.#quoted()
    return text === null || !this.#take(';') ? null : { kind: 'str', value: text }
  }

  #object(stack: Frame[]): 'opened' | null {
    const name = this.#quoted()
    return name === null || !this.#take(':') ? null : this.#open(stack, name)
  }

  #open(stack: Frame[], className: string | null): 'opened' | null {
    const count = Number(this.until(COLON, 12) ?? 'none')
    // Every item takes two bytes at least, so a count that cannot be true is not believed.
    if (!Number.isInteger(count) || count < 0 || count * 4 > this.#bytes.length || !this.#take('{')) return null
    stack.push({ entries: [], rest: count * 2, key: null, className })
    return 'opened'
  }

  /** `5:"hello"`. */
  #quoted(): string | null {
    const length = Number(this.until(COLON, 12) ?? 'none')
    if (!Number.isInteger(length) || length < 0 || length > this.#bytes.length - this.#at || !this.#take('"')) return null
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length)
    this.#at += length
    return this.#take('"') ? text : null
  }

  #take(char: string): boolean {
    return this.#bytes[this.#at++] === char.charCodeAt(0)
  }
}

const SEMICOLON = 0x3b
const COLON = 0x3a
const PHP_FLOATS: Readonly<Record<string, number>> = { INF: Number.POSITIVE_INFINITY, '-INF': Number.NEGATIVE_INFINITY, NAN: Number.NaN }

function scalar(text: string | null, shape: RegExp, make: (text: string) => DataNode): DataNode | null {
  return text !== null && shape.test(text) ? make(text) : null
}

function place(frame: Frame, node: DataNode): boolean {
  if (frame.rest === 0) return false
  frame.rest--
  if (frame.key === null) {
    if (node.kind !== 'str' && node.kind !== 'int') return false
    frame.key = node
    return true
  }
  frame.entries.push({ key: frame.key, value: node })
  frame.key = null
  return true
}

function close({ entries, className }: Frame): DataNode {
  const dict: DataNode = { kind: 'dict', entries }
  return className === null ? dict : { kind: 'opaque', name: className, state: dict, raw: null, danger: 'class' }
}
