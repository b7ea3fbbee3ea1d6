import type { DataEntry, DataNode, OpaqueNode } from '../../../../shared/values/node.ts'
import { formatPath } from '../../../../shared/values/walk.ts'

/** Steps from the root: the index of an entry or an item at each level. Indexes, because a key may stand twice. */
export type DataPath = readonly number[]

/** undefined: the path leads nowhere. */
export function nodeAt(root: DataNode, path: DataPath): DataNode | undefined {
  let node: DataNode | undefined = root
  for (const index of path) node = node === undefined ? undefined : childAt(node, index)
  return node
}

/** Entries of a dict, items of everything that has items; what an object of a class is made from is its one child. */
export function childAt(node: DataNode, index: number): DataNode | undefined {
  if (node.kind === 'dict') return node.entries[index]?.value
  if (node.kind === 'opaque') return index === 0 && hasState(node) ? node.state : undefined
  return 'items' in node ? node.items[index] : undefined
}

export function childCount(node: DataNode): number {
  if (node.kind === 'dict') return node.entries.length
  if (node.kind === 'opaque') return hasState(node) ? 1 : 0
  return 'items' in node ? node.items.length : 0
}

function hasState({ state }: OpaqueNode): boolean {
  return state.kind !== 'none'
}

/** The text of a key, much as Python's `str()` would show it. */
export function keyText(key: DataNode): string {
  switch (key.kind) {
    case 'str': return key.value
    case 'int': return key.digits
    case 'float': return key.repr
    case 'bool': return String(key.value)
    case 'none': return 'null'
    case 'bytes':
    case 'bytearray': return `b64"${key.base64}"`
    case 'tuple':
    case 'frozenset': return `(${key.items.map(keyText).join(', ')}${key.items.length === 1 ? ',' : ''})`
    case 'opaque': return key.name
    default: return 'text' in key ? key.text : key.kind
  }
}

/** The step into what an object of a class is made from. */
export const STATE = 'state'

/** `cart.items[0].qty`, the spelling of the query language. The root is the empty text. */
export function pathText(root: DataNode, path: DataPath): string {
  const steps: (string | number)[] = []
  let node: DataNode | undefined = root
  for (const index of path) {
    const entry: DataEntry | undefined = node?.kind === 'dict' ? node.entries[index] : undefined
    if (node?.kind === 'opaque') steps.push(STATE)
    else steps.push(entry === undefined ? index : keyText(entry.key))
    node = node === undefined ? undefined : childAt(node, index)
  }
  return formatPath(steps)
}

export function replaceAt(root: DataNode, path: DataPath, value: DataNode): DataNode {
  return updateAt(root, path, () => value)
}

/** The key of one entry; its place stays. */
export function renameAt(root: DataNode, path: DataPath, key: DataNode): DataNode {
  return updateParent(root, path, (parent, index) => {
    if (parent.kind !== 'dict') return parent
    return { kind: 'dict', entries: parent.entries.map((entry, at) => (at === index ? { key, value: entry.value } : entry)) }
  })
}

export function removeAt(root: DataNode, path: DataPath): DataNode {
  return updateParent(root, path, (parent, index) => {
    if (parent.kind === 'dict') return { kind: 'dict', entries: parent.entries.toSpliced(index, 1) }
    return 'items' in parent ? { ...parent, items: parent.items.toSpliced(index, 1) } : parent
  })
}

/** Adds at the end of a dict, or of whatever has items; those need no key. */
export function appendTo(root: DataNode, path: DataPath, key: string, value: DataNode): DataNode {
  return updateAt(root, path, (node) => {
    if (node.kind === 'dict') return { kind: 'dict', entries: [...node.entries, { key: { kind: 'str', value: key }, value }] }
    return 'items' in node ? { ...node, items: [...node.items, value] } : node
  })
}

function updateParent(root: DataNode, path: DataPath, change: (parent: DataNode, index: number) => DataNode): DataNode {
  const index = path.at(-1)
  return index === undefined ? root : updateAt(root, path.slice(0, -1), (parent) => change(parent, index))
}

/** Copies what lies on the path, shares the rest. Walks, because data may be nested deeper than the stack. */
function updateAt(root: DataNode, path: DataPath, change: (node: DataNode) => DataNode): DataNode {
  const ancestors: DataNode[] = []
  let node = root
  for (const index of path) {
    const child = childAt(node, index)
    if (child === undefined) return root
    ancestors.push(node)
    node = child
  }
  return ancestors.reduceRight((child, parent, depth) => withChild(parent, path[depth] ?? 0, child), change(node))
}

function withChild(parent: DataNode, index: number, child: DataNode): DataNode {
  if (parent.kind === 'dict') return { kind: 'dict', entries: parent.entries.map((entry, at) => (at === index ? { key: entry.key, value: child } : entry)) }
  return 'items' in parent ? { ...parent, items: parent.items.with(index, child) } : parent
}
