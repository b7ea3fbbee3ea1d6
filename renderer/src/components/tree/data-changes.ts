import type { DataEntry, DataNode } from '../../../../shared/values/node.ts'
import { sameData } from '../../../../shared/values/walk.ts'
import { keyText } from './data-path.ts'
import type { DataPath } from './data-path.ts'

/** One difference between two states of session data. `path` leads into the new data, `beforePath` into the old. */
export type DataChange =
  | { readonly kind: 'changed'; readonly path: DataPath; readonly beforePath: DataPath; readonly before: DataNode; readonly after: DataNode }
  | { readonly kind: 'added'; readonly path: DataPath; readonly after: DataNode }
  | { readonly kind: 'removed'; readonly beforePath: DataPath; readonly before: DataNode }
  | { readonly kind: 'renamed'; readonly path: DataPath; readonly beforePath: DataPath; readonly before: DataEntry; readonly after: DataEntry }

interface Pair {
  readonly before: DataNode
  readonly after: DataNode
  readonly beforePath: DataPath
  readonly path: DataPath
}

/** Every difference, in reading order. Walks, because data may be nested deeper than the stack. */
export function dataChanges(before: DataNode, after: DataNode): readonly DataChange[] {
  const changes: DataChange[] = []
  const waiting: (Pair | DataChange)[] = [{ before, after, beforePath: [], path: [] }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ('kind' in next) changes.push(next)
    else if (next.before !== next.after) waiting.push(...compare(next).reverse())
  }
  return changes
}

function compare(pair: Pair): (Pair | DataChange)[] {
  const { before, after, path, beforePath } = pair
  if (before.kind === 'dict' && after.kind === 'dict') return compareDicts(before.entries, after.entries, pair)
  if ('items' in before && 'items' in after && before.kind === after.kind) return compareLists(before.items, after.items, pair)
  return isSame(before, after) ? [] : [{ kind: 'changed', path, beforePath, before, after }]
}

/** Entries are the same when key and occurrence are: a key may stand twice. */
function compareDicts(before: readonly DataEntry[], after: readonly DataEntry[], { path, beforePath }: Pair): (Pair | DataChange)[] {
  const beforeIds = entryIds(before)
  const afterIds = entryIds(after)
  const placeBefore = new Map(beforeIds.map((id, index) => [id, index]))
  const present = new Set(afterIds)
  const lost = before.flatMap((entry, index) => (present.has(beforeIds[index] ?? '') ? [] : [{ entry, index }]))
  const found: (Pair | DataChange)[] = []
  after.forEach((entry, index) => {
    const was = placeBefore.get(afterIds[index] ?? '')
    const old = was === undefined ? undefined : before[was]
    if (was !== undefined && old !== undefined) {
      found.push({ before: old.value, after: entry.value, beforePath: [...beforePath, was], path: [...path, index] })
      return
    }
    const renamedFrom = lost.findIndex((candidate) => candidate.index === index && isSame(candidate.entry.value, entry.value))
    const [source] = renamedFrom < 0 ? [] : lost.splice(renamedFrom, 1)
    if (source === undefined) found.push({ kind: 'added', path: [...path, index], after: entry.value })
    else found.push({ kind: 'renamed', path: [...path, index], beforePath: [...beforePath, source.index], before: source.entry, after: entry })
  })
  return [...found, ...lost.map(({ entry, index }): DataChange => ({ kind: 'removed', beforePath: [...beforePath, index], before: entry.value }))]
}

/** What was not touched is shared, and needs no walk. */
function isSame(left: DataNode, right: DataNode): boolean {
  return left === right || sameData(left, right)
}

/** Name of an entry among its siblings: key, and how many of that key stand before it. */
export function entryIds(entries: readonly DataEntry[]): readonly string[] {
  const seen = new Map<string, number>()
  return entries.map(({ key }) => {
    const name = `${key.kind}:${keyText(key)}`
    const count = seen.get(name) ?? 0
    seen.set(name, count + 1)
    return `${name}#${String(count)}`
  })
}

/** Equal beginnings and ends are set aside; what is between is compared item by item. */
function compareLists(before: readonly DataNode[], after: readonly DataNode[], { path, beforePath }: Pair): (Pair | DataChange)[] {
  const shorter = Math.min(before.length, after.length)
  const same = (left: number, right: number): boolean => {
    const a = before[left]
    const b = after[right]
    return a !== undefined && b !== undefined && isSame(a, b)
  }
  let head = 0
  while (head < shorter && same(head, head)) head += 1
  let tail = 0
  while (tail < shorter - head && same(before.length - 1 - tail, after.length - 1 - tail)) tail += 1
  const found: (Pair | DataChange)[] = []
  for (let index = head; index < Math.max(before.length, after.length) - tail; index += 1) {
    const old = index < before.length - tail ? before[index] : undefined
    const now = index < after.length - tail ? after[index] : undefined
    if (old !== undefined && now !== undefined) found.push({ before: old, after: now, beforePath: [...beforePath, index], path: [...path, index] })
    else if (now !== undefined) found.push({ kind: 'added', path: [...path, index], after: now })
    else if (old !== undefined) found.push({ kind: 'removed', beforePath: [...beforePath, index], before: old })
  }
  return found
}
