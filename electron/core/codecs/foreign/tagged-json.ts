import type { DataEntry, DataNode } from '../../../../shared/values/node.ts'

type DictNode = Extract<DataNode, { kind: 'dict' }>

/** flask/json/tag.py: a dict with one key of these is a value that JSON lacks. */
const TAGS: Readonly<Record<string, (value: DataNode) => DataNode | null>> = {
  ' t': (value) => (value.kind === 'list' ? { kind: 'tuple', items: value.items } : null),
  ' b': (value) => (value.kind === 'str' ? { kind: 'bytes', base64: value.value } : null),
  ' m': (value) => value,
  ' u': (value) => (value.kind === 'str' && /^[0-9a-f]{32}$/.test(value.value) ? { kind: 'uuid', text: value.value.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') } : null),
  ' d': (value) => (value.kind === 'str' ? readHttpDate(value.value) : null),
  ' di': readEscapedDict,
}

/** Bottom up, with a stack of its own: nesting is limited by the JSON reader only. */
export function untag(top: DataNode): DataNode {
  const done: DataNode[] = []
  const waiting: { readonly node: DataNode; readonly isOpen: boolean }[] = [{ node: top, isOpen: false }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, isOpen } = next
    if (isOpen) done.push(rebuild(node, done))
    else if (node.kind !== 'list' && node.kind !== 'dict') done.push(node)
    else {
      waiting.push({ node, isOpen: true })
      const children = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)
      for (let index = children.length - 1; index >= 0; index--) waiting.push({ node: children[index] ?? top, isOpen: false })
    }
  }
  return done.pop() ?? top
}

function rebuild(node: DataNode, done: DataNode[]): DataNode {
  if (node.kind === 'list') return { kind: 'list', items: takeLast(done, node.items.length) }
  if (node.kind !== 'dict') return node
  const values = takeLast(done, node.entries.length)
  return fromTag({ kind: 'dict', entries: node.entries.map(({ key }, index): DataEntry => ({ key, value: values[index] ?? { kind: 'none' } })) })
}

function takeLast(done: DataNode[], count: number): DataNode[] {
  return count === 0 ? [] : done.splice(-count)
}

function fromTag(node: DictNode): DataNode {
  const [only] = node.entries
  if (only === undefined || node.entries.length > 1 || only.key.kind !== 'str' || !Object.hasOwn(TAGS, only.key.value)) return node
  return TAGS[only.key.value]?.(only.value) ?? node
}

/** A real one-key dict whose key is a tag: the key is written with `__` behind it. */
function readEscapedDict(value: DataNode): DataNode | null {
  const [only] = value.kind === 'dict' ? value.entries : []
  if (only?.key.kind !== 'str' || !only.key.value.endsWith('__')) return null
  return { kind: 'dict', entries: [{ key: { kind: 'str', value: only.key.value.slice(0, -2) }, value: only.value }] }
}

/** `Tue, 14 Nov 2023 22:13:20 GMT`. */
function readHttpDate(text: string): DataNode | null {
  const epochMs = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(epochMs) ? null : { kind: 'datetime', text: `${new Date(epochMs).toISOString().slice(0, 19)}+00:00` }
}
