import { LIMITS } from '../../../../shared/limits.ts'
import { floatRepr } from '../../../../shared/values/float-repr.ts'
import type { DataEntry, DataNode } from '../../../../shared/values/node.ts'
import { emitPickle, Unwritable } from './emit.ts'
import { Fault } from './fault.ts'
import { isHarmlessValue } from './globals.ts'
import { pathOf } from './paths.ts'
import type { Place } from './paths.ts'
import { preview } from './preview.ts'
import { globalName, shownState } from './values.ts'
import type { ObjectValue, Value } from './values.ts'

/** What one node costs of the allowance for all output. */
const NODE_BYTES = 16

/**
 * The tree that stands for a graph. What is shared and can change, and what holds itself, stands once; elsewhere are references.
 * @throws Fault `too-deep`, `pickle-size`
 */
export function toNode(root: Value, protocol: number, base = '#'): DataNode {
  return new Converter(root, protocol, base).run()
}

interface Frame extends Place {
  readonly nodes: DataNode[]
  readonly isOpaque: boolean
}

class Converter {
  readonly #root: Value
  readonly #protocol: number
  readonly #base: string
  readonly #repeated: ReadonlySet<Value>
  readonly #frames: Frame[] = []
  /** Where shared values stand. Tuples only as long as they are at work: finished, they may stand again. */
  readonly #owners = new Map<Value, string>()
  #opaques = 0
  #bytesLeft = LIMITS.inflateBytes

  constructor(root: Value, protocol: number, base: string) {
    this.#root = root
    this.#protocol = protocol
    this.#base = base
    this.#repeated = findRepeated(root)
  }

  run(): DataNode {
    let node = this.#begin(this.#root)
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (node !== null) frame.nodes.push(node)
      const child = childOf(frame.value, frame.nodes.length)
      node = child === null ? this.#finish(frame) : this.#begin(child)
      if (child === null && this.#frames.length === 0) break
    }
    return node ?? { kind: 'none' }
  }

  /** null: it was opened, and its parts are next. */
  #begin(value: Value): DataNode | null {
    this.#spend(NODE_BYTES)
    const plain = this.#plain(value)
    if (plain !== null) return plain
    if (this.#frames.length >= LIMITS.parseDepth) throw new Fault('too-deep', null)
    if (this.#repeated.has(value)) {
      const path = this.#owners.get(value)
      if (path !== undefined) return this.#ref(path)
      const own = pathOf(this.#base, this.#frames)
      this.#spend(own.length)
      this.#owners.set(value, own)
    }
    if (value.type === 'bytearray') return { kind: 'bytearray', base64: this.#base64(value.data) }
    const isOpaque = value.type === 'object'
    if (isOpaque) this.#opaques++
    this.#frames.push({ value, nodes: [], isOpaque })
    return null
  }

  #plain(value: Value): DataNode | null {
    switch (value.type) {
      case 'none':
        return { kind: 'none' }
      case 'bool':
        return { kind: 'bool', value: value.value }
      case 'int':
        this.#spend(value.digits.length)
        return { kind: 'int', digits: value.digits }
      case 'float':
        return { kind: 'float', repr: floatRepr(value.value) }
      case 'str':
        this.#spend(value.value.length)
        return { kind: 'str', value: value.value }
      case 'bytes':
        return { kind: 'bytes', base64: this.#base64(value.data) }
      case 'odd':
        return { kind: 'opaque', name: value.name, state: { kind: 'str', value: value.shown }, raw: this.#raw(value, null), danger: 'class' }
      case 'global': {
        const isHarmless = isHarmlessValue(value)
        return { kind: 'opaque', name: shorten(globalName(value)), state: { kind: 'none' }, raw: isHarmless ? this.#raw(value, null) : null, danger: isHarmless ? 'class' : 'call' }
      }
      case 'object':
        return value.leaf === null || value.leaf.kind === 'zone' || value.leaf.kind === 'zone-maker' ? null : value.leaf
      case 'persistent':
        return this.#ref(value.id.type === 'str' ? value.id.value : preview(value.id))
      default:
        return null
    }
  }

  #finish({ value, nodes, isOpaque }: Frame): DataNode {
    const node = this.#assemble(value, nodes)
    this.#frames.pop()
    if (isOpaque) this.#opaques--
    if (value.type === 'tuple' || value.type === 'frozenset') this.#owners.delete(value)
    return node
  }

  #assemble(value: Value, nodes: readonly DataNode[]): DataNode {
    switch (value.type) {
      case 'list':
      case 'tuple':
      case 'set':
      case 'frozenset':
        return { kind: value.type, items: nodes }
      case 'dict':
        return { kind: 'dict', entries: pairUp(nodes) }
      case 'object':
        return this.#opaque(value, nodes[0] ?? { kind: 'none' })
      default:
        throw new Error(`${value.type} has no parts`)
    }
  }

  #opaque(object: ObjectValue, state: DataNode): DataNode {
    if (object.verdict === 'call') return { kind: 'opaque', name: shorten(callName(object)), state, raw: null, danger: 'call' }
    const path = this.#opaques > 1 ? null : pathOf(this.#base, this.#frames.slice(0, -1))
    return { kind: 'opaque', name: shorten(object.name), state, raw: this.#raw(object, path), danger: 'class' }
  }

  /** Opcodes of an opaque value, unless another one has them already. null: it holds what must not be written. */
  #raw(value: Value, path: string | null): string | null {
    if (this.#opaques > (value.type === 'object' ? 1 : 0)) return null
    const isInside = (owner: string): boolean => path !== null && (owner === path || owner.startsWith(`${path}/`))
    const elsewhere = (part: Value): string | null => {
      if (part.type === 'persistent') return part.id.type === 'str' ? part.id.value : null
      const owner = this.#owners.get(part)
      return owner === undefined || isInside(owner) ? null : owner
    }
    try {
      const bytes = emitPickle(value, { protocol: this.#protocol, limitBytes: this.#bytesLeft, elsewhere })
      return this.#base64(bytes)
    } catch (error) {
      if (error instanceof Unwritable) return null
      throw error
    }
  }

  #base64(data: Uint8Array): string {
    this.#spend(data.length)
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
  }

  #ref(path: string): DataNode {
    this.#spend(path.length)
    return { kind: 'ref', path }
  }

  #spend(bytes: number): void {
    this.#bytesLeft -= bytes
    if (this.#bytesLeft < 0) throw new Fault('pickle-size', null)
  }
}

/** Containers and objects that stand in several places. @throws Fault when there are too many places to show */
function findRepeated(root: Value): ReadonlySet<Value> {
  const seen = new Set<Value>()
  const repeated = new Set<Value>()
  const waiting: Value[] = [root]
  let left = LIMITS.inflateBytes / NODE_BYTES
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (!hasPlace(value)) continue
    if (seen.has(value)) {
      repeated.add(value)
      continue
    }
    seen.add(value)
    for (let index = 0; ; index++) {
      const child = childOf(value, index)
      if (child === null) break
      if (left-- < 0) throw new Fault('pickle-size', null)
      waiting.push(child)
    }
  }
  return repeated
}

/** Scalars and time zones never change: where they stand twice, nobody can tell. */
function hasPlace(value: Value): boolean {
  if (value.type === 'object') return value.leaf === null
  return ['list', 'tuple', 'set', 'frozenset', 'dict', 'bytearray'].includes(value.type)
}

/** The parts that are shown, in the order of their nodes: a dict's keys and values by turns. null: no more. */
function childOf(value: Value, index: number): Value | null {
  switch (value.type) {
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return value.items[index] ?? null
    case 'dict':
      return (index % 2 === 0 ? value.keys : value.values)[index >> 1] ?? null
    case 'object':
      return index === 0 ? shownState(value) : null
    default:
      return null
  }
}

function pairUp(nodes: readonly DataNode[]): readonly DataEntry[] {
  const entries: DataEntry[] = []
  for (let index = 1; index < nodes.length; index += 2) {
    const [key, value] = [nodes[index - 1], nodes[index]]
    if (key !== undefined && value !== undefined) entries.push({ key, value })
  }
  return entries
}

function callName({ callee, make, name }: ObjectValue): string {
  return make === 'ext' ? name : preview(callee)
}

function shorten(name: string): string {
  return name.slice(0, LIMITS.shownTextChars)
}
