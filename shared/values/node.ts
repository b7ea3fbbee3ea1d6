/**
 * Session data as Python holds it, lossless: order, duplicate keys, the exact spelling of numbers.
 * A union of plain objects, never a class: it crosses threads.
 */
export type DataNode =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Decimal digits with an optional `-`, as Python's `str(int)` writes them. */
  | { readonly kind: 'int'; readonly digits: string }
  /** Python's `repr(float)`: `1.0`, `1e+16`, `nan`, `inf`, `-inf`. */
  | { readonly kind: 'float'; readonly repr: string }
  /** May hold lone surrogates, as Python's `str` may. */
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly DataNode[] }
  /** Containers that only pickle carries. Items of sets stand in stored order. */
  | { readonly kind: 'tuple' | 'set' | 'frozenset'; readonly items: readonly DataNode[] }
  | { readonly kind: 'bytes' | 'bytearray'; readonly base64: string }
  /** Values with a text form of their own, as Python writes it: ISO 8601 (six fraction digits or none, offset kept), `str(Decimal)`, `str(UUID)`. */
  | { readonly kind: 'datetime' | 'date' | 'time' | 'timedelta' | 'decimal' | 'uuid' | 'complex'; readonly text: string }
  /** An object of any other class, or a call: shown, never rebuilt, written back as it was found. */
  | OpaqueNode
  /** The same object as the one at `path` (a JSON pointer from the top, `#/a/0`): shared, or a cycle. */
  | { readonly kind: 'ref'; readonly path: string }
  /** Entries in stored order. A key may stand twice: Django keeps the last one. */
  | { readonly kind: 'dict'; readonly entries: readonly DataEntry[] }

export interface OpaqueNode {
  readonly kind: 'opaque'
  /** `module.Class`, or the function that would be called. */
  readonly name: string
  /** What it would be made from: arguments, state, items; plain data, for people. */
  readonly state: DataNode
  /** The opcodes that make it, base64, self-contained; null where it cannot be written back. */
  readonly raw: string | null
  /** `class`: an object would be made. `call`: loading it would run this; such a value is never written again. */
  readonly danger: 'class' | 'call'
}

export interface DataEntry {
  readonly key: DataNode
  readonly value: DataNode
}

export type DictNode = Extract<DataNode, { kind: 'dict' }>

/** The value that Python sees under a text key: the last of its entries. undefined: no such key. */
export function getItem(dict: DictNode, key: string): DataNode | undefined {
  return dict.entries.findLast((entry) => entry.key.kind === 'str' && entry.key.value === key)?.value
}
