import { Fault } from './fault.ts'

/** Bytes that grow up to a limit. @throws Fault beyond it */
export class ByteWriter {
  readonly #limit: number
  #bytes: Buffer = Buffer.allocUnsafe(1024)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  byte(value: number): void {
    const at = this.#reserve(1)
    this.#bytes.writeUInt8(value, at)
  }

  uint16(value: number): void {
    const at = this.#reserve(2)
    this.#bytes.writeUInt16LE(value, at)
  }

  uint32(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeUInt32LE(value, at)
  }

  int32(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeInt32LE(value, at)
  }

  uint64(value: number): void {
    const at = this.#reserve(8)
    this.#bytes.writeBigUInt64LE(BigInt(value), at)
  }

  double(value: number): void {
    const at = this.#reserve(8)
    this.#bytes.writeDoubleBE(value, at)
  }

  bytes(data: Uint8Array): void {
    const at = this.#reserve(data.length)
    this.#bytes.set(data, at)
  }

  ascii(text: string): void {
    this.bytes(Buffer.from(text, 'latin1'))
  }

  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(length: number): number {
    const start = this.#length
    const end = start + length
    if (end > this.#limit) throw new Fault('pickle-size', null)
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, start)
      this.#bytes = larger
    }
    this.#length = end
    return start
  }
}
