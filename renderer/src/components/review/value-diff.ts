import { looksSecret } from '../../../../shared/secrets.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { dataChanges } from '../tree/data-changes.ts'
import type { DataChange } from '../tree/data-changes.ts'
import { keyText, nodeAt, pathText } from '../tree/data-path.ts'
import type { DataPath } from '../tree/data-path.ts'
import { isLeaf } from '../tree/scalar-text.ts'
import { MASK } from '../tree/secret-keys.ts'
import { typedLine } from '../tree/value-text.ts'
import { diffPieces, plainLine } from './diff-lines.ts'
import type { DiffLine, DiffPiece } from './diff-lines.ts'

/** Most changes that are drawn one by one. */
export const MOST_VALUES = 200

/** Changed values under the path they stand in, with their neighbours for orientation. */
export function valueDiff(before: DataNode, after: DataNode): { readonly lines: readonly DiffLine[]; readonly count: number } {
  const changes = dataChanges(before, after)
  const lines: DiffLine[] = []
  let heading: string | null = null
  for (const change of changes.slice(0, MOST_VALUES)) {
    const parent = change.kind === 'removed' ? { root: before, path: change.beforePath.slice(0, -1) } : { root: after, path: change.path.slice(0, -1) }
    const title = pathText(parent.root, parent.path)
    const isNew = title !== heading
    if (isNew && title !== '') lines.push(plainLine('@', title))
    heading = title
    lines.push(...(isNew ? neighbour(change, after, -1) : []), ...changeLines(change, before, after))
  }
  return { lines, count: changes.length }
}

function changeLines(change: DataChange, before: DataNode, after: DataNode): DiffLine[] {
  switch (change.kind) {
    case 'added': return [line('+', labelAt(after, change.path), [shown(after, change.path, change.after)])]
    case 'removed': return [line('-', labelAt(before, change.beforePath), [shown(before, change.beforePath, change.before)])]
    case 'renamed': return [renamed('-', keyText(change.before.key), shown(before, change.beforePath, change.before.value)), renamed('+', keyText(change.after.key), shown(after, change.path, change.after.value))]
    default: {
      const label = labelAt(after, change.path)
      const [old, now] = [shown(before, change.beforePath, change.before), shown(after, change.path, change.after)]
      const isText = change.before.kind === 'str' && change.after.kind === 'str' && old.secret === undefined && now.secret === undefined
      const pieces = isText && old.text !== now.text ? diffPieces(old.text, now.text) : { before: [old], after: [now] }
      return [line('-', label, pieces.before), line('+', label, pieces.after)]
    }
  }
}

function renamed(sign: '+' | '-', name: string, value: DiffPiece): DiffLine {
  return { sign, pieces: [{ text: name, changed: true }, { text: ': ', changed: false }, { ...value, changed: false }], skipped: 0 }
}

function line(sign: '+' | '-' | ' ', label: string, pieces: readonly DiffPiece[]): DiffLine {
  return { sign, pieces: [{ text: `${label}: `, changed: false }, ...pieces], skipped: 0 }
}

/** The unchanged scalar beside a change, where there is one. */
function neighbour(change: DataChange, after: DataNode, by: -1 | 1): DiffLine[] {
  if (change.kind === 'removed') return []
  const path = [...change.path.slice(0, -1), (change.path.at(-1) ?? 0) + by]
  const node = nodeAt(after, path)
  return node === undefined || !isLeaf(node) ? [] : [line(' ', labelAt(after, path), [{ ...shown(after, path, node), changed: false }])]
}

function labelAt(root: DataNode, path: DataPath): string {
  const parent = nodeAt(root, path.slice(0, -1))
  const index = path.at(-1) ?? 0
  const entry = parent?.kind === 'dict' ? parent.entries[index] : undefined
  return entry === undefined ? `[${String(index)}]` : keyText(entry.key)
}

/** A secret shows that it changed, and only when asked for, what it is. */
function shown(root: DataNode, path: DataPath, node: DataNode): DiffPiece {
  return isSecretAt(root, path) ? { text: `"${MASK}"`, changed: true, secret: typedLine(node) } : { text: typedLine(node), changed: true }
}

/** What stands in a secret is one. */
function isSecretAt(root: DataNode, path: DataPath): boolean {
  return path.some((_, depth) => {
    const at = path.slice(0, depth + 1)
    const node = nodeAt(root, at)
    return node !== undefined && looksSecret(labelAt(root, at), node)
  })
}
