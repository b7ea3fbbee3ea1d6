import type { DataNode } from './node.ts'

/** Keys and list positions from the top of the session data down to one value. */
export type DataPath = readonly (string | number)[]

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/

/** `cart.items[0].sku`; a key that is no plain name is quoted: `["odd key"]`. The top itself is the empty text. */
export function formatPath(path: DataPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (PLAIN_NAME.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}

/**
 * Whether two values are written the same: kinds, order, duplicate keys and spelling of numbers included. Never recurses.
 * `paths: false`: a reference equals any other.
 */
export function sameData(a: DataNode, b: DataNode, { paths = true }: { readonly paths?: boolean } = {}): boolean {
  const pairs: (readonly [DataNode, DataNode])[] = [[a, b]]
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    if (!paths && pair[0].kind === 'ref' && pair[1].kind === 'ref') continue
    const [left, right] = [flatten(pair[0]), flatten(pair[1])]
    if (left.text !== right.text || left.children.length !== right.children.length) return false
    for (const [index, child] of left.children.entries()) {
      const other = right.children[index]
      if (other === undefined) return false
      pairs.push([child, other])
    }
  }
  return true
}

function flatten(node: DataNode): { readonly text: string; readonly children: readonly DataNode[] } {
  switch (node.kind) {
    case 'none':
      return { text: 'none', children: [] }
    case 'bool':
      return { text: `bool ${node.value}`, children: [] }
    case 'int':
      return { text: `int ${node.digits}`, children: [] }
    case 'float':
      return { text: `float ${node.repr}`, children: [] }
    case 'str':
      return { text: `str ${node.value}`, children: [] }
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return { text: node.kind, children: node.items }
    case 'bytes':
    case 'bytearray':
      return { text: `${node.kind} ${node.base64}`, children: [] }
    case 'ref':
      return { text: `ref ${node.path}`, children: [] }
    case 'opaque':
      return { text: `opaque ${node.danger} ${node.name} ${node.raw ?? ''}`, children: [node.state] }
    case 'dict':
      return { text: 'dict', children: node.entries.flatMap((entry) => [entry.key, entry.value]) }
    default:
      return { text: `${node.kind} ${node.text}`, children: [] }
  }
}
