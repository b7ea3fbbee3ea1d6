import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { Why } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { floatValue } from '../../../../shared/values/float-repr.ts'
import type { DataNode, OpaqueNode } from '../../../../shared/values/node.ts'
import { sameData } from '../../../../shared/values/walk.ts'
import { Fault } from './fault.ts'
import { LeafMaker } from './leaf-values.ts'
import { resolvePath } from './paths.ts'
import { readGraph } from './read.ts'
import { toNode } from './to-node.ts'
import { FALSE, isHashable, makeFixed, NONE, TRUE } from './values.ts'
import type { PersistentValue, Value } from './values.ts'

export interface GraphOptions {
  readonly protocol: number
  /** Where a node stands in the text it was read from, for error messages. */
  readonly positions?: ReadonlyMap<DataNode, number>
}

/**
 * The graph that a tree stands for: opaque values from their opcodes, references to what they refer to.
 * @throws DATA_UNSAFE where loading would run something; DATA_INVALID with a position where Python has no such value
 */
export function toGraph(root: DataNode, options: GraphOptions): Value {
  return new Builder(options).build(root)
}

interface Frame {
  readonly node: DataNode
  readonly children: readonly DataNode[]
  readonly values: Value[]
}

class Builder {
  readonly #options: GraphOptions
  readonly #leaves: LeafMaker
  readonly #references: { readonly value: PersistentValue; readonly node: DataNode }[] = []
  /** What stands as a key or in a set by reference: checked when it is known. */
  readonly #hashed: { readonly value: Value; readonly node: DataNode }[] = []

  constructor(options: GraphOptions) {
    this.#options = options
    this.#leaves = new LeafMaker(options.protocol)
  }

  build(root: DataNode): Value {
    const frames: Frame[] = [{ node: { kind: 'list', items: [root] }, children: [root], values: [] }]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const child = frame.children[frame.values.length]
      if (child === undefined) {
        frames.pop()
        const made = frames.length === 0 ? frame.values[0] : this.#assemble(frame)
        if (frames.length === 0) return this.#link(made ?? NONE)
        frames.at(-1)?.values.push(made ?? NONE)
        continue
      }
      const children = partsOf(child)
      if (children === null) frame.values.push(this.#plain(child))
      else frames.push({ node: child, children, values: [] })
    }
    return NONE
  }

  #plain(node: DataNode): Value {
    switch (node.kind) {
      case 'none':
        return NONE
      case 'bool':
        return node.value ? TRUE : FALSE
      case 'int':
        return { type: 'int', digits: node.digits }
      case 'float':
        return { type: 'float', value: floatValue(node.repr) }
      case 'str':
        return { type: 'str', value: node.value }
      case 'bytes':
      case 'bytearray':
        return { type: node.kind, data: Buffer.from(node.base64, 'base64') }
      case 'ref':
        return this.#reference(node)
      case 'opaque':
        return this.#opaque(node)
      case 'list':
      case 'tuple':
      case 'set':
      case 'frozenset':
      case 'dict':
        throw new Error(`${node.kind} has parts`)
      default:
        return this.#leaves.make(node) ?? this.#fail('DATA_INVALID', reason('data.notPython', { type: node.kind, value: node.text.slice(0, 100) }), node)
    }
  }

  #assemble({ node, values }: Frame): Value {
    switch (node.kind) {
      case 'list':
        return { type: 'list', items: values }
      case 'tuple':
        return makeFixed('tuple', values)
      case 'set':
        return { type: 'set', items: this.#hash(values, node) }
      case 'frozenset':
        return makeFixed('frozenset', this.#hash(values, node))
      default: {
        const keys = values.filter((_, index) => index % 2 === 0)
        return { type: 'dict', keys: this.#hash(keys, node), values: values.filter((_, index) => index % 2 === 1) }
      }
    }
  }

  #hash(values: Value[], node: DataNode): Value[] {
    for (const value of values) {
      if (value.type === 'persistent') this.#hashed.push({ value, node })
      else if (!isHashable(value)) this.#fail('DATA_INVALID', UNHASHABLE, node)
    }
    return values
  }

  #reference(node: Extract<DataNode, { kind: 'ref' }>): Value {
    const value: PersistentValue = { type: 'persistent', id: { type: 'str', value: node.path }, target: null }
    this.#references.push({ value, node })
    return value
  }

  /** Opcodes come from outside: they are read and judged again, and have to make what the node shows. */
  #opaque(node: OpaqueNode): Value {
    if (node.danger === 'call' || node.raw === null) this.#fail('DATA_UNSAFE', reason('data.wouldRun', { name: node.name }), node)
    const graph = readGraph(Buffer.from(node.raw ?? '', 'base64'))
    const shown = graph === null ? null : showOrNull(graph.root, this.#options.protocol)
    if (graph === null || shown?.kind !== 'opaque') return this.#fail('DATA_INVALID', reason('data.opcodesDamaged', { name: node.name }), node)
    if (shown.raw === null) return this.#fail('DATA_UNSAFE', reason('data.wouldRun', { name: shown.name }), node)
    if (shown.name !== node.name || !sameData(shown.state, node.state, { paths: false })) {
      return this.#fail('DATA_INVALID', reason('data.classOnly', { name: shown.name }), node)
    }
    for (const value of graph.persistents) this.#references.push({ value, node })
    return graph.root
  }

  #link(root: Value): Value {
    for (const { value, node } of this.#references) {
      value.target = value.id.type === 'str' ? resolvePath(root, value.id.value) : null
      if (value.target === null) this.#fail('DATA_INVALID', reason('data.nothingAt', { path: describe(value) }), node)
    }
    for (const { value, node } of this.#references) {
      value.target = targetOf(value) ?? this.#fail('DATA_INVALID', reason('data.ownReference', { path: describe(value) }), node)
    }
    for (const { value, node } of this.#hashed) {
      if (value.type === 'persistent' && value.target !== null && !isHashable(value.target)) this.#fail('DATA_INVALID', UNHASHABLE, node)
    }
    return root
  }

  #fail(code: ErrorCode, why: Why, node: DataNode): never {
    const position = this.#options.positions?.get(node)
    throw new CoatcheckError(code, why, position === undefined ? {} : { position })
  }
}

const UNHASHABLE = 'data.unhashable'

/** Keys and values by turns; null: it has no parts. */
function partsOf(node: DataNode): readonly DataNode[] | null {
  switch (node.kind) {
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return node.items
    case 'dict':
      return node.entries.flatMap(({ key, value }) => [key, value])
    default:
      return null
  }
}

function showOrNull(value: Value, protocol: number): DataNode | null {
  try {
    return toNode(value, protocol)
  } catch (error) {
    if (error instanceof Fault) return null
    throw error
  }
}

/** The value at the end of references to references; null: they go round. */
function targetOf(reference: PersistentValue): Value | null {
  const seen = new Set<Value>()
  let value: Value | null = reference
  while (value?.type === 'persistent') {
    if (seen.has(value)) return null
    seen.add(value)
    value = value.target
  }
  return value
}

function describe({ id }: PersistentValue): string {
  return id.type === 'str' ? id.value.slice(0, 200) : 'this reference'
}
