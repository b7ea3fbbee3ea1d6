import { looksSecret } from '../../../../shared/secrets.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { entryIds } from './data-changes.ts'
import { childAt, childCount, keyText, STATE } from './data-path.ts'
import type { DataPath } from './data-path.ts'
import { isReservedKey } from './secret-keys.ts'

/** One visible line of the tree. */
export interface TreeRow {
  /** Stays the same when siblings come or go: keys and occurrences, not positions (lists have only positions). */
  readonly id: string
  readonly parentId: string
  readonly path: DataPath
  /** 1 for the entries of the session itself. */
  readonly level: number
  /** Key of an entry, index of an item. */
  readonly label: string
  /** null: it is no entry of a dict. */
  readonly key: DataNode | null
  readonly parentKind: DataNode['kind']
  readonly isItem: boolean
  readonly node: DataNode
  readonly expandable: boolean
  readonly expanded: boolean
  readonly position: number
  readonly siblings: number
  /** A later entry has the same key: Django never sees this one. */
  readonly overridden: boolean
  readonly secret: boolean
  readonly reserved: boolean
  /** Within an object of a class, which is written back as it was found. */
  readonly fixed: boolean
}

export const ROOT_ID = ''

interface Frame {
  readonly node: DataNode
  readonly id: string
  readonly path: DataPath
  readonly ids: readonly string[]
  readonly lastOfKey: ReadonlySet<number> | null
  readonly secret: boolean
  readonly fixed: boolean
  next: number
}

/** The visible lines, top to bottom. Only what is open is walked, and on a stack of its own. */
export function treeRows(root: DataNode, open: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = []
  const frames: Frame[] = [frameOf(root, ROOT_ID, [])]
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const index = frame.next
    frame.next += 1
    const row = index < childCount(frame.node) ? rowOf(frame, index, open, frames.length) : undefined
    if (row === undefined) {
      frames.pop()
      continue
    }
    rows.push(row)
    if (row.expanded) frames.push(frameOf(row.node, row.id, row.path, row))
  }
  return rows
}

function frameOf(node: DataNode, id: string, path: DataPath, { secret, fixed }: { readonly secret: boolean; readonly fixed: boolean } = { secret: false, fixed: false }): Frame {
  const frame = { node, id, path, secret, fixed: fixed || node.kind === 'opaque', next: 0 }
  if (node.kind !== 'dict') return { ...frame, ids: [], lastOfKey: null }
  const lastOfKey = new Map(node.entries.map(({ key }, index) => [`${key.kind}:${keyText(key)}`, index]))
  return { ...frame, ids: entryIds(node.entries), lastOfKey: new Set(lastOfKey.values()) }
}

function rowOf(frame: Frame, index: number, open: ReadonlySet<string>, level: number): TreeRow | undefined {
  const entry = frame.node.kind === 'dict' ? frame.node.entries[index] : undefined
  const node = childAt(frame.node, index)
  if (node === undefined) return undefined
  const label = entry === undefined ? itemLabel(frame.node, index) : keyText(entry.key)
  const id = `${frame.id}/${frame.ids[index] ?? label}`
  const expandable = childCount(node) > 0
  return {
    id, parentId: frame.id, path: [...frame.path, index], level, label, key: entry?.key ?? null, parentKind: frame.node.kind, isItem: entry === undefined, node,
    expandable, expanded: expandable && open.has(id), position: index + 1, siblings: childCount(frame.node),
    overridden: frame.lastOfKey !== null && !frame.lastOfKey.has(index),
    secret: frame.secret || looksSecret(entry === undefined ? null : label, node),
    reserved: level === 1 && entry !== undefined && isReservedKey(label),
    fixed: frame.fixed,
  }
}

function itemLabel(parent: DataNode, index: number): string {
  return parent.kind === 'opaque' ? STATE : String(index)
}

/** What is open at first: outer levels before inner ones, until `budget` lines are shown. */
export function openAtFirst(root: DataNode, budget = 200): ReadonlySet<string> {
  const open = new Set<string>()
  let shown = childCount(root)
  let level: Frame[] = [frameOf(root, ROOT_ID, [])]
  while (level.length > 0) {
    const inner: Frame[] = []
    for (const frame of level) {
      for (let index = 0; index < Math.min(childCount(frame.node), budget); index += 1) {
        const row = rowOf(frame, index, open, 1)
        if (row === undefined || !row.expandable) continue
        shown += childCount(row.node)
        if (shown > budget) return open
        open.add(row.id)
        inner.push(frameOf(row.node, row.id, row.path, row))
      }
    }
    level = inner
  }
  return open
}

/** Ids of every ancestor of an id, and the id itself: what must be open to see below it. */
export function idsTo(root: DataNode, path: DataPath): readonly string[] {
  const ids: string[] = []
  let frame = frameOf(root, ROOT_ID, [])
  for (const index of path) {
    const row = rowOf(frame, index, new Set(), 1)
    if (row === undefined) break
    ids.push(row.id)
    frame = frameOf(row.node, row.id, row.path, row)
  }
  return ids
}
