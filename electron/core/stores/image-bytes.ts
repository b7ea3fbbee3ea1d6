import { CoatcheckError } from '../../../shared/errors.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { RawValue, StoreImage } from './session-store.ts'

/**
 * An image as bytes, for journals and for crossing threads. Numbers are little-endian 32-bit lengths.
 * Layout: key, then for each column its name, one letter for the type (`n` null, `s` text, `i` integer, `d` real, `b` bytes) and its value.
 */
export function imageToBytes({ key, columns }: StoreImage): Uint8Array {
  const values = Object.entries(columns).map(([name, value]) => ({ name, ...lettered(value) }))
  const whole = Buffer.allocUnsafe(4 + Buffer.byteLength(key) + values.reduce((sum, { name, value }) => sum + 9 + Buffer.byteLength(name) + lengthOf(value), 0))
  let at = writePart(whole, key, 0)
  for (const { name, letter, value } of values) {
    at = writePart(whole, name, at)
    at += whole.write(letter, at, 'latin1')
    at = writePart(whole, value, at)
  }
  return whole
}

/** @throws JOURNAL_INVALID for what is no image */
export function imageFromBytes(bytes: Uint8Array): StoreImage {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > buffer.length) throw damaged()
    at += length
    return buffer.subarray(at - length, at)
  }
  const part = (): Buffer => take(take(4).readUInt32LE())
  const key = part().toString('utf8')
  const columns: Record<string, RawValue> = {}
  while (at < buffer.length) {
    const name = part().toString('utf8')
    columns[name] = readValue(take(1).toString('latin1'), part())
  }
  return { key, columns }
}

/** Many in one buffer; null: an empty place. */
export function packImages(images: readonly (StoreImage | null)[]): PackedData {
  return packBytes(images.map((image) => (image === null ? new Uint8Array() : imageToBytes(image))))
}

export function unpackImages(packed: PackedData): (StoreImage | null)[] {
  return unpackBytes(packed).map((bytes) => (bytes.length === 0 ? null : imageFromBytes(bytes)))
}

export function packBytes(parts: readonly Uint8Array[]): PackedData {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  const ends = new Uint32Array(parts.length)
  let end = 0
  for (const [index, part] of parts.entries()) {
    bytes.set(part, end)
    end += part.length
    ends[index] = end
  }
  return { bytes, ends }
}

export function unpackBytes({ bytes, ends }: PackedData): Uint8Array[] {
  return [...ends].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

const lengthOf = (value: string | Uint8Array): number => (typeof value === 'string' ? Buffer.byteLength(value) : value.length)

/** Its length, and itself. Where the next one begins. */
function writePart(whole: Buffer, value: string | Uint8Array, at: number): number {
  const from = at + 4
  if (typeof value !== 'string') whole.set(value, from)
  const length = typeof value === 'string' ? whole.write(value, from, 'utf8') : value.length
  whole.writeUInt32LE(length, at)
  return from + length
}

function lettered(value: RawValue): { readonly letter: string; readonly value: string | Uint8Array } {
  if (value === null) return { letter: 'n', value: '' }
  if (typeof value === 'string') return { letter: 's', value }
  if (typeof value === 'bigint') return { letter: 'i', value: String(value) }
  if (typeof value !== 'number') return { letter: 'b', value }
  const real = Buffer.allocUnsafe(8)
  real.writeDoubleLE(value)
  return { letter: 'd', value: real }
}

function readValue(letter: string, bytes: Buffer): RawValue {
  switch (letter) {
    case 'n':
      return null
    case 's':
      return bytes.toString('utf8')
    case 'i':
      return BigInt(bytes.toString('latin1'))
    case 'd':
      return bytes.readDoubleLE()
    case 'b':
      return Uint8Array.from(bytes)
    default:
      throw damaged()
  }
}

const damaged = (): CoatcheckError => new CoatcheckError('JOURNAL_INVALID', 'stores.imageDamaged', { hint: 'next.giveJournal' })
