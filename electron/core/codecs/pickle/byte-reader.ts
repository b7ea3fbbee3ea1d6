import { Fault } from './fault.ts'

const NEWLINE = 0x0a

/** A place in the bytes of a pickle. Every claimed length is compared with what is there before anything is made of it. */
export class ByteReader {
  readonly #data: Buffer
  #at = 0

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  }

  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.#data.length - this.#at
  }

  byte(): number {
    return this.#data.readUInt8(this.#advance(1))
  }

  uint16(): number {
    return this.#data.readUInt16LE(this.#advance(2))
  }

  uint32(): number {
    return this.#data.readUInt32LE(this.#advance(4))
  }

  int32(): number {
    return this.#data.readInt32LE(this.#advance(4))
  }

  double(): number {
    return this.#data.readDoubleBE(this.#advance(8))
  }

  /** A length of eight bytes. */
  length64(): number {
    const length = this.#data.readBigUInt64LE(this.#advance(8))
    return length > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(length)
  }

  take(length: number): Buffer {
    const start = this.#advance(length)
    return this.#data.subarray(start, start + length)
  }

  /** Up to the next newline, which is left out. */
  line(): Buffer {
    const end = this.#data.indexOf(NEWLINE, this.#at)
    if (end < 0) throw new Fault('pickle-truncated', this.#at)
    const line = this.#data.subarray(this.#at, end)
    this.#at = end + 1
    return line
  }

  since(start: number): Buffer {
    return this.#data.subarray(start, this.#at)
  }

  #advance(length: number): number {
    const start = this.#at
    if (length < 0 || length > this.left) throw new Fault('pickle-truncated', start)
    this.#at += length
    return start
  }
}
