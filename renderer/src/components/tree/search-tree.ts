import type { DataNode } from '../../../../shared/values/node.ts'
import { childAt, childCount, keyText } from './data-path.ts'
import type { DataPath } from './data-path.ts'
import { scalarText } from './scalar-text.ts'

/** Most places that one search names. */
export const MOST_MATCHES = 1000

/** Places whose key or value holds the words, in reading order. Case does not count. Empty words match nothing. */
export function searchTree(root: DataNode, words: string): readonly DataPath[] {
  const needle = words.trim().toLowerCase()
  if (needle === '') return []
  const found: DataPath[] = []
  const waiting: { node: DataNode; key: string | null; path: DataPath }[] = [{ node: root, key: null, path: [] }]
  for (let next = waiting.pop(); next !== undefined && found.length < MOST_MATCHES; next = waiting.pop()) {
    const { node, key, path } = next
    if (path.length > 0 && (key?.toLowerCase().includes(needle) === true || searchedText(node).toLowerCase().includes(needle))) found.push(path)
    for (let index = childCount(node) - 1; index >= 0; index -= 1) {
      const child = childAt(node, index)
      const entry = node.kind === 'dict' ? node.entries[index] : undefined
      if (child !== undefined) waiting.push({ node: child, key: entry === undefined ? null : keyText(entry.key), path: [...path, index] })
    }
  }
  return found
}

function searchedText(node: DataNode): string {
  return node.kind === 'opaque' ? node.name : scalarText(node)
}
