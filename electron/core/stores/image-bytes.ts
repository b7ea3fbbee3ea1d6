import { CoatcheckError } from '../../../shared/errors.ts'
import type { PackedData } from '../../../shared/model/packed.ts'
import type { RawValue, StoreImage } from './session-store.ts'

/**
 * An image as bytes, for journals and for crossing threads. Numbers are little-endian 32-bit lengths.
 * Layout: key, then for each column its name, one letter for the type (`n` null, `s` text, `i` integer, `d` real, `b` bytes) and its value.
 */
export function imageToBytes({ key, columns }: StoreImage): Uint8Array {
  const parts = [textPart(key)]
  for (const [name, value] of Object.entries(columns)) parts.push(textPart(name), valuePart(value))
  return Buffer.concat(parts)
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

function textPart(text: string): Buffer {
  return lengthened(Buffer.from(text, 'utf8'))
}

function lengthened(bytes: Uint8Array): Buffer {
  const whole = Buffer.allocUnsafe(4 + bytes.length)
  whole.writeUInt32LE(bytes.length)
  whole.set(bytes, 4)
  return whole
}

function valuePart(value: RawValue): Buffer {
  if (value === null) return tagged('n', new Uint8Array())
  if (typeof value === 'string') return tagged('s', Buffer.from(value, 'utf8'))
  if (typeof value === 'bigint') return tagged('i', Buffer.from(String(value), 'latin1'))
  if (typeof value !== 'number') return tagged('b', value)
  const real = Buffer.allocUnsafe(8)
  real.writeDoubleLE(value)
  return tagged('d', real)
}

function tagged(letter: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(letter, 'latin1'), lengthened(bytes)])
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
