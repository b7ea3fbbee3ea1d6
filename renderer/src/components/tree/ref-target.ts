import type { DataNode } from '../../../../shared/values/node.ts'
import { childAt, STATE } from './data-path.ts'
import type { DataPath } from './data-path.ts'

/**
 * The place that a reference names (a JSON pointer, see `electron/core/codecs/pickle/paths.ts`). Dicts with keys that are not all
 * different texts are walked by position: pair, then 0 for its key or 1 for its value. null: no line of the tree stands there.
 */
export function refTarget(root: DataNode, pointer: string): DataPath | null {
  const steps = pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const path: number[] = []
  let node: DataNode | undefined = root
  for (let at = 0; at < steps.length; at += 1) {
    if (node === undefined) return null
    const isPair: boolean = node.kind === 'dict' && !hasNames(node.entries)
    // A key has no line of its own.
    if (isPair && steps[at + 1] !== '1') return null
    const index = isPair ? positionOf(steps[at] ?? '') : indexOf(node, steps[at] ?? '')
    if (isPair) at += 1
    path.push(index)
    node = childAt(node, index)
  }
  return node === undefined ? null : path
}

function hasNames(entries: Extract<DataNode, { kind: 'dict' }>['entries']): boolean {
  return new Set(entries.flatMap(({ key }) => (key.kind === 'str' ? [key.value] : []))).size === entries.length
}

function indexOf(node: DataNode, name: string): number {
  if (node.kind === 'dict') return node.entries.findIndex(({ key }) => key.kind === 'str' && key.value === name)
  if (node.kind === 'opaque') return name === STATE ? 0 : -1
  return positionOf(name)
}

function positionOf(name: string): number {
  return /^(?:0|[1-9][0-9]{0,9})$/.test(name) ? Number(name) : -1
}
