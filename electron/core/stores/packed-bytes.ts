import type { PackedData } from '../../../shared/model/packed.ts'

const FIRST_BYTES = 64 * 1024
/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES_A_CHAR = 3

/** Collects values in one buffer, which grows: a page of rows is no thousand buffers that are copied once more. */
export class PackedBytes {
  #room = Buffer.allocUnsafeSlow(FIRST_BYTES)
  readonly #ends: number[] = []
  #length = 0

  /** A text goes in as UTF-8. */
  add(value: string | Uint8Array): void {
    if (typeof value !== 'string') {
      this.#makeRoom(value.length)
      this.#room.set(value, this.#length)
      this.#length += value.length
    } else {
      if (this.#length + value.length * MOST_BYTES_A_CHAR > this.#room.length) this.#makeRoom(Buffer.byteLength(value))
      this.#length += this.#room.write(value, this.#length)
    }
    this.#ends.push(this.#length)
  }

  /** In a buffer of its own size, which can change hands. */
  finish(): PackedData {
    return { bytes: new Uint8Array(this.#room.buffer.transfer(this.#length)), ends: Uint32Array.from(this.#ends) }
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes
    if (needed > this.#room.length) this.#room = Buffer.from(this.#room.buffer.transfer(Math.max(needed, this.#room.length * 2)))
  }
}
