import type { SerializerId } from '../../../../shared/model/session.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { floatRepr } from '../../../../shared/values/float-repr.ts'
import { parseNotation } from '../../../../shared/values/notation.ts'

/** Kinds that one line of text can carry: those of JSON, and those that only pickle has. */
export const JSON_SCALARS = ['str', 'int', 'float', 'bool', 'none'] as const
const PICKLE_SCALARS = ['datetime', 'date', 'time', 'timedelta', 'decimal', 'uuid', 'bytes', 'bytearray', 'complex'] as const
const SCALAR_KINDS = [...JSON_SCALARS, ...PICKLE_SCALARS] as const
/** Kinds that hold others; a new one is empty. */
const CONTAINER_KINDS = ['list', 'dict', 'tuple', 'set', 'frozenset'] as const
const UNHASHABLE: ReadonlySet<ValueKind> = new Set(['list', 'dict', 'set', 'bytearray'])

export type ScalarKind = (typeof SCALAR_KINDS)[number]
export type ScalarNode = Extract<DataNode, { kind: ScalarKind }>
type ContainerKind = (typeof CONTAINER_KINDS)[number]
/** Kinds that a value can be given by hand. */
export type ValueKind = ScalarKind | ContainerKind

const SCALARS: ReadonlySet<string> = new Set(SCALAR_KINDS)
const CONTAINERS: ReadonlySet<string> = new Set(CONTAINER_KINDS)

/** A value that can be edited as one line of text. */
export function isScalar(node: DataNode): node is ScalarNode {
  return SCALARS.has(node.kind)
}

export function isContainer(node: DataNode): node is Extract<DataNode, { kind: ContainerKind }> {
  return CONTAINERS.has(node.kind)
}

/** Whether its text is all of it: neither a container nor an object. */
export function isLeaf(node: DataNode): node is ScalarNode | Extract<DataNode, { kind: 'ref' }> {
  return isScalar(node) || node.kind === 'ref'
}

/** What a serializer can write there. A set takes only what Python can hash. */
export function kindsFor(serializer: SerializerId | null, parent: DataNode['kind']): readonly ValueKind[] {
  if (serializer !== 'pickle') return [...JSON_SCALARS, 'list', 'dict']
  const all: readonly ValueKind[] = [...JSON_SCALARS, ...PICKLE_SCALARS, ...CONTAINER_KINDS]
  return parent === 'set' || parent === 'frozenset' ? all.filter((kind) => !UNHASHABLE.has(kind)) : all
}

/** The bare text of a scalar, without quotes; bytes are base64. Empty for whatever is no scalar. */
export function scalarText(node: DataNode): string {
  switch (node.kind) {
    case 'str': return node.value
    case 'int': return node.digits
    case 'float': return node.repr
    case 'bool': return String(node.value)
    case 'none': return 'null'
    case 'bytes':
    case 'bytearray': return node.base64
    default: return 'text' in node ? node.text : ''
  }
}

/** What a typed text means as a value of `kind`; a container begins empty. null: it means nothing of that kind. */
export function parseValue(kind: ValueKind, text: string): DataNode | null {
  const trimmed = text.trim()
  switch (kind) {
    case 'str': return { kind, value: text }
    case 'int': return /^-?(?:0|[1-9]\d*)$/.test(trimmed) && trimmed.length <= LIMITS.integerDigits ? { kind, digits: trimmed === '-0' ? '0' : trimmed } : null
    case 'float': return parseFloatText(trimmed)
    case 'bool': return /^(?:true|false)$/i.test(trimmed) ? { kind, value: trimmed.toLowerCase() === 'true' } : null
    case 'none': return { kind }
    case 'dict': return { kind, entries: [] }
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset': return { kind, items: [] }
    default: return parseTyped(kind, trimmed)
  }
}

function parseFloatText(text: string): DataNode | null {
  const word = text.toLowerCase()
  if (word === 'nan' || word === 'inf' || word === '-inf') return { kind: 'float', repr: word }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return null
  return { kind: 'float', repr: floatRepr(Number(text)) }
}

/** By the reader of the typed notation, so that tree and text accept the same. */
function parseTyped(kind: ScalarKind, text: string): DataNode | null {
  const parsed = parseNotation(JSON.stringify({ [`$${kind}`]: text }))
  return parsed.ok && parsed.node.kind === kind ? parsed.node : null
}
