import { isSecretKey, isSecretText } from '../../../../shared/secrets.ts'
import type { DataNode, OpaqueNode } from '../../../../shared/values/node.ts'
import { formatBytes } from '../../format/bytes.ts'
import { childCount, keyText } from './data-path.ts'
import { isContainer, scalarText } from './scalar-text.ts'
import { MASK } from './secret-keys.ts'

/** Most characters of a value that one line gets. */
export const LINE_CHARS = 200
/** Most characters of a long text that are shown at first. */
export const PREVIEW_CHARS = 2048

export type ValueTone = 'text' | 'number' | 'keyword' | 'typed' | 'summary'

export function valueTone(node: DataNode): ValueTone {
  switch (node.kind) {
    case 'str': return 'text'
    case 'int':
    case 'float': return 'number'
    case 'bool':
    case 'none': return 'keyword'
    case 'list':
    case 'dict': return 'summary'
    default: return 'typed'
  }
}

/** Python's names of types that JSON does not have. */
const PYTHON_NAMES: { readonly [Kind in DataNode['kind']]?: string } = {
  tuple: 'tuple', set: 'set', frozenset: 'frozenset', bytes: 'bytes', bytearray: 'bytearray', datetime: 'datetime', date: 'date', time: 'time', timedelta: 'timedelta',
  decimal: 'Decimal', uuid: 'UUID', complex: 'complex',
}

/** null: JSON has its type. */
export function pythonName(node: DataNode): string | null {
  return PYTHON_NAMES[node.kind] ?? null
}

/** One line for a value that is a text or a number, in JSON's spelling; others in Python's. */
export function valueLine(node: DataNode): string {
  switch (node.kind) {
    case 'str': return quoted(node.value)
    case 'bytes':
    case 'bytearray': return bytesLine(node.base64)
    case 'datetime': return node.text.replace('T', ' ')
    case 'opaque': return node.danger === 'call' ? callLine(node) : node.name
    case 'ref': return node.path
    default: return scalarText(node)
  }
}

function quoted(text: string): string {
  const shown = JSON.stringify(text.slice(0, LINE_CHARS))
  return text.length > LINE_CHARS ? `${shown.slice(0, -1)}…"` : shown
}

/** `0x9f2c41d7… 32 B`: the beginning, and how many there are. */
function bytesLine(base64: string): string {
  const size = byteLength(base64)
  const head = atob(base64.slice(0, Math.ceil(SHOWN_BYTES / 3) * 4)).slice(0, SHOWN_BYTES)
  const hex = [...head].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return size === 0 ? '0 B' : `0x${hex}${size > SHOWN_BYTES ? '…' : ''} ${formatBytes(size)}`
}

function byteLength(base64: string): number {
  return (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
}

/** What loading it would run: `os.system("rm -rf /")`. */
function callLine({ name, state }: OpaqueNode): string {
  const args = 'items' in state ? state.items : state.kind === 'none' ? [] : [state]
  return `${name}(${args.slice(0, SHOWN_ITEMS).map(shortLine).join(', ')}${args.length > SHOWN_ITEMS ? ', …' : ''})`
}

/** The beginning of what a closed container or object holds: `sku "K-204", qty 1`. */
export function summaryLine(node: DataNode): string {
  if ('items' in node) return node.items.slice(0, SHOWN_ITEMS).map(shortLine).join(', ')
  if (node.kind === 'opaque') return summaryLine(node.state)
  if (node.kind !== 'dict') return valueLine(node)
  return node.entries.slice(0, SHOWN_ITEMS).map(({ key, value }) => `${keyText(key)} ${isSecretKey(keyText(key)) ? MASK : shortLine(value)}`).join(', ')
}

/** Any value in one line, with the type that JSON does not have: for lists of changes. */
export function typedLine(node: DataNode): string {
  const [open, close] = BRACKETS[node.kind] ?? ['', '']
  const name = pythonName(node)
  return `${name === null ? '' : `${name} `}${open}${isContainer(node) ? summaryLine(node) : valueLine(node)}${close}`
}

const BRACKETS: { readonly [Kind in DataNode['kind']]?: readonly [string, string] } = { list: ['[', ']'], tuple: ['(', ')'], set: ['{', '}'], frozenset: ['{', '}'], dict: ['{', '}'] }
const SHOWN_ITEMS = 4
const SHOWN_BYTES = 12

function shortLine(node: DataNode): string {
  const [open, close] = BRACKETS[node.kind] ?? ['', '']
  if (isContainer(node)) return childCount(node) === 0 ? `${open}${close}` : `${open}…${close}`
  if (node.kind === 'str' && isSecretText(node.value)) return `"${MASK}"`
  return valueLine(node.kind === 'str' ? { kind: 'str', value: node.value.slice(0, 40) } : node)
}

/** A secret as it is shown before it is revealed: the first six of a hash tell sessions apart, the rest tells nothing. */
export function maskedLine(label: string, node: DataNode): string {
  const start = label === '_auth_user_hash' && node.kind === 'str' ? node.value.slice(0, 6) : ''
  return `"${start}${MASK}"`
}

/** What JSON readers with 64-bit floats cannot hold exactly, Python can. */
export function isBigInt(node: DataNode): boolean {
  return node.kind === 'int' && !Number.isSafeInteger(Number(node.digits))
}

/** A text that one line cannot hold, or an input of one line would spoil. */
export function isLongText(node: DataNode): boolean {
  return node.kind === 'str' && (node.value.length > LINE_CHARS || /[\r\n]/.test(node.value))
}
