import type { PickleFacts, PickleFault } from '../../../../shared/model/pickle.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { Fault } from './fault.ts'
import { Machine } from './machine.ts'
import { toNode } from './to-node.ts'
import type { PersistentValue, Value } from './values.ts'

/** `facts` hold as far as the pickle was read: Python would have done all that before it stopped. */
export type ReadPickle =
  | { readonly ok: true; readonly node: DataNode; readonly facts: PickleFacts }
  /** `offset`: of the opcode at fault; null: it is about the whole. */
  | { readonly ok: false; readonly reason: PickleFault; readonly offset: number | null; readonly facts: PickleFacts }

/**
 * A pickle of any protocol as data. Nothing in it is imported, called or made: see `machine.ts`. Bad data is a value, never an exception.
 * Bytes after the end are ignored, as Python ignores them; names in them are among the facts. `part`: what of it the node stands for.
 */
export function readPickle(data: Uint8Array, part: (root: Value) => Value = (root) => root): ReadPickle {
  const machine = new Machine(data)
  const run = attempt(() => machine.run())
  const trailingBytes = run.ok ? machine.input.left : 0
  const head = { protocol: machine.shownProtocol, framed: machine.framed }
  if (run.ok) machine.runOn()
  const facts = { ...head, ...machine.suspicions.facts, trailingBytes }
  const read = run.ok ? attempt(() => toNode(part(run.value), head.protocol)) : run
  return read.ok ? { ok: true, node: read.value, facts } : { ...read, facts }
}

/** The graph behind an opaque node: persistent ids in it stand for other values, which are to be filled in. null: it is damaged. */
export function readGraph(data: Uint8Array): { readonly root: Value; readonly persistents: readonly PersistentValue[] } | null {
  const machine = new Machine(data, true)
  const run = attempt(() => machine.run())
  return run.ok && machine.input.left === 0 ? { root: run.value, persistents: machine.persistents } : null
}

/** Limits of ours: Python reads such a pickle, however deep or long it is. */
const OVER_LIMIT: ReadonlySet<PickleFault> = new Set(['pickle-opcodes', 'pickle-memo-size', 'pickle-size', 'too-deep'])

/** Which step a fault belongs to. */
export function stepOf(reason: PickleFault): 'limit' | 'pickle' {
  return OVER_LIMIT.has(reason) ? 'limit' : 'pickle'
}

/** Pickles of Django begin with PROTO; those of protocols 0 and 1 with a dict, and end with STOP, which no JSON does. */
export function looksLikePickle(data: Uint8Array): boolean {
  if (data[0] === PROTO) return true
  return data.at(-1) === STOP && (data[0] === MARK || data[0] === EMPTY_DICT)
}

const PROTO = 0x80
const STOP = 0x2e
const MARK = 0x28
const EMPTY_DICT = 0x7d

function attempt<Result>(work: () => Result): { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly reason: PickleFault; readonly offset: number | null } {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, reason: error.reason, offset: error.offset }
    throw error
  }
}
