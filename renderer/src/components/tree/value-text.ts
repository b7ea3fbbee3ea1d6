import type { DataNode } from '../../../../shared/values/node.ts'
import { childCount, keyText } from './data-path.ts'
import { scalarText } from './scalar-text.ts'
import { isSecretKey, MASK } from './secret-keys.ts'

/** Most characters of a value that one line gets. */
export const LINE_CHARS = 200
/** Most characters of a long text that are shown at first. */
export const PREVIEW_CHARS = 2048

export type ValueTone = 'text' | 'number' | 'keyword' | 'summary'

export function valueTone(node: DataNode): ValueTone {
  switch (node.kind) {
    case 'str': return 'text'
    case 'int':
    case 'float': return 'number'
    case 'bool':
    case 'none': return 'keyword'
    default: return 'summary'
  }
}

/** One line for a scalar, in JSON's spelling. */
export function valueLine(node: DataNode): string {
  if (node.kind !== 'str') return scalarText(node)
  const shown = JSON.stringify(node.value.slice(0, LINE_CHARS))
  return node.value.length > LINE_CHARS ? `${shown.slice(0, -1)}…"` : shown
}

/** The beginning of what a closed dict or list holds: `sku "K-204", qty 1`. */
export function summaryLine(node: DataNode): string {
  if (node.kind === 'list') return node.items.slice(0, 4).map(shortLine).join(', ')
  if (node.kind !== 'dict') return ''
  return node.entries.slice(0, 4).map(({ key, value }) => `${keyText(key)} ${isSecretKey(keyText(key)) ? MASK : shortLine(value)}`).join(', ')
}

function shortLine(node: DataNode): string {
  if (node.kind === 'dict') return childCount(node) === 0 ? '{}' : '{…}'
  if (node.kind === 'list') return childCount(node) === 0 ? '[]' : '[…]'
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
