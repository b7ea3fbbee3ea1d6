import type { PathStep, QueryPath } from '../../../../shared/query/ast.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { getItem } from '../../../../shared/values/node.ts'

/** References that lead to one another; longer chains are not made by Python. */
const MOST_HOPS = 100
const POSITION = /^(?:0|[1-9][0-9]{0,8})$/

/**
 * Every value at a path. Shared values are followed to where they stand; each value is found once, however many ways lead to it, so
 * that cycles and wide fans stay linear.
 */
export function findValues(root: DataNode, path: QueryPath): readonly DataNode[] {
  let found: ReadonlySet<DataNode> = new Set([root])
  for (const step of path) {
    const next = new Set<DataNode>()
    for (const node of found) for (const child of childrenAt(node, step)) next.add(followRefs(root, child))
    found = next
  }
  return [...found]
}

function childrenAt(node: DataNode, step: PathStep): readonly DataNode[] {
  switch (node.kind) {
    case 'dict':
      return step.kind === 'every' ? node.entries.map(({ value }) => value) : itemOf(node, step)
    case 'list':
    case 'tuple':
      return step.kind === 'every' ? node.items : present(node.items.at(positionOf(step) ?? node.items.length))
    case 'set':
    case 'frozenset':
      return step.kind === 'every' ? node.items : []
    default:
      return []
  }
}

/** A text key first; pickle also has keys that are numbers. */
function itemOf(dict: Extract<DataNode, { kind: 'dict' }>, step: Exclude<PathStep, { kind: 'every' }>): readonly DataNode[] {
  const name = step.kind === 'index' ? String(step.index) : step.name
  const byText = getItem(dict, name)
  if (byText !== undefined || step.kind === 'key') return present(byText)
  return present(dict.entries.findLast(({ key }) => key.kind === 'int' && key.digits === name)?.value)
}

/** null: the step names no position of a list. */
function positionOf(step: PathStep): number | null {
  if (step.kind === 'index') return step.index
  return step.kind === 'name' && POSITION.test(step.name) ? Number(step.name) : null
}

const present = (node: DataNode | undefined): readonly DataNode[] => (node === undefined ? [] : [node])

function followRefs(root: DataNode, start: DataNode): DataNode {
  let node = start
  for (let hops = 0; node.kind === 'ref' && hops < MOST_HOPS; hops++) {
    const target = atPointer(root, node.path)
    if (target === null) return node
    node = target
  }
  return node
}

/** `#/cart/0`, a JSON pointer. null: nothing stands there. */
function atPointer(root: DataNode, pointer: string): DataNode | null {
  let node: DataNode | undefined = root
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    node = node === undefined ? undefined : childrenAt(node, { kind: 'name', name })[0]
  }
  return node ?? null
}
