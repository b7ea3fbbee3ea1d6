import { Buffer } from 'node:buffer'

/** Slots of a Redis Cluster. */
export const SLOTS = 16_384

/** Slot of a key: CRC16 (XMODEM) of what stands between its first braces, if anything does, or of all of it (redis.io, cluster spec). */
export function slotOf(key: string): number {
  const bytes = Buffer.from(key, 'utf8')
  const open = bytes.indexOf('{')
  const close = open < 0 ? -1 : bytes.indexOf('}', open + 1)
  let crc = 0
  for (const byte of close > open + 1 ? bytes.subarray(open + 1, close) : bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc % SLOTS
}
