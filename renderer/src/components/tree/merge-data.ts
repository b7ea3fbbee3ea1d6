import type { DataEntry, DataNode } from '../../../../shared/values/node.ts'
import { dataChanges, entryIds } from './data-changes.ts'
import type { DataChange } from './data-changes.ts'
import { childAt, nodeAt, replaceAt } from './data-path.ts'
import type { DataPath } from './data-path.ts'
import { insertItem, remove, setKey, setValue } from './edit-data.ts'

/**
 * My edits of `base`, made again on what the app saved meanwhile. Where both changed the same value, mine stands;
 * what only the app changed stays as the app has it.
 */
export function mergeEdits(base: DataNode, mine: DataNode, theirs: DataNode): DataNode {
  const changes = dataChanges(base, mine)
  const edits = changes.filter((change) => change.kind !== 'removed')
  // Removals last and from the end: they move what stands behind them.
  const removals = changes.filter((change) => change.kind === 'removed').reverse()
  return [...edits, ...removals].reduce((merged, change) => applyChange(merged, change, base, mine), theirs)
}

function applyChange(merged: DataNode, change: DataChange, base: DataNode, mine: DataNode): DataNode {
  switch (change.kind) {
    case 'removed': {
      const path = findPath(merged, base, change.beforePath)
      return path === null ? merged : remove(merged, path)
    }
    case 'renamed': {
      const path = findPath(merged, base, change.beforePath)
      return path === null ? insert(merged, change.path, mine) : setKey(merged, path, change.after.key)
    }
    case 'added':
      return insert(merged, change.path, mine)
    default: {
      if (change.path.length === 0) return change.after
      const path = findPath(merged, base, change.beforePath)
      return path === null ? insert(merged, change.path, mine) : setValue(merged, path, change.after)
    }
  }
}

/** Puts what stands at `path` in `mine` into the same dict or list of `merged`; into none, where the app removed that. */
function insert(merged: DataNode, path: DataPath, mine: DataNode): DataNode {
  const same = findPath(merged, mine, path)
  const node = nodeAt(mine, path)
  if (node === undefined) return merged
  const holder = nodeAt(mine, path.slice(0, -1))
  if (same !== null && holder?.kind === 'dict') return setValue(merged, same, node)
  const parentPath = findPath(merged, mine, path.slice(0, -1))
  const parent = parentPath === null ? undefined : nodeAt(merged, parentPath)
  if (parentPath === null || parent === undefined) return merged
  const index = path.at(-1) ?? 0
  if ('items' in parent) return insertItem(merged, parentPath, index, node)
  const entry: DataEntry | undefined = holder?.kind === 'dict' ? holder.entries[index] : undefined
  return parent.kind !== 'dict' || entry === undefined ? merged : replaceAt(merged, parentPath, { kind: 'dict', entries: [...parent.entries, entry] })
}

/** Where the value at `path` of `from` stands in `to`: the same keys and occurrences, the same positions. null: nowhere. */
function findPath(to: DataNode, from: DataNode, path: DataPath): DataPath | null {
  const found: number[] = []
  let [source, target]: [DataNode | undefined, DataNode | undefined] = [from, to]
  for (const index of path) {
    if (source?.kind !== target?.kind || source === undefined || target === undefined) return null
    const id: string | undefined = source.kind === 'dict' ? entryIds(source.entries)[index] : undefined
    const place: number = id !== undefined && target.kind === 'dict' ? entryIds(target.entries).indexOf(id) : index
    target = childAt(target, place)
    source = childAt(source, index)
    if (target === undefined) return null
    found.push(place)
  }
  return found
}
