import type { Call } from './call.ts'
import { givenTo } from './call.ts'
import { iterate } from './iterate.ts'
import { hasMore, mergeInto } from './merge-dicts.ts'
import { missing, notKnown, place, spend } from './run.ts'
import type { Py, PyDict, PyList } from './values.ts'
import { dict, envOf, int, keyOf, list, NONE, set, setEntry, settle, str } from './values.ts'

/** A method of a list or a set that is known. null: it is not followed. */
export function callList(call: Call, of: PyList, name: string): Py | null {
  if (call.keywords.size > 0) return null
  const { items } = of.cell
  const count = call.args.length
  const [first, second] = call.args
  spend(call.run, items.length >> 4)
  switch (name) {
    case 'append': return first === undefined || count > 1 || of.t === 'set' ? null : add(of, [first])
    case 'add': return first === undefined || count > 1 ? null : addToSet(of, [first])
    case 'extend': case 'update': {
      const given = first === undefined || count > 1 ? null : itemsOf(of, first)
      spend(call.run, given?.length ?? 0)
      return given === null ? null : of.t === 'set' ? addToSet(of, given) : add(of, given)
    }
    case 'insert':
      if (first?.t !== 'int' || second === undefined || count > 2) return null
      items.splice(Number(first.v), 0, second)
      return NONE
    case 'remove': case 'discard': return count === 1 ? removeItem(call, of, first, name) : null
    case 'index': {
      const at = count === 1 ? indexOf(of, first) : null
      return at === null ? null : at < 0 ? missing(call.run, 'ValueError', call.line, `a missing item at ${place(call.frame, call.line)}`) : int(at)
    }
    case 'count': return count === 1 ? countOf(of, first) : null
    case 'copy': return count > 0 ? null : { ...(of.t === 'set' ? set(items) : list(items)), ...envOf(of) }
    case 'reverse':
      if (count > 0) return null
      items.reverse()
      return NONE
    case 'clear':
      if (count > 0) return null
      items.length = 0
      return NONE
    case 'sort': return count > 0 ? null : sortItems(items)
    case 'pop': return of.t === 'list' ? popItem(call, items) : null
    default: return null
  }
}

/** A set has no order, and a set takes any of it. */
function itemsOf(of: PyList, given: Py): readonly Py[] | null {
  const settled = settle(given)
  return of.t === 'set' && settled.t === 'set' ? [...settled.cell.items] : iterate(settled)
}

function add(of: PyList, given: readonly Py[]): Py {
  of.cell.items.push(...given)
  return NONE
}

function addToSet(of: PyList, given: readonly Py[]): Py | null {
  if (of.t !== 'set' || [...of.cell.items, ...given].some((item) => keyOf(item) === null)) return null
  const keys = new Set(of.cell.items.map(keyOf))
  for (const item of given) {
    if (!keys.has(keyOf(item))) of.cell.items.push(item)
    keys.add(keyOf(item))
  }
  return NONE
}

function indexOf(of: PyList, wanted: Py | undefined): number | null {
  const key = wanted === undefined ? null : keyOf(wanted)
  const keys = of.cell.items.map(keyOf)
  return key === null || keys.includes(null) ? null : keys.indexOf(key)
}

function countOf(of: PyList, wanted: Py | undefined): Py | null {
  const key = wanted === undefined ? null : keyOf(wanted)
  const keys = of.cell.items.map(keyOf)
  return key === null || keys.includes(null) ? null : int(keys.filter((item) => item === key).length)
}

function removeItem(call: Call, of: PyList, item: Py | undefined, name: string): Py | null {
  const at = indexOf(of, item)
  if (at === null || (name === 'discard' && of.t === 'list')) return null
  if (at >= 0) of.cell.items.splice(at, 1)
  return at >= 0 || name === 'discard' ? NONE : missing(call.run, of.t === 'set' ? 'KeyError' : 'ValueError', call.line, `a missing item at ${place(call.frame, call.line)}`)
}

function popItem(call: Call, items: Py[]): Py | null {
  const [first] = call.args
  if (call.args.length > 1 || (first !== undefined && first.t !== 'int')) return null
  const at = first === undefined ? -1 : Number(first.v)
  if (at >= items.length || at < -items.length) return missing(call.run, 'IndexError', call.line, `a missing item at ${place(call.frame, call.line)}`)
  return items.splice(at, 1)[0] ?? null
}

/** Only plain texts of ASCII, or whole numbers. null: Python's order is not told here, and the list is as it was. */
export function sorted(items: readonly Py[]): Py[] | null {
  const texts = items.map((item) => (item.t === 'str' && /^[\0-\x7f]*$/.test(item.v) ? item.v : null))
  if (!texts.includes(null)) return [...items].sort((a, b) => (a.t === 'str' && b.t === 'str' ? (a.v < b.v ? -1 : a.v > b.v ? 1 : 0) : 0))
  const numbers = items.every((item) => item.t === 'int')
  return numbers ? [...items].sort((a, b) => (a.t === 'int' && b.t === 'int' ? (a.v < b.v ? -1 : a.v > b.v ? 1 : 0) : 0)) : null
}

function sortItems(items: Py[]): Py | null {
  const made = sorted(items)
  if (made === null) return null
  items.splice(0, items.length, ...made)
  return NONE
}

/** A method of a dict that is known. null: it is not followed. */
export function callDict(call: Call, of: PyDict, name: string): Py | null {
  const { entries } = of.cell
  const count = call.args.length
  const [first, second = NONE] = call.args
  const key = first === undefined ? null : keyOf(first)
  spend(call.run, entries.size >> 4)
  if (name === 'update') return count > 1 ? null : updateDict(call, of, first)
  if (call.keywords.size > 0) return null
  const isOpen = hasMore(of) && (key === null || !entries.has(key))
  if (isOpen && name !== 'copy') return null
  switch (name) {
    case 'get':
      if (count > 2 || first === undefined) return null
      return key === null ? notKnown(call.run, `a key computed at ${place(call.frame, call.line)}`, of, ...givenTo(call)) : (entries.get(key)?.value ?? second)
    case 'setdefault':
      if (key === null || first === undefined || count > 2) return null
      if (!entries.has(key)) entries.set(key, { key: first, value: second })
      return entries.get(key)?.value ?? null
    case 'pop': {
      const held = key === null ? undefined : entries.get(key)?.value
      if (key === null || count > 2) return null
      entries.delete(key)
      return held ?? (count > 1 ? second : missing(call.run, 'KeyError', call.line, `a missing key at ${place(call.frame, call.line)}`))
    }
    case 'popitem': case 'fromkeys': return null
    case 'clear':
      if (count > 0) return null
      entries.clear()
      return NONE
    case 'copy': return count > 0 ? null : copyDict(of)
    case 'keys': case 'values': case 'items': return count > 0 ? null : { t: 'view', of, name }
    default: return null
  }
}

function copyDict(of: PyDict): Py {
  const made = dict()
  mergeInto(made, of)
  return { ...made, ...envOf(of) }
}

function updateDict(call: Call, of: PyDict, given: Py | undefined): Py | null {
  const other = given === undefined ? dict() : settle(given)
  if (other.t !== 'dict') return null
  mergeInto(of, other)
  for (const [name, value] of call.keywords) setEntry(of, `s${name}`, str(name), value)
  return NONE
}
