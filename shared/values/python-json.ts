import { CoatcheckError } from '../errors.ts'
import { reason } from '../words/reason.ts'
import { readJson } from './json-reader.ts'
import type { JsonFault, ReadResult } from './json-reader.ts'
import { writeTree } from './json-writer.ts'
import type { Piece } from './json-writer.ts'
import type { DataEntry, DataNode } from './node.ts'

/**
 * What Python's `json.loads` makes of a text, lossless; a failure wherever Python raises.
 * One difference is left: how deep Python follows nesting depends on its version (about 1,000 levels up to 3.11).
 */
export function parsePythonJson(text: string): ReadResult<JsonFault> {
  return readJson(text, (entries) => ({ kind: 'dict', entries }))
}

/** How a JSON text is spelled, where its writers differ. */
export interface JsonStyle {
  readonly itemSeparator: ',' | ', '
  readonly keySeparator: ':' | ': '
  /** Python's `ensure_ascii`. */
  readonly asciiOnly: boolean
}

const COMPACT: JsonStyle = { itemSeparator: ',', keySeparator: ':', asciiOnly: true }

/**
 * Exactly the text of Python's `json.dumps(data, separators=(',', ':'))`, which is what Django's JSONSerializer signs: pure ASCII.
 * Tuples become lists, as in Python. `positions`: where nodes stand in the text they were read from, for error messages. `style`:
 * other separators, or `ensure_ascii=False`.
 * @throws DATA_UNSAFE when a list or dict stands where Python needs a hashable key; DATA_INVALID when JSON has no such value
 */
export function writePythonJson(root: DataNode, positions?: ReadonlyMap<DataNode, number>, style: JsonStyle = COMPACT): string {
  const quote = style.asciiOnly ? quoteAscii : quoteText
  return writeTree(root, (node) => takePiece(node, positions, quote, style.keySeparator), 0, style.itemSeparator)
}

function takePiece(node: DataNode, positions: ReadonlyMap<DataNode, number> | undefined, quote: (text: string) => string, colon: string): Piece {
  switch (node.kind) {
    case 'str':
      return quote(node.value)
    case 'list':
    case 'tuple':
      return { open: '[', close: ']', children: node.items.map((item) => ({ label: '', node: item })) }
    case 'dict':
      return { open: '{', close: '}', children: node.entries.map((entry) => ({ label: quote(keyText(entry)) + colon, node: entry.value })) }
    default:
      return scalarText(node) ?? refuse(node, positions?.get(node))
  }
}

/** null: JSON has no such value. */
function scalarText(node: DataNode): string | null {
  switch (node.kind) {
    case 'none':
      return 'null'
    case 'bool':
      return node.value ? 'true' : 'false'
    case 'int':
      return node.digits
    case 'float':
      return BARE_WORDS[node.repr] ?? node.repr
    default:
      return null
  }
}

function refuse(node: DataNode, position: number | undefined): never {
  const name = node.kind === 'opaque' ? node.name : node.kind === 'ref' ? 'reference' : node.kind
  const details = position === undefined ? {} : { position }
  throw new CoatcheckError('DATA_INVALID', reason('data.jsonHasNo', { type: name }), details)
}

const BARE_WORDS: Readonly<Record<string, string>> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }

/** JSON has text keys only; Python writes `1` as `"1"`, `None` as `"null"`, `True` as `"true"`. */
function keyText({ key }: DataEntry): string {
  if (key.kind === 'str') return key.value
  const text = scalarText(key)
  if (text === null) throw new CoatcheckError('DATA_UNSAFE', reason('data.noJsonKey', { type: key.kind }))
  return text
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' }
const OUTSIDE_PRINTABLE_ASCII = /["\\]|[^ -~]/g
const UNSPEAKABLE = /["\\]|[\u0000-\u001f]|\p{Cs}/gu

/** Python's `ensure_ascii`: everything outside U+0020..U+007E is escaped, U+007F too, by UTF-16 units and in lower case. */
function quoteAscii(text: string): string {
  return `"${text.replace(OUTSIDE_PRINTABLE_ASCII, escapeUnit)}"`
}

/** Python's `ensure_ascii=False`; lone surrogates are escaped all the same, because UTF-8 has none. */
function quoteText(text: string): string {
  return `"${text.replace(UNSPEAKABLE, escapeUnit)}"`
}

function escapeUnit(unit: string): string {
  return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
