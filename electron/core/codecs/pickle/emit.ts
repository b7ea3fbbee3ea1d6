import { ByteWriter } from './byte-writer.ts'
import { countUses } from './count-uses.ts'
import type { Uses } from './count-uses.ts'
import { emitBool, emitByteArray, emitBytes, emitFloat, emitGlobal, emitInt, emitStr } from './emit-scalars.ts'
import { judgeGlobal } from './globals.ts'
import { OP } from './opcodes.ts'
import { NONE } from './values.ts'
import type { DictValue, FixedValue, ListValue, ObjectValue, SetValue, Value } from './values.ts'

export interface EmitOptions {
  readonly protocol: number
  /** Most bytes that may come out. */
  readonly limitBytes: number
  /** The path of a value that stands elsewhere and is only referred to. null: it is written here. */
  readonly elsewhere?: (value: Value) => string | null
}

/** A value that no pickle may be made of, by the people's safety (`call`) or by logic (`cycle`: a tuple cannot hold itself). */
export class Unwritable extends Error {
  readonly reason: 'call' | 'cycle'

  constructor(reason: 'call' | 'cycle') {
    super(reason)
    this.reason = reason
  }
}

/**
 * Opcodes that make a graph of values, from PROTO to STOP: what is shared there is shared again.
 * @throws Unwritable; Fault when it grows beyond the limit
 */
export function emitPickle(root: Value, options: EmitOptions): Buffer {
  const emitter = new Emitter(options, countUses(root, options.elsewhere))
  emitter.run(root)
  return emitter.out.written
}

/** A container at work: values still to write, what stands before each, and what ends it. */
interface Frame {
  readonly count: number
  readonly child: (index: number) => Value
  readonly before?: (index: number) => void
  readonly done: () => void
  next: number
}

const BATCH = 1000
const SMALL_TUPLES = [OP.EMPTY_TUPLE, OP.TUPLE1, OP.TUPLE2, OP.TUPLE3]

class Emitter {
  readonly out: ByteWriter
  readonly #protocol: number
  readonly #elsewhere: (value: Value) => string | null
  readonly #uses: Uses
  readonly #frames: Frame[] = []
  readonly #memo = new Map<Value | string, number>()
  /** How much was remembered when a tuple or set was last begun: begun again with nothing new, it holds itself. */
  readonly #begun = new Map<Value, number>()
  /** Tuples, sets and objects at work that stand elsewhere too, maybe inside themselves: what they hold may come again then. */
  #openRepeated = 0

  constructor({ protocol, limitBytes, elsewhere = () => null }: EmitOptions, uses: Uses) {
    this.out = new ByteWriter(limitBytes)
    this.#protocol = protocol
    this.#elsewhere = elsewhere
    this.#uses = uses
  }

  run(root: Value): void {
    if (this.#protocol >= 2) {
      this.out.byte(OP.PROTO)
      this.out.byte(this.#protocol)
    }
    this.#begin(root)
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (frame.next < frame.count) {
        frame.before?.(frame.next)
        this.#begin(frame.child(frame.next++))
      } else {
        this.#frames.pop()
        frame.done()
      }
    }
    this.out.byte(OP.STOP)
  }

  #begin(value: Value): void {
    const known = this.#memo.get(value.type === 'str' ? value.value : value)
    if (known !== undefined) return this.#recall(known)
    const path = this.#elsewhere(value)
    if (path !== null) return this.#persistent(path)
    switch (value.type) {
      case 'none':
        return this.out.byte(OP.NONE)
      case 'bool':
        return emitBool(this.out, this.#protocol, value.value)
      case 'int':
        return emitInt(this.out, this.#protocol, value.digits)
      case 'float':
        return emitFloat(this.out, this.#protocol, value.value)
      case 'str':
        emitStr(this.out, this.#protocol, value.value)
        return this.#settle(value)
      case 'odd':
        return this.out.bytes(value.opcode)
      case 'bytes':
        return emitBytes(this.out, this.#protocol, value.data)
      case 'bytearray':
        emitByteArray(this.out, this.#protocol, value.data)
        return this.#settle(value)
      case 'global':
        if (judgeGlobal(value) === 'call') throw new Unwritable('call')
        return emitGlobal(this.out, this.#protocol, value)
      case 'list':
        return this.#list(value)
      case 'dict':
        return this.#dict(value)
      case 'tuple':
        return this.#tuple(value)
      case 'set':
      case 'frozenset':
        return this.#protocol >= 4 ? this.#set(value) : this.#setByCall(value)
      case 'object':
        return this.#object(value)
      case 'persistent':
        if (value.target === null) throw new Unwritable('call')
        return this.#begin(value.target)
    }
  }

  #list(list: ListValue): void {
    this.#openList()
    this.#settle(list)
    this.#open(this.#items(list.items))
  }

  #openList(): void {
    if (this.#protocol === 0) this.out.ascii('(l')
    else this.out.byte(OP.EMPTY_LIST)
  }

  #dict(dict: DictValue): void {
    if (this.#protocol === 0) this.out.ascii('(d')
    else this.out.byte(OP.EMPTY_DICT)
    this.#settle(dict)
    this.#open(this.#entries(dict))
  }

  /** Fills what stands on the stack: one by one in protocol 0, in batches later. */
  #items(items: readonly Value[]): Omit<Frame, 'next'> {
    return this.#batches(items.length, 1, { one: OP.APPEND, many: OP.APPENDS }, (index) => items[index] ?? NONE)
  }

  #adds(items: readonly Value[]): Omit<Frame, 'next'> {
    return this.#batches(items.length, 1, { one: null, many: OP.ADDITEMS }, (index) => items[index] ?? NONE)
  }

  #entries({ keys, values }: DictValue): Omit<Frame, 'next'> {
    return this.#batches(keys.length, 2, { one: OP.SETITEM, many: OP.SETITEMS }, (index) => (index % 2 === 0 ? keys : values)[index >> 1] ?? NONE)
  }

  #batches(count: number, width: number, { one, many }: { readonly one: number | null; readonly many: number }, child: (index: number) => Value): Omit<Frame, 'next'> {
    const single = this.#protocol === 0 || count === 1 ? one : null
    const size = single === null ? width * BATCH : width
    const end = single ?? many
    const before = (index: number): void => {
      if (index % size !== 0) return
      if (index > 0) this.out.byte(end)
      if (single === null) this.out.byte(OP.MARK)
    }
    return { count: count * width, child, before, done: () => void (count > 0 && this.out.byte(end)) }
  }

  #tuple(tuple: FixedValue): void {
    const { items } = tuple
    const small = items.length < SMALL_TUPLES.length && this.#protocol >= (items.length === 0 ? 1 : 2) ? SMALL_TUPLES[items.length] : undefined
    if (small === undefined) this.out.byte(OP.MARK)
    this.#enclose(tuple, items, () => this.out.byte(small ?? OP.TUPLE))
  }

  #set(set: SetValue | FixedValue): void {
    if (set.type === 'set') {
      this.out.byte(OP.EMPTY_SET)
      this.#settle(set)
      return this.#open(this.#adds(set.items))
    }
    this.out.byte(OP.MARK)
    this.#enclose(set, set.items, () => this.out.byte(OP.FROZENSET))
  }

  /** Before protocol 4: `set([…])`. */
  #setByCall(set: SetValue | FixedValue): void {
    emitGlobal(this.out, this.#protocol, { type: 'global', module: 'builtins', name: set.type })
    this.out.byte(OP.MARK)
    this.#openList()
    const items = this.#items(set.items)
    this.#enclose(set, set.items, () => {
      items.done()
      this.out.byte(OP.TUPLE)
      this.out.byte(OP.REDUCE)
    }, items.before)
  }

  /** Something that exists only once its parts do. */
  #enclose(value: Value, items: readonly Value[], done: () => void, before?: (index: number) => void): void {
    if (this.#begun.get(value) === this.#memo.size) throw new Unwritable('cycle')
    this.#begun.set(value, this.#memo.size)
    const isRepeated = this.#uses.isRepeated(value)
    if (isRepeated) this.#openRepeated++
    const finish = (): void => {
      done()
      if (isRepeated) this.#openRepeated--
      this.#begun.delete(value)
      this.#settle(value)
    }
    this.#open({ count: items.length, child: (index) => items[index] ?? NONE, ...(before === undefined ? {} : { before }), done: finish })
  }

  #object(object: ObjectValue): void {
    if (object.verdict === 'call' || object.make === 'ext') throw new Unwritable('call')
    const args: FixedValue = { type: 'tuple', items: object.args, hashable: true }
    const parts: Value[] = [object.callee, args, ...(object.kwargs === null ? [] : [object.kwargs])]
    for (const step of object.steps.toReversed()) {
      if (step.op === 'build') this.#open({ count: 1, child: () => step.state, done: () => this.out.byte(OP.BUILD) })
      else if (step.op === 'setitems') this.#open(this.#entries(step.entries))
      else if (step.op === 'add') this.#open(this.#adds(step.items))
      else this.#open(this.#items(step.items))
    }
    const opcode = object.make === 'reduce' ? OP.REDUCE : object.kwargs === null ? OP.NEWOBJ : OP.NEWOBJ_EX
    this.#enclose(object, parts, () => this.out.byte(opcode))
  }

  #open(frame: Omit<Frame, 'next'>): void {
    this.#frames.push({ ...frame, next: 0 })
  }

  /** Remembers what will be needed again. What was remembered meanwhile, inside itself, gives way to that one. */
  #settle(value: Value): void {
    const key = value.type === 'str' ? value.value : value
    const known = this.#memo.get(key)
    if (known !== undefined) {
      this.out.byte(OP.POP)
      return this.#recall(known)
    }
    if (!this.#uses.isRepeated(value) && (this.#openRepeated === 0 || value.type === 'str')) return
    const index = this.#memo.size
    this.#memo.set(key, index)
    if (this.#protocol >= 4) this.out.byte(OP.MEMOIZE)
    else if (this.#protocol === 0) this.out.ascii(`p${index}\n`)
    else if (index < 256) {
      this.out.byte(OP.BINPUT)
      this.out.byte(index)
    } else {
      this.out.byte(OP.LONG_BINPUT)
      this.out.uint32(index)
    }
  }

  #recall(index: number): void {
    if (this.#protocol === 0) return this.out.ascii(`g${index}\n`)
    this.out.byte(index < 256 ? OP.BINGET : OP.LONG_BINGET)
    if (index < 256) this.out.byte(index)
    else this.out.uint32(index)
  }

  #persistent(path: string): void {
    emitStr(this.out, this.#protocol, path)
    this.out.byte(OP.BINPERSID)
  }
}
