import type { DataNode } from '../../../../shared/values/node.ts'
import { appendTo, nodeAt, removeAt, renameAt, replaceAt } from './data-path.ts'
import type { DataPath } from './data-path.ts'
import { settleRefs } from './settle-refs.ts'
import type { Move } from './settle-refs.ts'
import type { RefSteps } from './ref-target.ts'

/** Edits of session data, with references that name the same objects afterwards; see `settleRefs`. */

/** Another value in a place. One of the same kind is the same object to whoever shares it; another kind is another object. */
export function setValue(root: DataNode, path: DataPath, value: DataNode): DataNode {
  const isSameKind = nodeAt(root, path)?.kind === value.kind
  return settleRefs(root, replaceAt(root, path, value), isSameKind ? stay : (steps) => (isWithin(steps, path) ? null : steps))
}

export function setKey(root: DataNode, path: DataPath, key: DataNode): DataNode {
  return settleRefs(root, renameAt(root, path, key), stay)
}

export function remove(root: DataNode, path: DataPath): DataNode {
  const index = path.at(-1)
  if (index === undefined) return root
  return settleRefs(root, removeAt(root, path), shift(path.slice(0, -1), (at) => (at === index ? null : at > index ? at - 1 : at)))
}

export function append(root: DataNode, path: DataPath, key: string, value: DataNode): DataNode {
  return settleRefs(root, appendTo(root, path, key, value), stay)
}

/** Puts an item into a list, or whatever else has items, before the one that stands there. */
export function insertItem(root: DataNode, path: DataPath, index: number, item: DataNode): DataNode {
  const holder = nodeAt(root, path)
  if (holder === undefined || !('items' in holder)) return root
  return settleRefs(root, replaceAt(root, path, { ...holder, items: holder.items.toSpliced(index, 0, item) }), shift(path, (at) => (at >= index ? at + 1 : at)))
}

const stay: Move = (steps) => steps

/** Everything within the children of one container goes with its child. `to`: the child's new place; null: it is gone. */
function shift(path: DataPath, to: (index: number) => number | null): Move {
  return (steps) => {
    const step = steps[path.length]
    if (step === undefined || !isWithin(steps, path)) return steps
    const index = to(step < 0 ? -1 - step : step)
    return index === null ? null : steps.with(path.length, step < 0 ? -1 - index : index)
  }
}

function isWithin(steps: RefSteps, path: DataPath): boolean {
  return path.length <= steps.length && path.every((index, at) => steps[at] === index)
}
