import type { DataNode } from '../../../../shared/values/node.ts'
import { dataChanges } from '../tree/data-changes.ts'
import type { DataChange } from '../tree/data-changes.ts'
import { keyText, nodeAt, pathText } from '../tree/data-path.ts'
import type { DataPath } from '../tree/data-path.ts'
import { isLeaf } from '../tree/scalar-text.ts'
import { isSecretKey, MASK } from '../tree/secret-keys.ts'
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
    case 'added': return [line('+', labelAt(after, change.path), [{ text: shown(labelAt(after, change.path), change.after), changed: true }])]
    case 'removed': return [line('-', labelAt(before, change.beforePath), [{ text: shown(labelAt(before, change.beforePath), change.before), changed: true }])]
    case 'renamed': return [
      { sign: '-', pieces: [{ text: keyText(change.before.key), changed: true }, { text: `: ${shown(keyText(change.before.key), change.before.value)}`, changed: false }], skipped: 0 },
      { sign: '+', pieces: [{ text: keyText(change.after.key), changed: true }, { text: `: ${shown(keyText(change.after.key), change.after.value)}`, changed: false }], skipped: 0 },
    ]
    default: {
      const label = labelAt(after, change.path)
      const [old, now] = [shown(label, change.before), shown(label, change.after)]
      const isText = change.before.kind === 'str' && change.after.kind === 'str'
      const pieces = isText && old !== now ? diffPieces(old, now) : { before: [{ text: old, changed: true }], after: [{ text: now, changed: true }] }
      return [line('-', label, pieces.before), line('+', label, pieces.after)]
    }
  }
}

function line(sign: '+' | '-' | ' ', label: string, pieces: readonly DiffPiece[]): DiffLine {
  return { sign, pieces: [{ text: `${label}: `, changed: false }, ...pieces], skipped: 0 }
}

/** The unchanged scalar beside a change, where there is one. */
function neighbour(change: DataChange, after: DataNode, by: -1 | 1): DiffLine[] {
  if (change.kind === 'removed') return []
  const path = [...change.path.slice(0, -1), (change.path.at(-1) ?? 0) + by]
  const node = nodeAt(after, path)
  return node === undefined || !isLeaf(node) ? [] : [line(' ', labelAt(after, path), [{ text: shown(labelAt(after, path), node), changed: false }])]
}

function labelAt(root: DataNode, path: DataPath): string {
  const parent = nodeAt(root, path.slice(0, -1))
  const index = path.at(-1) ?? 0
  const entry = parent?.kind === 'dict' ? parent.entries[index] : undefined
  return entry === undefined ? `[${String(index)}]` : keyText(entry.key)
}

function shown(label: string, node: DataNode): string {
  if (isSecretKey(label)) return `"${MASK}"`
  return typedLine(node)
}
