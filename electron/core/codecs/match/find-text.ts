import type { DataNode } from '../../../../shared/values/node.ts'

/** Whether any of the texts, given in lower case, stands in a key or a value. Case does not count. Never recurses. */
export function containsText(root: DataNode, lowered: readonly string[]): boolean {
  const waiting: DataNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (holdsText(node, lowered)) return true
    for (const child of childrenOf(node)) {
      if (child.key !== null) waiting.push(child.key)
      waiting.push(child.node)
    }
  }
  return false
}

/** Whether any of them stands in what this node itself says. */
export function holdsText(node: DataNode, lowered: readonly string[]): boolean {
  const own = textOf(node).toLowerCase()
  return own !== '' && lowered.some((text) => own.includes(text))
}

/** In reading order; `key`: of an entry. */
export function childrenOf(node: DataNode): readonly { readonly node: DataNode; readonly key: DataNode | null }[] {
  if (node.kind === 'dict') return node.entries.map(({ key, value }) => ({ node: value, key }))
  if (node.kind === 'opaque') return [{ node: node.state, key: null }]
  return 'items' in node ? node.items.map((item) => ({ node: item, key: null })) : []
}

/** What a node itself says; empty: nothing, or what is in it says it. */
export function textOf(node: DataNode): string {
  switch (node.kind) {
    case 'str':
      return node.value
    case 'int':
      return node.digits
    case 'float':
      return node.repr
    case 'opaque':
      return node.name
    default:
      return 'text' in node ? node.text : ''
  }
}
