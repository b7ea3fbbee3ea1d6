import type { BoundedOutput } from '../bounded-output.ts'
import { PackedReader } from '../packed-reader.ts'
import { UnpackFault } from '../unpack-fault.ts'

const LEAST_MATCH = 4
/** A length that does not fit into four bits goes on in bytes of up to 255. */
const LONG = 15
const MAX_DISTANCE = 0xffff
/** The last bytes of a block are literals; a match begins before the last twelve. */
const LAST_LITERALS = 5
const MATCH_BEFORE_END = 12
const HASH_BITS = 14

/** Appends one LZ4 block. `from`: where the bytes begin that it may repeat. @throws UnpackFault */
export function unpackBlock(block: Uint8Array, output: BoundedOutput, from: number): void {
  const input = new PackedReader(block)
  for (;;) {
    const token = input.byte()
    output.bytes(input.take(readLength(input, token >> 4)))
    if (input.left === 0) return
    const distance = input.uint16()
    if (distance === 0 || distance > output.length - from) throw new UnpackFault('packed-damaged')
    output.repeat(distance, readLength(input, token & LONG) + LEAST_MATCH)
  }
}

function readLength(input: PackedReader, start: number): number {
  let length = start
  if (start < LONG) return length
  for (;;) {
    const more = input.byte()
    length += more
    if (more < 255) return length
  }
}

/** One LZ4 block: each four bytes that were seen before are looked up once, as LZ4's fast mode does. */
export function packBlock(data: Buffer): Buffer {
  const parts: Buffer[] = []
  const seenAt = new Int32Array(1 << HASH_BITS).fill(-1)
  let literals = 0
  for (let at = 0; at < data.length - MATCH_BEFORE_END; ) {
    const word = data.readUInt32LE(at)
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS)
    const seen = seenAt[slot] ?? -1
    seenAt[slot] = at
    if (seen < 0 || at - seen > MAX_DISTANCE || data.readUInt32LE(seen) !== word) {
      at++
      continue
    }
    const length = matchLength(data, seen, at)
    parts.push(sequence(data.subarray(literals, at), at - seen, length))
    at += length
    literals = at
  }
  parts.push(sequence(data.subarray(literals), null, 0))
  return Buffer.concat(parts)
}

function matchLength(data: Buffer, seen: number, at: number): number {
  const most = data.length - LAST_LITERALS - at
  let length = LEAST_MATCH
  while (length < most && data[seen + length] === data[at + length]) length++
  return length
}

/** `distance` null: the last sequence, which has literals only. */
function sequence(literals: Buffer, distance: number | null, length: number): Buffer {
  const match = distance === null ? 0 : length - LEAST_MATCH
  const token = (Math.min(literals.length, LONG) << 4) | Math.min(match, LONG)
  const head = Buffer.from([token, ...lengthBytes(literals.length)])
  const tail = distance === null ? [] : [distance & 0xff, distance >> 8, ...lengthBytes(match)]
  return Buffer.concat([head, literals, Buffer.from(tail)])
}

function lengthBytes(length: number): readonly number[] {
  if (length < LONG) return []
  const rest = length - LONG
  return [...new Array<number>(Math.floor(rest / 255)).fill(255), rest % 255]
}
