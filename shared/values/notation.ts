import { verdicts } from '../words/en/verdicts.ts'
import { readJson } from './json-reader.ts'
import type { JsonFault } from './json-reader.ts'
import { writeTree } from './json-writer.ts'
import type { Piece } from './json-writer.ts'
import type { DataEntry, DataNode, OpaqueNode } from './node.ts'
import type { NotationFault } from './notation-types.ts'
import { looksTyped, TypedReader } from './notation-types.ts'

/**
 * The typed JSON notation: how session data is shown, edited and exchanged. It is JSON wherever JSON is enough; whatever JSON
 * cannot say is an object with one `$`-key. A real object with one key that starts with `$` is written with one `$` more.
 * Objects of classes have more keys: `{"$opaque":"module.Class","state":…,"raw":"…"}`. `state` is there to be read; `raw` is what is
 * written back. `danger` is `"call"` where loading would run something; such a value has no `raw`, nor has one inside another's state.
 * A real object with several keys of which the first is `$opaque` is written with one `$` more there.
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

export type { NotationFault } from './notation-types.ts'

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

/**
 * Both forms are read, whoever wrote them. `positions`: where each value stands that JSON has no form for, so that whoever writes it
 * can say what is wrong with it.
 */
export function parseNotation(text: string): { readonly ok: true; readonly node: DataNode; readonly positions: ReadonlyMap<DataNode, number> } | NotationFailure {
  const typed = new TypedReader()
  const result = readJson<NotationFault>(text, (entries, start) => typed.read(entries, start))
  return result.ok ? { ...result, positions: typed.positions } : { ...result, message: verdicts.problems[result.reason] }
}

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
      return takeItems('[', node.items, ']')
    case 'tuple':
    case 'set':
    case 'frozenset':
      return takeItems(`{"$${node.kind}"${colon}[`, node.items, ']}')
    case 'bytes':
    case 'bytearray':
      return `{"$${node.kind}"${colon}"${node.base64}"}`
    case 'ref':
      return `{"$ref"${colon}${quote(node.path)}}`
    case 'opaque':
      return takeOpaque(node, colon)
    case 'dict':
      return takeDict(node.entries, colon)
    default:
      return `{"$${node.kind}"${colon}${quote(node.text)}}`
  }
}

function takeItems(open: string, items: readonly DataNode[], close: string): Piece {
  return { open, close, children: items.map((item) => ({ label: '', node: item })) }
}

/** `danger` stands there only when it is a call; `raw` only when it may be written back. */
function takeOpaque({ name, state, danger, raw }: OpaqueNode, colon: string): Piece {
  const parts: (readonly [string, DataNode])[] = [['$opaque', { kind: 'str', value: name }], ['state', state]]
  if (danger === 'call') parts.push(['danger', { kind: 'str', value: danger }])
  if (raw !== null) parts.push(['raw', { kind: 'str', value: raw }])
  return { open: '{', close: '}', children: parts.map(([label, node]) => ({ label: `"${label}"${colon}`, node })) }
}

function takeDict(entries: readonly DataEntry[], colon: string): Piece {
  const children = []
  for (const [index, { key, value }] of entries.entries()) {
    if (key.kind !== 'str') return takePairs(entries, colon)
    const name = index === 0 && looksTyped(key.value, entries.length) ? `$${key.value}` : key.value
    children.push({ label: quote(name) + colon, node: value })
  }
  return { open: '{', close: '}', children }
}

function takePairs(entries: readonly DataEntry[], colon: string): Piece {
  const children = entries.map(({ key, value }) => ({ label: '', node: { kind: 'list', items: [key, value] } as const }))
  return { open: `{"$dict"${colon}[`, close: ']}', children }
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
