import type { DataNode } from '../../../../shared/values/node.ts'

/** Whether any of the texts, given in lower case, stands in a key or a value. Case does not count. Never recurses. */
export function containsText(root: DataNode, lowered: readonly string[]): boolean {
  const waiting: DataNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (holdsText(node, lowered)) return true
    for (const child of childrenOf(node)) waiting.push(child)
  }
  return false
}

/** Whether any of them stands in what this node itself says. */
export function holdsText(node: DataNode, lowered: readonly string[]): boolean {
  const own = textOf(node).toLowerCase()
  return own !== '' && lowered.some((text) => own.includes(text))
}

function childrenOf(node: DataNode): readonly DataNode[] {
  if ('items' in node) return node.items
  if (node.kind === 'dict') return node.entries.flatMap(({ key, value }) => [key, value])
  return node.kind === 'opaque' ? [node.state] : []
}

function textOf(node: DataNode): string {
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
