import type { DataNode } from '../../../../shared/values/node.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { floatRepr } from '../../../../shared/values/float-repr.ts'

/** Kinds that one line of text can carry. */
export const SCALAR_KINDS = ['str', 'int', 'float', 'bool', 'none'] as const
export type ScalarKind = (typeof SCALAR_KINDS)[number]
export type ScalarNode = Extract<DataNode, { kind: ScalarKind }>

export function isScalar(node: DataNode): node is ScalarNode {
  return node.kind !== 'dict' && node.kind !== 'list'
}

/** The bare text of a scalar, without quotes; empty for dicts and lists. */
export function scalarText(node: DataNode): string {
  switch (node.kind) {
    case 'str': return node.value
    case 'int': return node.digits
    case 'float': return node.repr
    case 'bool': return String(node.value)
    case 'none': return 'null'
    default: return ''
  }
}

/** What a typed text means as a value of `kind`. null: it means nothing of that kind. */
export function parseScalar(kind: ScalarKind, text: string): ScalarNode | null {
  const trimmed = text.trim()
  switch (kind) {
    case 'str': return { kind, value: text }
    case 'int': return /^-?(?:0|[1-9]\d*)$/.test(trimmed) && trimmed.length <= LIMITS.integerDigits ? { kind, digits: trimmed === '-0' ? '0' : trimmed } : null
    case 'float': return parseFloatText(trimmed)
    case 'bool': return /^(?:true|false)$/i.test(trimmed) ? { kind, value: trimmed.toLowerCase() === 'true' } : null
    default: return { kind: 'none' }
  }
}

function parseFloatText(text: string): ScalarNode | null {
  const word = text.toLowerCase()
  if (word === 'nan' || word === 'inf' || word === '-inf') return { kind: 'float', repr: word }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return null
  return { kind: 'float', repr: floatRepr(Number(text)) }
}
