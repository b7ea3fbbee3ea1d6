import type { BoundedOutput } from '../bounded-output.ts'
import { UnpackFault } from '../unpack-fault.ts'
import { evenProbabilities } from './range-decoder.ts'
import type { RangeDecoder } from './range-decoder.ts'

/** LZMA as LZMA2 carries it (lzma-specification.txt): names and numbers are those of the specification. */

const STATES = 12
const LITERAL_STATES = 7
const MAX_POSITION_STATES = 16
const LITERAL_PROBABILITIES = 0x300
const LEAST_MATCH = 2
const LENGTH_STATES = 4
const SLOT_BITS = 6
const END_SLOT = 14
const MODELLED_DISTANCES = 1 + 128 - END_SLOT
const ALIGN_BITS = 4

export interface LzmaProperties {
  /** High bits of the byte before that choose how a literal is coded. */
  readonly lc: number
  /** Low bits of the position that do so. */
  readonly lp: number
  /** Low bits of the position that choose how everything else is coded. */
  readonly pb: number
}

/** null: no encoder makes that. */
export function readProperties(byte: number): LzmaProperties | null {
  const [lc, lp, pb] = [byte % 9, Math.floor(byte / 9) % 5, Math.floor(byte / 45)]
  return pb > 4 || lc + lp > 4 ? null : { lc, lp, pb }
}

class LengthDecoder {
  readonly #choice = evenProbabilities(2)
  readonly #low = evenProbabilities(MAX_POSITION_STATES << 3)
  readonly #mid = evenProbabilities(MAX_POSITION_STATES << 3)
  readonly #high = evenProbabilities(256)

  read(input: RangeDecoder, positionState: number): number {
    if (input.bit(this.#choice, 0) === 0) return LEAST_MATCH + input.tree(this.#low, 3, positionState << 3)
    if (input.bit(this.#choice, 1) === 0) return LEAST_MATCH + 8 + input.tree(this.#mid, 3, positionState << 3)
    return LEAST_MATCH + 16 + input.tree(this.#high, 8)
  }
}

/** What LZMA remembers from one chunk to the next. */
export class LzmaDecoder {
  readonly #properties: LzmaProperties
  readonly #literal: Uint16Array
  readonly #isMatch = evenProbabilities(STATES * MAX_POSITION_STATES)
  readonly #isRep = evenProbabilities(STATES)
  readonly #isRep0 = evenProbabilities(STATES)
  readonly #isRep1 = evenProbabilities(STATES)
  readonly #isRep2 = evenProbabilities(STATES)
  readonly #isLongRep0 = evenProbabilities(STATES * MAX_POSITION_STATES)
  readonly #slot = evenProbabilities(LENGTH_STATES << SLOT_BITS)
  readonly #special = evenProbabilities(MODELLED_DISTANCES)
  readonly #align = evenProbabilities(1 << ALIGN_BITS)
  readonly #matchLength = new LengthDecoder()
  readonly #repLength = new LengthDecoder()
  /** Distances of the last four matches, less one. */
  readonly #reps: [number, number, number, number] = [0, 0, 0, 0]
  #state = 0

  constructor(properties: LzmaProperties) {
    this.#properties = properties
    this.#literal = evenProbabilities(LITERAL_PROBABILITIES << (properties.lc + properties.lp))
  }

  /** Appends `count` bytes. `from`: where the dictionary begins in the output. @throws UnpackFault */
  read(input: RangeDecoder, output: BoundedOutput, count: number, from: number): void {
    const end = output.length + count
    while (output.length < end) {
      const positionState = (output.length - from) & ((1 << this.#properties.pb) - 1)
      const slot = this.#state * MAX_POSITION_STATES + positionState
      if (input.bit(this.#isMatch, slot) === 0) {
        this.#readLiteral(input, output, from)
        continue
      }
      const length = input.bit(this.#isRep, this.#state) === 0 ? this.#readMatch(input, positionState) : this.#readRep(input, positionState, slot)
      const distance = this.#reps[0] + 1
      if (distance > output.length - from || output.length + length > end) throw new UnpackFault('packed-damaged')
      output.repeat(distance, length)
    }
  }

  #readLiteral(input: RangeDecoder, output: BoundedOutput, from: number): void {
    const { lc, lp } = this.#properties
    const position = output.length - from
    const before = position === 0 ? 0 : output.back(1)
    const context = ((position & ((1 << lp) - 1)) << lc) + (before >> (8 - lc))
    const base = LITERAL_PROBABILITIES * context
    let symbol = 1
    if (this.#state >= LITERAL_STATES) {
      if (this.#reps[0] >= position) throw new UnpackFault('packed-damaged')
      let match = output.back(this.#reps[0] + 1)
      while (symbol < 0x100) {
        const matchBit = (match >> 7) & 1
        match <<= 1
        const bit = input.bit(this.#literal, base + ((1 + matchBit) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (bit !== matchBit) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | input.bit(this.#literal, base + symbol)
    output.byte(symbol & 0xff)
    this.#state = this.#state < 4 ? 0 : this.#state - (this.#state < 10 ? 3 : 6)
  }

  #readMatch(input: RangeDecoder, positionState: number): number {
    const length = this.#matchLength.read(input, positionState)
    const [first, second, third] = this.#reps
    this.#remember(this.#readDistance(input, length), first, second, third)
    this.#state = this.#state < LITERAL_STATES ? 7 : 10
    return length
  }

  #readRep(input: RangeDecoder, positionState: number, slot: number): number {
    const isAfterLiteral = this.#state < LITERAL_STATES
    if (input.bit(this.#isRep0, this.#state) === 1) this.#recall(input)
    else if (input.bit(this.#isLongRep0, slot) === 0) {
      this.#state = isAfterLiteral ? 9 : 11
      return 1
    }
    this.#state = isAfterLiteral ? 8 : 11
    return this.#repLength.read(input, positionState)
  }

  #recall(input: RangeDecoder): void {
    const [first, second, third, fourth] = this.#reps
    if (input.bit(this.#isRep1, this.#state) === 0) this.#remember(second, first, third, fourth)
    else if (input.bit(this.#isRep2, this.#state) === 0) this.#remember(third, first, second, fourth)
    else this.#remember(fourth, first, second, third)
  }

  #readDistance(input: RangeDecoder, length: number): number {
    const lengthState = Math.min(length - LEAST_MATCH, LENGTH_STATES - 1)
    const slot = input.tree(this.#slot, SLOT_BITS, lengthState << SLOT_BITS)
    if (slot < 4) return slot
    const bits = (slot >> 1) - 1
    const start = (2 | (slot & 1)) * 2 ** bits
    if (slot < END_SLOT) return start + input.reverseTree(this.#special, bits, start - slot)
    return start + input.direct(bits - ALIGN_BITS) * 2 ** ALIGN_BITS + input.reverseTree(this.#align, ALIGN_BITS)
  }

  #remember(first: number, second: number, third: number, fourth: number): void {
    this.#reps[0] = first
    this.#reps[1] = second
    this.#reps[2] = third
    this.#reps[3] = fourth
  }
}
