import { hasMore } from './merge-dicts.ts'
import { NotFollowed } from './run.ts'
import type { Py } from './values.ts'
import { settle, str, tuple } from './values.ts'

const MAX_ITEMS = 20_000

/** What is in a value, for what takes all of it at once. null: not known, in no certain order, or too much. */
export function iterate(value: Py): readonly Py[] | null {
  const settled = settle(value)
  switch (settled.t) {
    case 'tuple': return settled.items.length > MAX_ITEMS ? null : [...settled.items]
    case 'list': return settled.cell.items.length > MAX_ITEMS ? null : [...settled.cell.items]
    // The order of a set is another one in each run of Python.
    case 'set': return settled.cell.items.length > 1 ? null : [...settled.cell.items]
    case 'dict': return hasMore(settled) ? null : [...settled.cell.entries.values()].map((entry) => entry.key)
    case 'view': {
      if (settled.of.cell.spoiled !== null || hasMore(settled.of)) return null
      const entries = [...settled.of.cell.entries.values()]
      return entries.map((entry) => (settled.name === 'keys' ? entry.key : settled.name === 'values' ? entry.value : tuple([entry.key, entry.value])))
    }
    case 'str': return settled.v.length > MAX_ITEMS ? null : [...settled.v].map((letter) => str(letter))
    default: return null
  }
}

/**
 * The items that a loop takes one after the other, of a list that the loop may change meanwhile. null as above. Throws `NotFollowed` where
 * it is not known how it goes on.
 */
export function iterateLive(value: Py): Iterable<Py> | null {
  const settled = settle(value)
  if (settled.t === 'list') return iterateList(settled.cell)
  const items = iterate(settled)
  if (items === null || (settled.t !== 'dict' && settled.t !== 'view')) return items
  return iterateDict(items, settled.t === 'dict' ? settled.cell : settled.of.cell)
}

function* iterateList(cell: { readonly items: readonly Py[]; readonly spoiled: string | null }): Iterable<Py> {
  for (let index = 0; ; index += 1) {
    if (cell.spoiled !== null || index > MAX_ITEMS) throw new NotFollowed()
    const item = cell.items[index]
    if (item === undefined) return
    yield item
  }
}

/** Python raises when a dict changes its size under a loop. */
function* iterateDict(items: readonly Py[], cell: { readonly entries: ReadonlyMap<string, unknown>; readonly spoiled: string | null }): Iterable<Py> {
  for (const item of items) {
    if (cell.spoiled !== null || cell.entries.size !== items.length) throw new NotFollowed()
    yield item
  }
  if (cell.spoiled !== null || cell.entries.size !== items.length) throw new NotFollowed()
}
