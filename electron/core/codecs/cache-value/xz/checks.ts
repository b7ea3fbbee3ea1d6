import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** ECMA-182, reflected. */
const POLYNOMIAL = 0xc96c5795d7870f42n
const HIGH = new Int32Array(256)
const LOW = new Int32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = (value & 1n) === 0n ? value >> 1n : (value >> 1n) ^ POLYNOMIAL
  HIGH[byte] = Number(BigInt.asIntN(32, value >> 32n))
  LOW[byte] = Number(BigInt.asIntN(32, value))
}

/** CRC-64 as .xz has it, in eight bytes, lowest first. By halves: big integers would be slow here. */
export function crc64(data: Uint8Array): Buffer {
  let high = -1
  let low = -1
  for (let at = 0; at < data.length; at++) {
    const index = (low ^ (data[at] ?? 0)) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0)
    high = (high >>> 8) ^ (HIGH[index] ?? 0)
  }
  const bytes = Buffer.alloc(8)
  bytes.writeInt32LE(~low, 0)
  bytes.writeInt32LE(~high, 4)
  return bytes
}

export function crc32Bytes(data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(crc32(data))
  return bytes
}

/** The check of a block (xz-file-format.txt, 2.1.1.2) by its number. Others are passed over by their size. */
export const CHECKS: Readonly<Record<number, (data: Uint8Array) => Buffer>> = {
  0: () => Buffer.alloc(0),
  1: crc32Bytes,
  4: crc64,
  10: (data) => createHash('sha256').update(data).digest(),
}
export const CHECK_BYTES: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]
