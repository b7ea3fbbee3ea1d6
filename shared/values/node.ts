/**
 * Session data as Python holds it, lossless: order, duplicate keys, the exact spelling of numbers.
 * A union of plain objects, never a class: it crosses threads. Kinds that only pickle can carry will be added to it.
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
  /** Entries in stored order. A key may stand twice: Django keeps the last one. */
  | { readonly kind: 'dict'; readonly entries: readonly DataEntry[] }

export interface DataEntry {
  readonly key: DataNode
  readonly value: DataNode
}

export type DictNode = Extract<DataNode, { kind: 'dict' }>

/** The value that Python sees under a text key: the last of its entries. undefined: no such key. */
export function getItem(dict: DictNode, key: string): DataNode | undefined {
  return dict.entries.findLast((entry) => entry.key.kind === 'str' && entry.key.value === key)?.value
}
