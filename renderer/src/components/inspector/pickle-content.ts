import type { PickleDanger } from '../../../../shared/model/pickle.ts'
import type { DataNode } from '../../../../shared/values/node.ts'

/** What a tree of values says of loading it. There is no level that means harmless. */
export interface PickleContent {
  readonly danger: PickleDanger
  /** Names of classes and of functions, each once, the first ones in order of appearance. */
  readonly classes: readonly string[]
  readonly calls: readonly string[]
}

/** Most names of each. */
const MOST_NAMES = 20

/** Walks, because data may be nested deeper than the stack. */
export function pickleContent(root: DataNode): PickleContent {
  const classes = new Set<string>()
  const calls = new Set<string>()
  const waiting: DataNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === 'opaque') {
      const names = node.danger === 'call' ? calls : classes
      if (names.size < MOST_NAMES) names.add(node.name)
      waiting.push(node.state)
    } else if (node.kind === 'dict') waiting.push(...node.entries.flatMap(({ key, value }) => [value, key]).reverse())
    else if ('items' in node) waiting.push(...node.items.toReversed())
  }
  return { danger: calls.size > 0 ? 'dangerous' : classes.size > 0 ? 'classes' : 'data', classes: [...classes], calls: [...calls] }
}
