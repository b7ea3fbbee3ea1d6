import { floatRepr } from '../../../../../shared/values/float-repr.ts'
import type { DataEntry, DataNode } from '../../../../../shared/values/node.ts'
import { EXT_NAME } from './ext.ts'
import { Fault } from './fault.ts'
import type { MsgpackFault } from './fault.ts'

export type ReadMsgpack = { readonly ok: true; readonly node: DataNode } | { readonly ok: false; readonly reason: MsgpackFault; readonly offset: number }

/**
 * What `msgpack.loads(data, raw=False)` makes of it, as django-redis calls it. Ints and floats stay apart, ext values are kept as
 * they are. Python refuses keys that are neither text nor bytes, and bytes after the end.
 */
export function readMsgpack(data: Buffer): ReadMsgpack {
  const reader = new Reader(data)
  try {
    return { ok: true, node: reader.read() }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, reason: error.reason, offset: error.offset }
    throw error
  }
}

/** Whether it begins as a map does, which is what a session dict becomes. */
export function looksLikeMsgpack(data: Buffer): boolean {
  const first = data[0] ?? 0
  if (data.length === 1) return first === EMPTY_MAP
  return (first > EMPTY_MAP && first < 0x90) || first === 0xde || first === 0xdf
}

const EMPTY_MAP = 0x80
/** A value may take one byte, and its node a hundred. */
const MOST_VALUES = 1_000_000
/** Python's reader has a stack of this size (`MSGPACK_EMBED_STACK_SIZE`). */
const MOST_LEVELS = 1024

type Frame =
  | { readonly kind: 'list'; readonly count: number; readonly items: DataNode[] }
  | { readonly kind: 'dict'; readonly count: number; readonly entries: DataEntry[]; key: DataNode | null }

class Reader {
  readonly #data: Buffer
  readonly #frames: Frame[] = []
  #at = 0
  #start = 0
  #valuesLeft = MOST_VALUES

  constructor(data: Buffer) {
    this.#data = data
  }

  read(): DataNode {
    for (;;) {
      let node = this.#value()
      for (let frame = this.#frames.at(-1); node !== null && frame !== undefined; frame = this.#frames.at(-1)) node = this.#put(frame, node)
      if (node === null) continue
      if (this.#at < this.#data.length) throw new Fault('msgpack-trailing', this.#at)
      return node
    }
  }

  /** The container, when it is full; null: it wants more. */
  #put(frame: Frame, node: DataNode): DataNode | null {
    if (frame.kind === 'list') frame.items.push(node)
    else if (frame.key === null) {
      if (node.kind !== 'str' && node.kind !== 'bytes') throw new Fault('msgpack-key', this.#start)
      frame.key = node
      return null
    } else {
      frame.entries.push({ key: frame.key, value: node })
      frame.key = null
    }
    if ((frame.kind === 'list' ? frame.items : frame.entries).length < frame.count) return null
    this.#frames.pop()
    return frame.kind === 'list' ? { kind: 'list', items: frame.items } : { kind: 'dict', entries: frame.entries }
  }

  /** null: a container was opened. */
  #value(): DataNode | null {
    this.#start = this.#at
    if (--this.#valuesLeft < 0) throw new Fault('msgpack-size', this.#start)
    const type = this.#take(1).readUInt8()
    if (type < 0x80) return int(type)
    if (type < 0x90) return this.#openDict(type & 0x0f)
    if (type < 0xa0) return this.#openList(type & 0x0f)
    if (type < 0xc0) return this.#text(type & 0x1f)
    if (type >= 0xe0) return int(type - 0x100)
    return this.#sized(type)
  }

  #sized(type: number): DataNode | null {
    if (type <= 0xc3) return this.#constant(type)
    if (type <= 0xc6) return { kind: 'bytes', base64: this.#take(this.#length(type - 0xc4)).toString('base64') }
    if (type <= 0xc9) return this.#ext(this.#length(type - 0xc7))
    if (type <= 0xcb) return { kind: 'float', repr: floatRepr(type === 0xca ? this.#take(4).readFloatBE() : this.#take(8).readDoubleBE()) }
    if (type <= 0xd3) return this.#integer(type)
    if (type <= 0xd8) return this.#ext(1 << (type - 0xd4))
    if (type <= 0xdb) return this.#text(this.#length(type - 0xd9))
    return type <= 0xdd ? this.#openList(this.#length(type - 0xdb)) : this.#openDict(this.#length(type - 0xdd))
  }

  #constant(type: number): DataNode {
    if (type === 0xc1) throw new Fault('msgpack-type', this.#start)
    return type === 0xc0 ? { kind: 'none' } : { kind: 'bool', value: type === 0xc3 }
  }

  #integer(type: number): DataNode {
    const size = 1 << ((type - 0xcc) & 3)
    const bytes = this.#take(size)
    if (size === 8) return { kind: 'int', digits: String(type === 0xcf ? bytes.readBigUInt64BE() : bytes.readBigInt64BE()) }
    return int(type < 0xd0 ? bytes.readUIntBE(0, size) : bytes.readIntBE(0, size))
  }

  #text(length: number): DataNode {
    const bytes = this.#take(length)
    const value = decodeStrictly(bytes)
    if (value === null) throw new Fault('msgpack-text', this.#start)
    return { kind: 'str', value }
  }

  /** A code and bytes: Python makes `ExtType(code, data)`, or a `Timestamp` of code -1. */
  #ext(length: number): DataNode {
    const code = this.#take(1).readInt8()
    const data = this.#take(length)
    if (code < -1) throw new Fault('msgpack-type', this.#start)
    if (code === -1 && length !== 4 && length !== 8 && length !== 12) throw new Fault('msgpack-type', this.#start)
    const state: DataNode = { kind: 'tuple', items: [int(code), { kind: 'bytes', base64: data.toString('base64') }] }
    return { kind: 'opaque', name: code === -1 ? EXT_NAME.timestamp : EXT_NAME.other, state, raw: this.#data.subarray(this.#start, this.#at).toString('base64'), danger: 'class' }
  }

  #openList(count: number): DataNode | null {
    this.#check(count)
    if (count === 0) return { kind: 'list', items: [] }
    this.#frames.push({ kind: 'list', count, items: [] })
    return null
  }

  #openDict(count: number): DataNode | null {
    this.#check(count * 2)
    if (count === 0) return { kind: 'dict', entries: [] }
    this.#frames.push({ kind: 'dict', count, entries: [], key: null })
    return null
  }

  /** Each item takes a byte at least, so a claim is compared with what is there. */
  #check(count: number): void {
    if (count > this.#data.length - this.#at) throw new Fault('msgpack-truncated', this.#start)
    if (this.#frames.length >= MOST_LEVELS) throw new Fault('msgpack-depth', this.#start)
  }

  /** A length of 1, 2 or 4 bytes. */
  #length(power: number): number {
    const size = 1 << power
    return this.#take(size).readUIntBE(0, size)
  }

  #take(count: number): Buffer {
    const end = this.#at + count
    if (end > this.#data.length) throw new Fault('msgpack-truncated', this.#start)
    const bytes = this.#data.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}

function int(value: number): DataNode {
  return { kind: 'int', digits: String(value) }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeStrictly(bytes: Buffer): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}
