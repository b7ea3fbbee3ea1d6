import type { Machine, Operations } from './machine.ts'
import { OP } from './opcodes.ts'
import { isHashable, makeFixed } from './values.ts'
import type { DictValue, ObjectValue, Step, Value } from './values.ts'

/** Opcodes that make containers and fill them. */
export const CONTAINER_OPS: Operations = {
  [OP.EMPTY_LIST]: (machine) => machine.push({ type: 'list', items: [] }),
  [OP.EMPTY_DICT]: (machine) => machine.push(emptyDict()),
  [OP.EMPTY_SET]: (machine) => machine.push({ type: 'set', items: [] }),
  [OP.EMPTY_TUPLE]: (machine) => machine.push(makeFixed('tuple', [])),
  [OP.LIST]: (machine) => machine.push({ type: 'list', items: machine.popMark() }),
  [OP.TUPLE]: (machine) => machine.push(makeFixed('tuple', machine.popMark())),
  [OP.TUPLE1]: (machine) => pushTuple(machine, 1),
  [OP.TUPLE2]: (machine) => pushTuple(machine, 2),
  [OP.TUPLE3]: (machine) => pushTuple(machine, 3),
  [OP.FROZENSET]: (machine) => machine.push(makeFixed('frozenset', hashable(machine, machine.popMark()))),
  [OP.DICT]: (machine) => machine.push(fill(machine, emptyDict(), machine.popMark())),
  [OP.APPEND]: (machine) => append(machine, [machine.pop()]),
  [OP.APPENDS]: (machine) => append(machine, machine.popMark()),
  [OP.SETITEM]: setItem,
  [OP.SETITEMS]: (machine) => setItems(machine, machine.popMark()),
  [OP.ADDITEMS]: addItems,
}

function emptyDict(): DictValue {
  return { type: 'dict', keys: [], values: [] }
}

function pushTuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => machine.pop())
  machine.push(makeFixed('tuple', items.reverse()))
}

function hashable(machine: Machine, items: Value[]): Value[] {
  if (!items.every(isHashable)) throw machine.fault('pickle-unhashable')
  return items
}

function fill(machine: Machine, dict: DictValue, pairs: readonly Value[]): DictValue {
  if (pairs.length % 2 !== 0) throw machine.fault('pickle-stack')
  for (const [index, value] of pairs.entries()) (index % 2 === 0 ? dict.keys : dict.values).push(value)
  if (!dict.keys.every(isHashable)) throw machine.fault('pickle-unhashable')
  return dict
}

function append(machine: Machine, items: readonly Value[]): void {
  const target = machine.top
  if (target.type === 'list') pushAll(target.items, items)
  else if (target.type === 'object') pushAll(stepFor(machine, target, 'append').items, items)
  else if (items.length > 0) throw machine.fault('pickle-target')
}

function setItem(machine: Machine): void {
  const value = machine.pop()
  setItems(machine, [machine.pop(), value])
}

function setItems(machine: Machine, pairs: readonly Value[]): void {
  const target = machine.top
  if (target.type === 'dict') fillInto(machine, target, pairs)
  else if (target.type === 'object') fillInto(machine, entriesOf(machine, target), pairs)
  else if (pairs.length > 0) throw machine.fault('pickle-target')
}

/** Only what is new is looked at: a dict of a million entries may come one by one. */
function fillInto(machine: Machine, dict: DictValue, pairs: readonly Value[]): void {
  const more = fill(machine, emptyDict(), pairs)
  pushAll(dict.keys, more.keys)
  pushAll(dict.values, more.values)
}

function addItems(machine: Machine): void {
  const items = machine.popMark()
  const target = machine.top
  if (target.type === 'set') pushAll(target.items, hashable(machine, items))
  else if (target.type === 'object') pushAll(stepFor(machine, target, 'add').items, items)
  else if (items.length > 0) throw machine.fault('pickle-target')
}

/** Batches of one kind become one step. */
function stepFor(machine: Machine, object: ObjectValue, op: 'append' | 'add'): Extract<Step, { op: 'append' | 'add' }> {
  const last = object.steps.at(-1)
  if (last?.op === op) return last
  const step: { readonly op: typeof op; readonly items: Value[] } = { op, items: [] }
  addStep(machine, object, step)
  return step
}

function entriesOf(machine: Machine, object: ObjectValue): DictValue {
  const last = object.steps.at(-1)
  if (last?.op === 'setitems') return last.entries
  const entries = emptyDict()
  addStep(machine, object, { op: 'setitems', entries })
  return entries
}

/** After its attributes are set, an object may answer with a method of their choice; and plain scalars have nothing to fill. */
function addStep(machine: Machine, object: ObjectValue, step: Step): void {
  if (object.verdict !== 'class' || object.steps.some(({ op }) => op === 'build')) {
    object.verdict = 'call'
    object.leaf = null
    machine.suspicions.addCall(object, [])
  }
  object.steps.push(step)
}

function pushAll(target: Value[], items: readonly Value[]): void {
  for (const item of items) target.push(item)
}
