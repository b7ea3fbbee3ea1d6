import type { Value } from './values.ts'

export interface Uses {
  /** Whether it stands in several places: the same container or object, or an equal text. */
  isRepeated(value: Value): boolean
}

/** Texts this short cost no more than a reference to them. */
const SHORT_TEXT = 2

/** Looks through a graph once, for what should be written once. `elsewhere`: values whose inside is not looked at. */
export function countUses(root: Value, elsewhere: (value: Value) => string | null = () => null): Uses {
  const once = new Set<Value | string>()
  const repeated = new Set<Value | string>()
  const waiting: Value[] = [root]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const id = identity(value)
    if (id === null) continue
    if (once.has(id)) {
      repeated.add(id)
      continue
    }
    once.add(id)
    if (elsewhere(value) === null) for (const parts of writtenParts(value)) for (const part of parts) waiting.push(part)
  }
  return {
    isRepeated: (value) => {
      const id = identity(value)
      return id !== null && repeated.has(id)
    },
  }
}

/** null: it is as short as a reference. */
function identity(value: Value): Value | string | null {
  switch (value.type) {
    case 'str':
      return value.value.length > SHORT_TEXT ? value.value : null
    case 'none':
    case 'bool':
    case 'int':
    case 'float':
    case 'bytes':
    case 'odd':
    case 'global':
      return null
    default:
      return value
  }
}

function writtenParts(value: Value): readonly (readonly Value[])[] {
  switch (value.type) {
    case 'list':
    case 'set':
    case 'tuple':
    case 'frozenset':
      return [value.items]
    case 'dict':
      return [value.keys, value.values]
    case 'object':
      return [[value.callee], value.args, value.kwargs === null ? [] : [value.kwargs], ...value.steps.flatMap(stepParts)]
    case 'persistent':
      return value.target === null ? [] : [[value.target]]
    default:
      return []
  }
}

function stepParts(step: Extract<Value, { type: 'object' }>['steps'][number]): readonly (readonly Value[])[] {
  if (step.op === 'build') return [[step.state]]
  return step.op === 'setitems' ? [step.entries.keys, step.entries.values] : [step.items]
}
