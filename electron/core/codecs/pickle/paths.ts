import type { DictValue, Value } from './values.ts'
import { shownState } from './values.ts'

/**
 * Paths of `ref` nodes: JSON pointers through the values. Lists, tuples and sets have positions, dicts their keys; a dict with keys
 * that are not all different texts has positions of pairs, then 0 for the key and 1 for the value; `state` leads into an opaque value.
 */
export interface Place {
  readonly value: Value
  /** Parts that are finished: the one at work has this number. */
  readonly nodes: { readonly length: number }
}

export function pathOf(base: string, places: readonly Place[]): string {
  return base + places.map(({ value, nodes }) => `/${step(value, nodes.length)}`).join('')
}

function step(value: Value, index: number): string {
  if (value.type === 'object') return 'state'
  if (value.type !== 'dict') return String(index)
  const key = value.keys[index >> 1]
  return key?.type === 'str' && namesOf(value) !== null ? escape(key.value) : `${index >> 1}/${index % 2}`
}

/** The value at a path; null: there is none. */
export function resolvePath(root: Value, path: string): Value | null {
  if (path !== '#' && !path.startsWith('#/')) return null
  let value: Value | null = root
  const steps = path.split('/').slice(1).map(unescape)
  for (let at = 0; at < steps.length && value !== null; at++) {
    const name: string = steps[at] ?? ''
    if (value.type === 'dict' && namesOf(value) === null) value = pairPart(value, name, steps[++at] ?? '')
    else value = partAt(value, name)
  }
  return value
}

function partAt(value: Value, name: string): Value | null {
  switch (value.type) {
    case 'object':
      return name === 'state' && value.leaf === null ? shownState(value) : null
    case 'dict':
      return value.values[namesOf(value)?.get(name) ?? -1] ?? null
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return /^(?:0|[1-9][0-9]{0,9})$/.test(name) ? (value.items[Number(name)] ?? null) : null
    default:
      return null
  }
}

function pairPart({ keys, values }: DictValue, name: string, side: string): Value | null {
  if (!/^(?:0|[1-9][0-9]{0,9})$/.test(name) || (side !== '0' && side !== '1')) return null
  return (side === '0' ? keys : values)[Number(name)] ?? null
}

const names = new WeakMap<DictValue, { readonly count: number; readonly names: ReadonlyMap<string, number> | null }>()

/** Positions of keys, when they are texts and all different; null: they are not. */
function namesOf(dict: DictValue): ReadonlyMap<string, number> | null {
  const known = names.get(dict)
  if (known?.count === dict.keys.length) return known.names
  const found = new Map<string, number>()
  for (const [index, key] of dict.keys.entries()) if (key.type === 'str') found.set(key.value, index)
  const result = { count: dict.keys.length, names: found.size === dict.keys.length ? found : null }
  names.set(dict, result)
  return result.names
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescape(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
