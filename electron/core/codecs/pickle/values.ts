import type { DataNode } from '../../../../shared/values/node.ts'
import type { Zone } from '../../../../shared/values/zoned-text.ts'

/**
 * What a pickle describes: a graph, because the same list may stand in two places and may hold itself.
 * Nothing here is ever made into an object of the class it names.
 */
export type Value =
  | { readonly type: 'none' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly digits: string }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'str'; readonly value: string }
  | { readonly type: 'bytes'; readonly data: Uint8Array }
  | OddValue
  | ByteArrayValue
  | ListValue
  | SetValue
  | FixedValue
  | DictValue
  | GlobalValue
  | ObjectValue
  | PersistentValue

/** A plain value that JavaScript cannot hold, or that is too long to show: its opcode is kept. */
export interface OddValue {
  readonly type: 'odd'
  readonly name: 'builtins.int' | 'builtins.str'
  readonly shown: string
  readonly opcode: Uint8Array
}

export interface ByteArrayValue {
  readonly type: 'bytearray'
  readonly data: Uint8Array
}

export interface ListValue {
  readonly type: 'list'
  readonly items: Value[]
}

export interface SetValue {
  readonly type: 'set'
  readonly items: Value[]
}

export interface FixedValue {
  readonly type: 'tuple' | 'frozenset'
  readonly items: readonly Value[]
  readonly hashable: boolean
}

export interface DictValue {
  readonly type: 'dict'
  readonly keys: Value[]
  readonly values: Value[]
}

/** A class or function by name. Names of Python 2 stand here as Python 3 reads them. */
export interface GlobalValue {
  readonly type: 'global'
  readonly module: string
  readonly name: string
}

/** What `persistent_load` would be asked for. Inside the opcodes of an opaque node it stands for the value at a path. */
export interface PersistentValue {
  readonly type: 'persistent'
  readonly id: Value
  target: Value | null
}

/** `data`: a value with a kind of its own. `class`: an object of a class would be made. `call`: something else would run. */
export type Verdict = 'data' | 'class' | 'call'

/** What happens to an object after it is made, in stored order. */
export type Step =
  | { readonly op: 'append' | 'add'; readonly items: Value[] }
  | { readonly op: 'setitems'; readonly entries: DictValue }
  | { readonly op: 'build'; readonly state: Value }

/** Scalars that need an object in a pickle, and time zones, which are part of them. */
export type Leaf = Extract<DataNode, { readonly text: string }> | { readonly kind: 'zone'; readonly zone: Zone } | { readonly kind: 'zone-maker' }

export interface ObjectValue {
  readonly type: 'object'
  /** `reduce`: `callee(*args)`. `new`: `callee.__new__(callee, *args, **kwargs)`. `ext`: what copyreg registered under a number. */
  readonly make: 'reduce' | 'new' | 'ext'
  readonly callee: Value
  readonly args: readonly Value[]
  readonly kwargs: Value | null
  /** For people: `module.Class`. */
  readonly name: string
  readonly steps: Step[]
  verdict: Verdict
  leaf: Leaf | null
  /** What `state` of the opaque node shows; made once, so that the same value is shown for the same object. */
  shown: Value | null
}

export const NONE: Value = { type: 'none' }
export const TRUE: Value = { type: 'bool', value: true }
export const FALSE: Value = { type: 'bool', value: false }

export function makeFixed(type: 'tuple' | 'frozenset', items: readonly Value[]): FixedValue {
  return { type, items, hashable: items.every(isHashable) }
}

/** Python refuses to hash a signaling NaN. */
const SIGNALING_NAN = /^[-+]?snan/i

/** Whether Python takes it as a key, or into a set. Objects are taken on trust: their class decides. */
export function isHashable(value: Value): boolean {
  switch (value.type) {
    case 'list':
    case 'set':
    case 'dict':
    case 'bytearray':
      return false
    case 'tuple':
    case 'frozenset':
      return value.hashable
    case 'object':
      return value.leaf?.kind !== 'decimal' || !SIGNALING_NAN.test(value.leaf.text)
    default:
      return true
  }
}

export function globalName({ module, name }: GlobalValue): string {
  return `${module}.${name}`
}

/** What an object would be made from, as plain data: its state, else its arguments, else both by name. */
export function shownState(object: ObjectValue): Value {
  object.shown ??= describeParts(object)
  return object.shown
}

function describeParts(object: ObjectValue): Value {
  const { kwargs, steps } = object
  const args = shownArgs(object)
  const parts: [string, Value][] = []
  if (args.length > 0) parts.push(['args', { type: 'list', items: [...args] }])
  if (kwargs !== null) parts.push(['kwargs', kwargs])
  for (const step of steps) {
    if (step.op === 'build') parts.push(['state', step.state])
    else if (step.op === 'setitems') parts.push(['entries', step.entries])
    else parts.push(['items', { type: 'list', items: step.items }])
  }
  const [only] = parts
  if (only === undefined) return { type: 'list', items: [] }
  if (parts.length === 1) return only[1]
  return { type: 'dict', keys: parts.map(([name]) => ({ type: 'str', value: name })), values: parts.map(([, value]) => value) }
}

/** Arguments without those that only tell the class, which the name does. */
function shownArgs({ callee, args }: ObjectValue): readonly Value[] {
  if (callee.type !== 'global') return args
  switch (globalName(callee)) {
    case 'copyreg._reconstructor':
      return args[2]?.type === 'none' ? [] : args.slice(2)
    case 'copyreg.__newobj__':
      return args.slice(1)
    case 'django.db.models.base.model_unpickle':
      return modelLabel(args) === null ? args : []
    default:
      return args
  }
}

/** `module.Class`; a class that is made through a helper goes by its own name, and a model by its label: `auth.User`. */
export function objectName(callee: Value, args: readonly Value[]): string {
  const [first] = args
  if (callee.type === 'object') return callee.name
  if (callee.type !== 'global') return callee.type
  if (callee.module === 'copyreg' && first?.type === 'global') return globalName(first)
  return (globalName(callee) === 'django.db.models.base.model_unpickle' ? modelLabel(args) : null) ?? globalName(callee)
}

function modelLabel([model, ...more]: readonly Value[]): string | null {
  if (model?.type === 'global') return globalName(model)
  if (model?.type !== 'tuple' || model.items.length !== 2 || more.length > 0) return null
  const [app, name] = model.items
  return app?.type === 'str' && name?.type === 'str' ? `${app.value}.${name.value}` : null
}
