import { isDataType, readGlobal } from './globals.ts'
import type { Machine, Operations } from './machine.ts'
import { OP } from './opcodes.ts'
import { judgeBuild, judgeNew, judgeReduce, uuidOf } from './shapes.ts'
import type { Made } from './shapes.ts'
import { decodeUtf8 } from './text.ts'
import { objectName } from './values.ts'
import type { GlobalValue, ObjectValue, PersistentValue, Value } from './values.ts'

/** Opcodes that name code, and those that would run it. Each is judged and described; none is obeyed. */
export const OBJECT_OPS: Operations = {
  [OP.GLOBAL]: (machine) => machine.push(readGlobalLines(machine)),
  [OP.STACK_GLOBAL]: stackGlobal,
  [OP.REDUCE]: reduce,
  [OP.NEWOBJ]: (machine) => newObject(machine, null),
  [OP.NEWOBJ_EX]: (machine) => newObject(machine, machine.pop()),
  [OP.BUILD]: build,
  [OP.INST]: (machine) => callClass(machine, readGlobalLines(machine), machine.popMark()),
  [OP.OBJ]: callFirst,
  [OP.EXT1]: (machine) => useExtension(machine, machine.input.byte()),
  [OP.EXT2]: (machine) => useExtension(machine, machine.input.uint16()),
  [OP.EXT4]: (machine) => useExtension(machine, machine.input.int32()),
  [OP.PERSID]: (machine) => usePersistent(machine, { type: 'str', value: machine.input.line().toString('latin1') }),
  [OP.BINPERSID]: (machine) => usePersistent(machine, machine.pop()),
  [OP.NEXT_BUFFER]: refuseBuffer,
  [OP.READONLY_BUFFER]: refuseBuffer,
}

function readGlobalLines(machine: Machine): GlobalValue {
  const module = decodeUtf8(machine.input.line())
  const name = decodeUtf8(machine.input.line())
  if (module === null || name === null) throw machine.fault('pickle-text')
  return useGlobal(machine, module.text, name.text)
}

function stackGlobal(machine: Machine): void {
  const name = machine.pop()
  const module = machine.pop()
  if (name.type !== 'str' || module.type !== 'str') throw machine.fault('pickle-target')
  machine.push(useGlobal(machine, module.value, name.value))
}

/** The same name again is the same value: it is judged once. Longer names than these are no modules of Python. */
function useGlobal(machine: Machine, module: string, name: string): GlobalValue {
  if (module.length + name.length > LONGEST_NAME) throw machine.fault('pickle-target')
  const names = machine.globals.get(module) ?? new Map<string, GlobalValue>()
  const known = names.get(name)
  if (known !== undefined) return known
  const global = readGlobal(module, name, machine.protocol)
  machine.globals.set(module, names.set(name, global))
  machine.suspicions.addImport(global)
  return global
}

const LONGEST_NAME = 1000

function reduce(machine: Machine): void {
  const args = machine.pop()
  const callee = machine.pop()
  if (args.type !== 'tuple') throw machine.fault('pickle-target')
  const plan = object('reduce', callee, args.items, null)
  finish(machine, machine.spend(sizeOf(args.items)) ? judgeReduce(callee, args.items, (values) => mayHoldCode(machine, values)) : null, plan)
}

function newObject(machine: Machine, kwargs: Value | null): void {
  const args = machine.pop()
  const callee = machine.pop()
  if (args.type !== 'tuple' || (kwargs !== null && kwargs.type !== 'dict')) throw machine.fault('pickle-target')
  const plan = object('new', callee, args.items, kwargs)
  const given = kwargs === null ? [args] : [args, kwargs]
  finish(machine, judgeNew(callee, args.items.length, () => mayHoldCode(machine, given)), plan)
}

function callFirst(machine: Machine): void {
  const [callee, ...args] = machine.popMark()
  if (callee === undefined) throw machine.fault('pickle-stack')
  callClass(machine, callee, args)
}

/** INST and OBJ call a class outright; only Python 2 wrote them. */
function callClass(machine: Machine, callee: Value, args: readonly Value[]): void {
  finish(machine, null, object('reduce', callee, args, null))
}

function useExtension(machine: Machine, code: number): void {
  finish(machine, null, { ...object('ext', { type: 'global', module: 'copyreg', name: `extension ${code}` }, [], null), name: `copyreg extension ${code}` })
}

function usePersistent(machine: Machine, id: Value): void {
  if (!machine.takesPersistent) throw machine.fault('pickle-persistent')
  const value: PersistentValue = { type: 'persistent', id, target: null }
  machine.persistents.push(value)
  machine.push(value)
}

function refuseBuffer(machine: Machine): void {
  throw machine.fault('pickle-buffer')
}

function build(machine: Machine): void {
  const state = machine.pop()
  const target = machine.top
  if (target.type === 'global') {
    // Sets attributes of the class itself: the object that stands here from now on is not the one that the memo knows.
    machine.suspicions.addCall(target, [state])
    machine.pop()
    const changed = object('reduce', target, [state], null)
    changed.verdict = 'call'
    machine.push(changed)
    return
  }
  if (target.type !== 'object') throw machine.fault('pickle-target')
  const leaf = uuidOf(target, state)
  const verdict = leaf !== null ? 'data' : machine.spend(sizeOf([state])) ? judgeBuild(target, state) : 'call'
  if (verdict === 'call') machine.suspicions.addCall(target, [state])
  target.steps.push({ op: 'build', state })
  target.verdict = verdict
  target.leaf = leaf
}

function finish(machine: Machine, made: Made | null, plan: ObjectValue): void {
  if (made === null) {
    machine.suspicions.addCall(plan.callee, plan.args)
    machine.push({ ...plan, verdict: 'call' })
  } else if ('value' in made) machine.push(made.value)
  else if ('leaf' in made) machine.push({ ...plan, verdict: 'data', leaf: made.leaf })
  else machine.push(plan)
}

function object(make: ObjectValue['make'], callee: Value, args: readonly Value[], kwargs: Value | null): ObjectValue {
  return { type: 'object', make, callee, args, kwargs, name: objectName(callee, args), steps: [], verdict: 'class', leaf: null, shown: null }
}

/** Whether functions or classes of the application stand among arguments: a class that takes them may call them. Objects were judged when made. */
function mayHoldCode(machine: Machine, values: readonly Value[]): boolean {
  const seen = new Set<Value>()
  const waiting: Value[] = [...values]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value.type === 'global' && !isDataType(value)) return true
    if (value.type === 'object' && value.verdict === 'call') return true
    if (seen.has(value)) continue
    seen.add(value)
    if (!machine.spend(partsOf(value).reduce((sum, parts) => sum + parts.length, 1))) return true
    for (const parts of partsOf(value)) for (const part of parts) waiting.push(part)
  }
  return false
}

function partsOf(value: Value): readonly (readonly Value[])[] {
  switch (value.type) {
    case 'list':
    case 'set':
    case 'tuple':
    case 'frozenset':
      return [value.items]
    case 'dict':
      return [value.keys, value.values]
    default:
      return []
  }
}

/** How much a shape looks at: arguments, what stands right inside them, and their texts. */
function sizeOf(args: readonly Value[]): number {
  if (args.length > MOST_ARGS) return args.length
  return args.reduce((sum, arg) => sum + lengthOf(arg), args.length)
}

function lengthOf(value: Value): number {
  if (value.type === 'str') return value.value.length
  if (value.type === 'bytes') return value.data.length
  return partsOf(value).reduce((sum, parts) => sum + parts.length, 0)
}

const MOST_ARGS = 1000
