import { PackedReader } from '../packed-reader.ts'
import { UnpackFault } from '../unpack-fault.ts'

const HEADER_BYTES = 5
const TOP = 2 ** 24
const MODEL_BITS = 11
const MOVE_BITS = 5

/** Probabilities that all choices are equally likely. */
export function evenProbabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(1 << (MODEL_BITS - 1))
}

/** LZMA's entropy decoder (lzma-specification.txt, "Range Decoder"). Numbers stay unsigned 32 bits. @throws UnpackFault */
export class RangeDecoder {
  readonly #input: PackedReader
  #range = 0xffff_ffff
  #code = 0

  constructor(data: Uint8Array) {
    this.#input = new PackedReader(data)
    if (data.length < HEADER_BYTES) throw new UnpackFault('packed-truncated')
    if (this.#input.byte() !== 0) throw new UnpackFault('packed-damaged')
    for (let index = 1; index < HEADER_BYTES; index++) this.#code = ((this.#code << 8) | this.#input.byte()) >>> 0
  }

  /** Whether it ends where it should. */
  get isFinished(): boolean {
    return this.#input.left === 0 && this.#code === 0
  }

  bit(probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index] ?? 0
    const bound = (this.#range >>> MODEL_BITS) * probability
    if (this.#code < bound) {
      this.#range = bound
      probabilities[index] = probability + (((1 << MODEL_BITS) - probability) >> MOVE_BITS)
      this.#normalize()
      return 0
    }
    this.#range -= bound
    this.#code -= bound
    probabilities[index] = probability - (probability >> MOVE_BITS)
    this.#normalize()
    return 1
  }

  /** Bits with even chances, highest first. */
  direct(bits: number): number {
    let result = 0
    for (let index = 0; index < bits; index++) {
      this.#range >>>= 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit === 1) this.#code -= this.#range
      this.#normalize()
      result = result * 2 + bit
    }
    return result
  }

  /** A number whose bits stand in a tree of probabilities, highest first. */
  tree(probabilities: Uint16Array, bits: number, from = 0): number {
    let node = 1
    for (let index = 0; index < bits; index++) node = (node << 1) | this.bit(probabilities, from + node)
    return node - (1 << bits)
  }

  /** The same, lowest bit first. */
  reverseTree(probabilities: Uint16Array, bits: number, from = 0): number {
    let node = 1
    let result = 0
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(probabilities, from + node)
      node = (node << 1) | bit
      result |= bit << index
    }
    return result
  }

  #normalize(): void {
    if (this.#range >= TOP) return
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | this.#input.byte()) >>> 0
  }
}
