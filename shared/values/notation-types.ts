import { LIMITS } from '../limits.ts'
import type { DataEntry, DataNode } from './node.ts'
import { formatComplex, formatDuration, formatUuid, isDecimal, readComplex, readDuration, readUuid } from './scalar-text.ts'
import { formatDate, formatDatetime, formatTime, readDate, readDatetime, readTime } from './zoned-text.ts'

/** Why a typed value is none. Each has a sentence in the catalogue: `verdicts.problems.*`. */
export type NotationFault =
  | 'unknown-type'
  | 'bad-int'
  | 'bad-float'
  | 'bad-dict'
  | 'bad-datetime'
  | 'bad-date'
  | 'bad-time'
  | 'bad-timedelta'
  | 'bad-decimal'
  | 'bad-uuid'
  | 'bad-complex'
  | 'bad-bytes'
  | 'bad-items'
  | 'unhashable'
  | 'bad-ref'
  | 'bad-opaque'

type Typed = DataNode | { readonly reason: NotationFault }
type TextKind = Extract<DataNode, { readonly text: string }>['kind']

/** Whether an object with this first key would be taken for a typed value. */
export function looksTyped(firstKey: string, keyCount: number): boolean {
  return keyCount === 1 ? firstKey.startsWith('$') : /^\$+opaque$/.test(firstKey)
}

/** Reads the `$`-objects of one text, from the inside out. */
export class TypedReader {
  readonly positions = new Map<DataNode, number>()
  /** Tuples and frozensets with something inside that changes; deeper ones were looked at before. */
  readonly #unhashable = new Set<DataNode>()

  read(entries: readonly DataEntry[], start: number): Typed {
    const [first] = entries
    if (first?.key.kind !== 'str' || !looksTyped(first.key.value, entries.length)) return { kind: 'dict', entries }
    const name = first.key.value
    if (name.startsWith('$$')) return { kind: 'dict', entries: [{ key: { kind: 'str', value: name.slice(1) }, value: first.value }, ...entries.slice(1)] }
    const made = name === '$opaque' ? readOpaque(entries) : this.#readValue(name, first.value)
    if (!('reason' in made)) this.positions.set(made, start)
    return made
  }

  #readValue(name: string, value: DataNode): Typed {
    switch (name) {
      case '$int':
        return value.kind === 'str' && INTEGER.test(value.value) ? { kind: 'int', digits: canonicalDigits(value.value) } : { reason: 'bad-int' }
      case '$float':
        return value.kind === 'str' && NON_FINITE.has(value.value) ? { kind: 'float', repr: value.value } : { reason: 'bad-float' }
      case '$dict':
        return this.#readPairs(value)
      case '$tuple':
        return this.#readItems('tuple', value)
      case '$set':
      case '$frozenset':
        return this.#readSet(name === '$set' ? 'set' : 'frozenset', value)
      case '$bytes':
      case '$bytearray':
        return value.kind === 'str' && isBase64(value.value) ? { kind: name === '$bytes' ? 'bytes' : 'bytearray', base64: value.value } : { reason: 'bad-bytes' }
      case '$ref':
        return value.kind === 'str' && /^#(?:\/|$)/.test(value.value) ? { kind: 'ref', path: value.value } : { reason: 'bad-ref' }
      default:
        return readText(name.slice(1), value)
    }
  }

  #readPairs(value: DataNode): Typed {
    if (value.kind !== 'list') return { reason: 'bad-dict' }
    const entries: DataEntry[] = []
    for (const pair of value.items) {
      if (pair.kind !== 'list' || pair.items.length !== 2) return { reason: 'bad-dict' }
      const [key, item] = pair.items
      if (key === undefined || item === undefined || key.kind === 'list' || key.kind === 'dict') return { reason: 'bad-dict' }
      if (!this.#isHashable(key)) return { reason: 'unhashable' }
      entries.push({ key, value: item })
    }
    return { kind: 'dict', entries }
  }

  #readItems(kind: 'tuple', value: DataNode): Typed {
    if (value.kind !== 'list') return { reason: 'bad-items' }
    const node: DataNode = { kind, items: value.items }
    if (!value.items.every((item) => this.#isHashable(item))) this.#unhashable.add(node)
    return node
  }

  #readSet(kind: 'set' | 'frozenset', value: DataNode): Typed {
    if (value.kind !== 'list') return { reason: 'bad-items' }
    return value.items.every((item) => this.#isHashable(item)) ? { kind, items: value.items } : { reason: 'unhashable' }
  }

  #isHashable(node: DataNode): boolean {
    return node.kind !== 'list' && node.kind !== 'dict' && node.kind !== 'set' && node.kind !== 'bytearray' && !this.#unhashable.has(node)
  }
}

const INTEGER = new RegExp(`^-?[0-9]{1,${LIMITS.integerDigits}}$`)
const NON_FINITE: ReadonlySet<string> = new Set(['nan', 'inf', '-inf'])
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Canonical texts of what people type; null where Python would refuse it. */
const TEXTS: Readonly<Record<TextKind, (text: string) => string | null>> = {
  datetime: (text) => {
    const parts = readDatetime(text)
    return parts && formatDatetime(parts, parts.offset)
  },
  date: (text) => {
    const parts = readDate(text)
    return parts && formatDate(parts)
  },
  time: (text) => {
    const parts = readTime(text)
    return parts && formatTime(parts, parts.offset)
  },
  timedelta: (text) => {
    const delta = readDuration(text)
    return delta && formatDuration(delta)
  },
  decimal: (text) => (isDecimal(text) ? text : null),
  uuid: (text) => {
    const number = readUuid(text)
    return number === null ? null : formatUuid(number)
  },
  complex: (text) => {
    const parts = readComplex(text)
    return parts && formatComplex(parts.real, parts.imaginary)
  },
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && BASE64.test(text)
}

function readText(kind: string, value: DataNode): Typed {
  if (!isTextKind(kind)) return { reason: 'unknown-type' }
  const text = value.kind === 'str' ? TEXTS[kind](value.value) : null
  return text === null ? { reason: `bad-${kind}` } : { kind, text }
}

function isTextKind(name: string): name is TextKind {
  return Object.hasOwn(TEXTS, name)
}

/** Keys in any order behind the first; none twice, none unknown. */
function readOpaque(entries: readonly DataEntry[]): Typed {
  const parts = new Map(entries.map(({ key, value }) => [key.kind === 'str' ? key.value : '', value]))
  const name = parts.get('$opaque')
  const state = parts.get('state')
  const raw = parts.get('raw')
  const danger = parts.get('danger')
  const isKnown = parts.size === entries.length && [...parts.keys()].every((key) => OPAQUE_KEYS.has(key))
  if (!isKnown || name?.kind !== 'str' || state === undefined) return { reason: 'bad-opaque' }
  if (raw !== undefined && (raw.kind !== 'str' || !isBase64(raw.value))) return { reason: 'bad-opaque' }
  if (danger !== undefined && (danger.kind !== 'str' || danger.value !== 'call')) return { reason: 'bad-opaque' }
  return { kind: 'opaque', name: name.value, state, raw: raw?.value ?? null, danger: danger === undefined ? 'class' : 'call' }
}

const OPAQUE_KEYS: ReadonlySet<string> = new Set(['$opaque', 'state', 'raw', 'danger'])

function canonicalDigits(text: string): string {
  const digits = text.replace(/^-?0*/, '')
  if (digits === '') return '0'
  return text.startsWith('-') ? `-${digits}` : digits
}
