import type { DataNode } from '../../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../../shared/values/notation.ts'
import { sameData } from '../../../../shared/values/walk.ts'
import { nodeAt } from './data-path.ts'
import type { DataPath } from './data-path.ts'

/** What Python takes no key from: it cannot be hashed, or nobody can write it. */
const NO_KEYS: ReadonlySet<DataNode['kind']> = new Set(['list', 'dict', 'set', 'bytearray', 'ref', 'opaque'])

/** A key as it is edited: a text as it is, anything else in the typed notation. */
export function editedKey(key: DataNode): string {
  return key.kind === 'str' ? key.value : formatNotation(key, { interchange: false })
}

/** Whether a key can be edited: those that hold objects cannot. */
export function isEditableKey(key: DataNode): boolean {
  return isHashable(key)
}

/** The key that was typed over another one. null: it is no key. */
export function parseKey(text: string, was: DataNode): DataNode | null {
  if (was.kind === 'str') return { kind: 'str', value: text }
  const parsed = parseNotation(text)
  return parsed.ok && isHashable(parsed.node) ? parsed.node : null
}

/** Whether a sibling of the entry at `path` has this key already. */
export function isKeyTaken(root: DataNode, path: DataPath, key: DataNode): boolean {
  const parent = nodeAt(root, path.slice(0, -1))
  return parent?.kind === 'dict' && parent.entries.some((entry, index) => index !== path.at(-1) && sameData(entry.key, key))
}

function isHashable(key: DataNode): boolean {
  const waiting: DataNode[] = [key]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (NO_KEYS.has(node.kind)) return false
    if ('items' in node) waiting.push(...node.items)
  }
  return true
}
