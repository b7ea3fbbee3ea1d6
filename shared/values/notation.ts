import { LIMITS } from '../limits.ts'
import { verdicts } from '../words/en/verdicts.ts'
import { readJson } from './json-reader.ts'
import type { JsonFault } from './json-reader.ts'
import { writeTree } from './json-writer.ts'
import type { Piece } from './json-writer.ts'
import type { DataEntry, DataNode } from './node.ts'

/**
 * The typed JSON notation: how session data is shown, edited and exchanged. It is JSON wherever JSON is enough; whatever JSON
 * cannot say is an object with one `$`-key. A real object with one key that starts with `$` is written with one `$` more.
 */
export interface NotationOptions {
  /** Spaces for each level; none: all in one line. */
  readonly indent?: number
  /**
   * true: strict JSON that any reader takes without loss (command line): `{"$int":"9007199254740993"}`, `{"$float":"nan"}`.
   * false: as Python writes it (editor): bare big integers, `NaN`, `Infinity`, `-Infinity`.
   */
  readonly interchange: boolean
}

export type NotationFault = 'unknown-type' | 'bad-int' | 'bad-float' | 'bad-dict'

/** `position`: 0-based offset in UTF-16 units. */
export interface NotationFailure {
  readonly ok: false
  readonly reason: JsonFault | NotationFault
  readonly message: string
  readonly position: number
}

export function formatNotation(node: DataNode, options: NotationOptions): string {
  const indent = options.indent ?? 0
  const colon = indent === 0 ? ':' : ': '
  return writeTree(node, (each) => takePiece(each, options.interchange, colon), indent)
}

/** Both forms are read, whoever wrote them. */
export function parseNotation(text: string): { readonly ok: true; readonly node: DataNode } | NotationFailure {
  const result = readJson<NotationFault>(text, readDict)
  return result.ok ? result : { ...result, message: verdicts.problems[result.reason] }
}

/** One line for each kind that JSON lacks: how its value is read. The writing side is `takePiece`. */
const TYPED: Readonly<Record<string, (value: DataNode) => DataNode | { readonly reason: NotationFault }>> = {
  $int: (value) => (value.kind === 'str' && INTEGER.test(value.value) ? { kind: 'int', digits: canonicalDigits(value.value) } : { reason: 'bad-int' }),
  $float: (value) => (value.kind === 'str' && NON_FINITE.has(value.value) ? { kind: 'float', repr: value.value } : { reason: 'bad-float' }),
  $dict: (value) => readPairs(value) ?? { reason: 'bad-dict' },
}

const INTEGER = new RegExp(`^-?[0-9]{1,${LIMITS.integerDigits}}$`)
const NON_FINITE: ReadonlyMap<string, string> = new Map([['nan', 'NaN'], ['inf', 'Infinity'], ['-inf', '-Infinity']])

function takePiece(node: DataNode, interchange: boolean, colon: string): Piece {
  switch (node.kind) {
    case 'none':
      return 'null'
    case 'bool':
      return node.value ? 'true' : 'false'
    case 'int':
      return interchange && !isSafeInteger(node.digits) ? `{"$int"${colon}"${node.digits}"}` : node.digits
    case 'float':
      return floatText(node.repr, interchange, colon)
    case 'str':
      return quote(node.value)
    case 'list':
      return { open: '[', close: ']', children: node.items.map((item) => ({ label: '', node: item })) }
    case 'dict':
      return takeDict(node.entries, colon)
  }
}

function takeDict(entries: readonly DataEntry[], colon: string): Piece {
  const children = []
  for (const { key, value } of entries) {
    if (key.kind !== 'str') return takePairs(entries, colon)
    const name = entries.length === 1 && key.value.startsWith('$') ? `$${key.value}` : key.value
    children.push({ label: quote(name) + colon, node: value })
  }
  return { open: '{', close: '}', children }
}

function takePairs(entries: readonly DataEntry[], colon: string): Piece {
  const children = entries.map(({ key, value }) => ({ label: '', node: { kind: 'list', items: [key, value] } as const }))
  return { open: `{"$dict"${colon}[`, close: ']}', children }
}

function readDict(entries: readonly DataEntry[]): DataNode | { readonly reason: NotationFault } {
  const [only] = entries
  if (only === undefined || entries.length > 1 || only.key.kind !== 'str' || !only.key.value.startsWith('$')) return { kind: 'dict', entries }
  const name = only.key.value
  if (name.startsWith('$$')) return { kind: 'dict', entries: [{ key: { kind: 'str', value: name.slice(1) }, value: only.value }] }
  const read = Object.hasOwn(TYPED, name) ? TYPED[name] : undefined
  return read?.(only.value) ?? { reason: 'unknown-type' }
}

function readPairs(value: DataNode): DataNode | null {
  if (value.kind !== 'list') return null
  const entries: DataEntry[] = []
  for (const pair of value.items) {
    if (pair.kind !== 'list' || pair.items.length !== 2) return null
    const [key, item] = pair.items
    if (key === undefined || item === undefined || key.kind === 'list' || key.kind === 'dict') return null
    entries.push({ key, value: item })
  }
  return { kind: 'dict', entries }
}

function canonicalDigits(text: string): string {
  const digits = text.replace(/^-?0*/, '')
  if (digits === '') return '0'
  return text.startsWith('-') ? `-${digits}` : digits
}

function isSafeInteger(digits: string): boolean {
  return digits.length <= 17 && Number.isSafeInteger(Number(digits))
}

function floatText(repr: string, interchange: boolean, colon: string): string {
  const word = NON_FINITE.get(repr)
  if (word === undefined) return repr
  return interchange ? `{"$float"${colon}"${repr}"}` : word
}

/** Letters of all languages stay readable; what is invisible, or turns the reading order of a line, is escaped. */
const ESCAPED = /["\\\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' }

function quote(text: string): string {
  return `"${text.replace(ESCAPED, (unit) => SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}
