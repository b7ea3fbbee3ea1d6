import { readVariable } from './environment.ts'
import { hasMore } from './merge-dicts.ts'
import { toNumber, whyOf } from './operators.ts'
import type { Frame, Run } from './run.ts'
import { notKnown, place } from './run.ts'
import type { Py } from './values.ts'
import { bool, isSame, keyOf, settle, unknown } from './values.ts'

export function applyCompare(run: Run, frame: Frame, op: string, givenLeft: Py, givenRight: Py, line: number): Py {
  if (givenRight.t === 'ref' && givenRight.name === 'os.environ' && (op === 'in' || op === 'not in')) return isVariableSet(run, frame, op, givenLeft, line)
  const isOne = op === 'is' || op === 'is not' ? sameObject(givenLeft, givenRight) : null
  if (isOne !== null) return bool(isOne === (op === 'is'))
  const [left, right] = [settle(givenLeft), settle(givenRight)]
  const why = whyOf(left, right)
  if (why !== null) return notKnown(run, why)
  const result = compareKnown(op, left, right)
  return result === null ? notKnown(run, `computed at ${place(frame, line)}`) : bool(result)
}

function isVariableSet(run: Run, frame: Frame, op: string, name: Py, line: number): Py {
  const value = name.t === 'str' ? readVariable(run, name.v) : unknown(`computed at ${place(frame, line)}`)
  if (value === null) return { ...bool(op === 'not in'), ...(name.t === 'str' ? { env: [name.v] } : {}) }
  return value.t === 'unknown' ? value : { ...bool(op === 'in'), ...(name.t === 'str' ? { env: [name.v] } : {}) }
}

/** Whether two values are one object. null: not known. */
function sameObject(left: Py, right: Py): boolean | null {
  const [a, b] = [left, right].map((value) => (value.t === 'list' || value.t === 'set' || value.t === 'dict' ? value.cell : null))
  if (a !== null && b !== null) return a === b
  const isSingle = [left, right].some(({ t }) => t === 'none' || t === 'bool')
  return isSingle && PLAIN.has(left.t) && PLAIN.has(right.t) ? isSame(left, right) : null
}

const PLAIN = new Set(['none', 'bool', 'int', 'float', 'str', 'bytes', 'path', 'list', 'tuple', 'dict', 'set'])

function compareKnown(op: string, left: Py, right: Py): boolean | null {
  if (!PLAIN.has(left.t) || !PLAIN.has(right.t)) return null
  const [a, b] = [toNumber(left), toNumber(right)]
  switch (op) {
    case 'is': case 'is not': return null
    case '==': case '!=': {
      const equal = a !== null && b !== null ? (typeof a === typeof b ? a === b : Number(a) === Number(b)) : isDeeplyKnown(left) && isDeeplyKnown(right) ? isSame(left, right) : null
      return equal === null ? null : equal === (op === '==')
    }
    case 'in': case 'not in': {
      const found = contains(right, left)
      return found === null ? null : found === (op === 'in')
    }
    default: return compareOrder(op, left, right, a, b)
  }
}

/** Containers of numbers of several types, or of things not known, are not compared. */
function isDeeplyKnown(value: Py): boolean {
  const items = value.t === 'list' ? value.cell.items : value.t === 'tuple' ? value.items : null
  if (items !== null) return items.every((item) => item.t === 'str')
  return value.t !== 'dict' && value.t !== 'set'
}

function contains(container: Py, item: Py): boolean | null {
  if (container.t === 'str') return item.t === 'str' ? container.v.includes(item.v) : null
  const key = keyOf(item)
  if (key === null) return null
  if (container.t === 'dict') return container.cell.entries.has(key) ? true : hasMore(container) ? null : false
  if (container.t !== 'list' && container.t !== 'tuple' && container.t !== 'set') return null
  const keys = (container.t === 'tuple' ? container.items : container.cell.items).map(keyOf)
  return keys.includes(key) ? true : keys.includes(null) ? null : false
}

function compareOrder(op: string, left: Py, right: Py, a: bigint | number | null, b: bigint | number | null): boolean | null {
  const order = a !== null && b !== null ? (a < b ? -1 : a > b ? 1 : 0) : left.t === 'str' && right.t === 'str' ? compareText(left.v, right.v) : left.t === 'tuple' && right.t === 'tuple' ? compareTuples(left.items, right.items) : null
  if (order === null) return null
  switch (op) {
    case '<': return order < 0
    case '>': return order > 0
    case '<=': return order <= 0
    case '>=': return order >= 0
    default: return null
  }
}

function compareText(a: string, b: string): number | null {
  const ascii = /^[\0-\x7f]*$/
  return ascii.test(a) && ascii.test(b) ? (a < b ? -1 : a > b ? 1 : 0) : null
}

function compareTuples(a: readonly Py[], b: readonly Py[]): number | null {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [x, y] = [a[index], b[index]]
    if (x === undefined || y === undefined) return a.length - b.length
    if (x.t !== 'int' || y.t !== 'int') return null
    if (x.v !== y.v) return x.v < y.v ? -1 : 1
  }
  return 0
}

