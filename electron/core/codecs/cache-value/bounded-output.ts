import { UnpackFault } from './unpack-fault.ts'

const FIRST_BYTES = 4096

/** Unpacked bytes that grow up to a limit, and that later ones repeat. @throws UnpackFault `inflate-size` beyond the limit */
export class BoundedOutput {
  readonly #limit: number
  #bytes: Buffer
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
    this.#bytes = Buffer.allocUnsafe(Math.min(FIRST_BYTES, limit))
  }

  get length(): number {
    return this.#length
  }

  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** A byte that was written `distance` bytes ago. */
  back(distance: number): number {
    return this.#bytes[this.#length - distance] ?? 0
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  bytes(data: Uint8Array): void {
    this.#reserve(data.length)
    this.#bytes.set(data, this.#length)
    this.#length += data.length
  }

  /** Repeats what stands `distance` bytes back; it may run into its own copy. */
  repeat(distance: number, count: number): void {
    this.#reserve(count)
    const from = this.#length - distance
    const end = this.#length + count
    // What was just copied is copied, too: each step may be twice as long as the one before.
    while (this.#length < end) {
      const step = Math.min(end - this.#length, this.#length - from)
      this.#bytes.copyWithin(this.#length, from, from + step)
      this.#length += step
    }
  }

  #reserve(count: number): void {
    const end = this.#length + count
    if (end > this.#limit) throw new UnpackFault('inflate-size')
    if (end <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.min(Math.max(end, this.#bytes.length * 2), this.#limit))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
