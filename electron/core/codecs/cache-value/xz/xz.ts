import { BoundedOutput } from '../bounded-output.ts'
import { PackedReader } from '../packed-reader.ts'
import { UnpackFault } from '../unpack-fault.ts'
import { CHECK_BYTES, CHECKS, crc32Bytes, crc64 } from './checks.ts'
import { storeLzma2, unpackLzma2 } from './lzma2.ts'

/** The .xz container (xz-file-format.txt 1.2) with LZMA2 in it, as Python's `lzma` writes and reads it. */

const MAGIC = Buffer.from('fd377a585a00', 'hex')
const FOOTER_MAGIC = Buffer.from('YZ', 'latin1')
const LZMA2 = 0x21
const CRC64 = 4
const LEAST_STREAM_BYTES = 32
/** 4 MiB, as Python's preset 4 has it. Readers with less memory refuse more. */
const WRITTEN_DICTIONARY = 0x14

/** Bytes after the first stream that are no stream are ignored, as Python ignores them. @throws UnpackFault */
export function unpackXz(data: Uint8Array, limitBytes: number): Buffer {
  const input = new PackedReader(data)
  const output = new BoundedOutput(limitBytes)
  readStream(input, output)
  while (input.left >= LEAST_STREAM_BYTES) {
    const before = output.length
    try {
      readStream(input, output)
    } catch (error) {
      if (error instanceof UnpackFault && error.reason === 'not-packed') return output.written.subarray(0, before)
      throw error
    }
  }
  return output.written
}

function readStream(input: PackedReader, output: BoundedOutput): void {
  if (input.left < MAGIC.length || !input.take(MAGIC.length).equals(MAGIC)) throw new UnpackFault('not-packed')
  const flags = input.take(2)
  expectCheck(input, flags)
  const check = flags.readUInt8(1)
  if (flags[0] !== 0 || check > 15) throw new UnpackFault('packed-feature')
  const records: Record[] = []
  for (let size = input.byte(); size !== 0; size = input.byte()) records.push(readBlock(input, output, size, check))
  const indexBytes = readIndex(input, records)
  const footer = input.take(12)
  const isWhole = footer.subarray(10).equals(FOOTER_MAGIC) && footer.subarray(8, 10).equals(flags) && (footer.readUInt32LE(4) + 1) * 4 === indexBytes
  if (!isWhole) throw new UnpackFault('packed-damaged')
  if (!crc32Bytes(footer.subarray(4, 10)).equals(footer.subarray(0, 4))) throw new UnpackFault('packed-checksum')
}

/** Sizes of a block, which stand in the index again. */
interface Record {
  readonly unpaddedBytes: number
  readonly contentBytes: number
}

function readBlock(input: PackedReader, output: BoundedOutput, size: number, check: number): Record {
  const start = input.at - 1
  const header = input.take((size + 1) * 4 - 5)
  const claims = readBlockHeader(header)
  expectCheck(input, Buffer.concat([Buffer.from([size]), header]))
  const [packedStart, contentStart] = [input.at, output.length]
  unpackLzma2(input, output)
  const packedBytes = input.at - packedStart
  const content = output.written.subarray(contentStart)
  if ((claims.packed ?? packedBytes) !== packedBytes || (claims.content ?? content.length) !== content.length) throw new UnpackFault('packed-damaged')
  const padding = (4 - (packedBytes % 4)) % 4
  if (input.take(padding).some((byte) => byte !== 0)) throw new UnpackFault('packed-damaged')
  const stored = input.take(CHECK_BYTES[check] ?? 0)
  const computed = CHECKS[check]?.(content)
  if (computed !== undefined && !computed.equals(stored)) throw new UnpackFault('packed-checksum')
  return { unpaddedBytes: input.at - start - padding, contentBytes: content.length }
}

/** One filter, LZMA2: Python writes no other unless it is told to. */
function readBlockHeader(header: Buffer): { readonly packed: number | null; readonly content: number | null } {
  const input = new PackedReader(header)
  const flags = input.byte()
  if ((flags & 0x3f) !== 0) throw new UnpackFault('packed-feature')
  const packed = (flags & 0x40) === 0 ? null : readNumber(input)
  const content = (flags & 0x80) === 0 ? null : readNumber(input)
  if (readNumber(input) !== LZMA2 || readNumber(input) !== 1) throw new UnpackFault('packed-feature')
  // The size of the dictionary: what it repeats is looked up in the output, so nothing is set aside for it.
  input.byte()
  if (input.take(input.left).some((byte) => byte !== 0)) throw new UnpackFault('packed-feature')
  return { packed, content }
}

/** Its size with padding and checksum. */
function readIndex(input: PackedReader, records: readonly Record[]): number {
  const start = input.at - 1
  let isRight = readNumber(input) === records.length
  for (const { unpaddedBytes, contentBytes } of isRight ? records : []) isRight = readNumber(input) === unpaddedBytes && readNumber(input) === contentBytes && isRight
  while ((input.at - start) % 4 !== 0) isRight = input.byte() === 0 && isRight
  if (!isRight) throw new UnpackFault('packed-damaged')
  expectCheck(input, Buffer.concat([Buffer.from([0]), input.since(start + 1)]))
  return input.at - start
}

function expectCheck(input: PackedReader, data: Uint8Array): void {
  if (!crc32Bytes(data).equals(input.take(4))) throw new UnpackFault('packed-checksum')
}

/** Seven bits in each byte, lowest first. */
function readNumber(input: PackedReader): number {
  let value = 0
  for (let power = 0; power < 7; power++) {
    const byte = input.byte()
    value += (byte & 0x7f) * 128 ** power
    if (byte < 0x80) return value
  }
  throw new UnpackFault('packed-damaged')
}

function numberBytes(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest < 128 ? 0 : 0x80))
    if (rest < 128) return Buffer.from(bytes)
  }
}

/** One stream with one block, its data stored as it is. */
export function packXz(data: Buffer): Buffer {
  const flags = Buffer.from([0, CRC64])
  const header = Buffer.from([2, 0, LZMA2, 1, WRITTEN_DICTIONARY, 0, 0, 0])
  const body = storeLzma2(data)
  const check = crc64(data)
  const index = pad(Buffer.concat([Buffer.from([0, 1]), numberBytes(header.length + 4 + body.length + check.length), numberBytes(data.length)]))
  const footer = Buffer.alloc(6)
  footer.writeUInt32LE(index.length / 4, 0)
  flags.copy(footer, 4)
  return Buffer.concat([MAGIC, flags, crc32Bytes(flags), header, crc32Bytes(header), pad(body), check, index, crc32Bytes(index), crc32Bytes(footer), footer, FOOTER_MAGIC])
}

function pad(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
}
