import { UnpackFault } from './unpack-fault.ts'

/** A place in packed bytes. @throws UnpackFault `packed-truncated` at their end */
export class PackedReader {
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
    const value = this.#data[this.#at]
    if (value === undefined) throw new UnpackFault('packed-truncated')
    this.#at++
    return value
  }

  uint16(): number {
    return this.take(2).readUInt16LE()
  }

  uint16BE(): number {
    return this.take(2).readUInt16BE()
  }

  uint32(): number {
    return this.take(4).readUInt32LE()
  }

  take(count: number): Buffer {
    if (count > this.left) throw new UnpackFault('packed-truncated')
    this.#at += count
    return this.#data.subarray(this.#at - count, this.#at)
  }

  since(start: number): Buffer {
    return this.#data.subarray(start, this.#at)
  }
}
