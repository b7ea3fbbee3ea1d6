import { BoundedOutput } from '../bounded-output.ts'
import { PackedReader } from '../packed-reader.ts'
import { UnpackFault } from '../unpack-fault.ts'
import { packBlock, unpackBlock } from './block.ts'
import { xxhash32 } from './xxhash32.ts'

/** LZ4 frames (lz4_Frame_format.md 1.6), as Python's `lz4.frame` writes and reads them. */

const MAGIC = 0x184d2204
const FLAG = { version: 0xc0, independent: 0x20, blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const
const VERSION_1 = 0x40
const STORED = 0x8000_0000
const BLOCK_BYTES: readonly (number | undefined)[] = [undefined, undefined, undefined, undefined, 1 << 16, 1 << 18, 1 << 20, 1 << 22]
/** 64 kB, independent. */
const WRITTEN_BLOCK = 4

/** @throws UnpackFault */
export function unpackLz4(data: Uint8Array, limitBytes: number): Buffer {
  const input = new PackedReader(data)
  if (input.left < 4 || input.uint32() !== MAGIC) throw new UnpackFault('not-packed')
  const frame = readHeader(input)
  if (frame.size !== null && frame.size > limitBytes) throw new UnpackFault('inflate-size')
  const output = new BoundedOutput(limitBytes)
  for (let head = input.uint32(); head !== 0; head = input.uint32()) readBlock(input, output, head, frame)
  const content = output.written
  if (frame.size !== null && frame.size !== content.length) throw new UnpackFault('packed-damaged')
  if (frame.hasChecksum && input.uint32() !== xxhash32(content)) throw new UnpackFault('packed-checksum')
  return content
}

interface Frame {
  readonly blockBytes: number
  readonly isIndependent: boolean
  readonly hasBlockChecksums: boolean
  readonly hasChecksum: boolean
  readonly size: number | null
}

function readHeader(input: PackedReader): Frame {
  const start = input.at
  const flags = input.byte()
  const blockBytes = BLOCK_BYTES[(input.byte() >> 4) & 7]
  if ((flags & FLAG.version) !== VERSION_1 || blockBytes === undefined) throw new UnpackFault('packed-damaged')
  if ((flags & FLAG.dictionary) !== 0) throw new UnpackFault('packed-feature')
  const size = (flags & FLAG.contentSize) === 0 ? null : Number(input.take(8).readBigUInt64LE())
  const header = input.since(start)
  if (input.byte() !== headerChecksum(header)) throw new UnpackFault('packed-checksum')
  return {
    blockBytes,
    isIndependent: (flags & FLAG.independent) !== 0,
    hasBlockChecksums: (flags & FLAG.blockChecksum) !== 0,
    hasChecksum: (flags & FLAG.contentChecksum) !== 0,
    size,
  }
}

function readBlock(input: PackedReader, output: BoundedOutput, head: number, frame: Frame): void {
  const length = head & ~STORED
  if (length > frame.blockBytes) throw new UnpackFault('packed-damaged')
  const block = input.take(length)
  const start = output.length
  if (head >= STORED) output.bytes(block)
  else unpackBlock(block, output, frame.isIndependent ? start : 0)
  if (output.length - start > frame.blockBytes) throw new UnpackFault('packed-damaged')
  if (frame.hasBlockChecksums && input.uint32() !== xxhash32(block)) throw new UnpackFault('packed-checksum')
}

/** One frame with the size of its content in the header, as `lz4.frame.compress` makes it. */
export function packLz4(data: Buffer): Buffer {
  const header = Buffer.alloc(10)
  header.writeUInt8(VERSION_1 | FLAG.independent | FLAG.contentSize, 0)
  header.writeUInt8(WRITTEN_BLOCK << 4, 1)
  header.writeBigUInt64LE(BigInt(data.length), 2)
  const parts = [uint32(MAGIC), header, Buffer.from([headerChecksum(header)])]
  const blockBytes = BLOCK_BYTES[WRITTEN_BLOCK] ?? data.length
  for (let at = 0; at < data.length; at += blockBytes) parts.push(...writeBlock(data.subarray(at, at + blockBytes)))
  return Buffer.concat([...parts, uint32(0)])
}

function writeBlock(data: Buffer): readonly Buffer[] {
  const packed = packBlock(data)
  return packed.length < data.length ? [uint32(packed.length), packed] : [uint32(data.length + STORED), data]
}

function headerChecksum(header: Uint8Array): number {
  return (xxhash32(header) >>> 8) & 0xff
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
