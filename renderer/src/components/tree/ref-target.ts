import type { DataEntry, DataNode } from '../../../../shared/values/node.ts'
import { childAt, STATE } from './data-path.ts'
import type { DataPath } from './data-path.ts'

/** Steps to any value, also within keys: an index leads to the value of an entry, `-1 - index` to its key. */
export type RefSteps = readonly number[]

/**
 * The place that a reference names (a JSON pointer, see `electron/core/codecs/pickle/paths.ts`). Dicts with keys that are not all
 * different texts are walked by position: pair, then 0 for its key or 1 for its value. null: no line of the tree stands there.
 */
export function refTarget(root: DataNode, pointer: string): DataPath | null {
  const steps = refSteps(root, pointer)
  // A key has no line of its own.
  return steps === null || steps.some((step) => step < 0) ? null : steps
}

/** null: nothing stands there. */
export function refSteps(root: DataNode, pointer: string): RefSteps | null {
  const names = pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const steps: number[] = []
  let node: DataNode | undefined = root
  for (let at = 0; at < names.length; at += 1) {
    if (node === undefined) return null
    const isPair: boolean = node.kind === 'dict' && namesOf(node.entries) === null
    const index = isPair ? positionOf(names[at] ?? '') : indexOf(node, names[at] ?? '')
    if (isPair) at += 1
    const step = isPair && names[at] === '0' ? -1 - index : index
    if (index < 0 || (isPair && names[at] !== '0' && names[at] !== '1')) return null
    steps.push(step)
    node = stepInto(node, step)
  }
  return node === undefined ? null : steps
}

/** The other way: how a reference names the place. */
export function refPointer(root: DataNode, steps: RefSteps): string {
  let pointer = '#'
  let node: DataNode | undefined = root
  for (const step of steps) {
    if (node?.kind === 'dict') {
      const index = step < 0 ? -1 - step : step
      const key = node.entries[index]?.key
      pointer += namesOf(node.entries) !== null && key?.kind === 'str' ? `/${key.value.replaceAll('~', '~0').replaceAll('/', '~1')}` : `/${index}/${step < 0 ? 0 : 1}`
    } else pointer += node?.kind === 'opaque' ? `/${STATE}` : `/${step}`
    node = node === undefined ? undefined : stepInto(node, step)
  }
  return pointer
}

export function stepInto(node: DataNode, step: number): DataNode | undefined {
  if (step >= 0) return childAt(node, step)
  return node.kind === 'dict' ? node.entries[-1 - step]?.key : undefined
}

const known = new WeakMap<readonly DataEntry[], ReadonlyMap<string, number> | null>()

/** Where the keys stand, if they are texts and all different; null: they are not. */
function namesOf(entries: readonly DataEntry[]): ReadonlyMap<string, number> | null {
  const before = known.get(entries)
  if (before !== undefined) return before
  const places = new Map<string, number>()
  for (const [index, { key }] of entries.entries()) if (key.kind === 'str') places.set(key.value, index)
  const names = places.size === entries.length ? places : null
  known.set(entries, names)
  return names
}

function indexOf(node: DataNode, name: string): number {
  if (node.kind === 'dict') return namesOf(node.entries)?.get(name) ?? -1
  if (node.kind === 'opaque') return name === STATE ? 0 : -1
  return positionOf(name)
}

function positionOf(name: string): number {
  return /^(?:0|[1-9][0-9]{0,9})$/.test(name) ? Number(name) : -1
}
