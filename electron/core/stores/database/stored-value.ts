import { createHash, hash } from 'node:crypto'
import type { Etag } from '../../../../shared/model/session.ts'
import type { RawValue, StoreImage } from '../session-store.ts'

/**
 * One value exactly as a database holds it. `text` that is not UTF-8 keeps its bytes.
 * SQLite types values, not columns: any kind may stand anywhere.
 */
export type StoredValue =
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'real'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string | Uint8Array }
  | { readonly kind: 'blob'; readonly value: Uint8Array }

export const NULL: StoredValue = { kind: 'null', value: null }
export const text = (value: string): StoredValue => ({ kind: 'text', value })

/** Bytes → text, without loss: the bytes themselves where they are not UTF-8. */
export function textFromBytes(bytes: Uint8Array): StoredValue {
  try {
    return { kind: 'text', value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { kind: 'text', value: bytes }
  }
}

/** What Django's decoder would be given. */
export function bytesOf(stored: StoredValue): Uint8Array {
  if (stored.value === null) return new Uint8Array()
  return stored.value instanceof Uint8Array ? stored.value : Buffer.from(String(stored.value), 'utf8')
}

/** Spells any value as one line of text, as SQL literals do where it is not text. */
export function spell(stored: StoredValue): string {
  if (stored.value === null) return 'NULL'
  if (stored.value instanceof Uint8Array) return stored.kind === 'blob' ? `x'${Buffer.from(stored.value).toString('hex')}'` : Buffer.from(stored.value).toString('utf8')
  return String(stored.value)
}

/** SHA-256 over kinds, lengths and bytes, so that no two different rows spell the same; 132 bits of it. */
export function etagOf(data: StoredValue, expireDate: StoredValue): Etag {
  // The same for two texts, in one go: nearly all rows are such.
  if (typeof data.value === 'string' && typeof expireDate.value === 'string') return hash('sha256', spellLong(data.value) + spellLong(expireDate.value), 'base64url').slice(0, 22)
  const whole = createHash('sha256')
  for (const part of [data, expireDate]) {
    const bytes = bytesOf(part)
    whole.update(`${part.kind}:${bytes.length}:`).update(bytes)
  }
  return whole.digest('base64url').slice(0, 22)
}

const spellLong = (value: string): string => `text:${Buffer.byteLength(value)}:${value}`

/** A column whose text is not UTF-8 stands in an image as bytes; this marks it as text all the same. */
const textMark = (column: string): string => `typeof(${column})`

export function toImage(key: string, columns: ReadonlyMap<string, StoredValue>): StoreImage {
  const image: Record<string, RawValue> = {}
  for (const [name, stored] of columns) {
    image[name] = stored.value
    if (stored.kind === 'text' && stored.value instanceof Uint8Array) image[textMark(name)] = 'text'
  }
  return { key, columns: image }
}

/** undefined: the image does not tell. Numbers are REAL, bigints INTEGER. */
export function fromImage(image: StoreImage, column: string): StoredValue | undefined {
  const value = Object.hasOwn(image.columns, column) ? image.columns[column] : undefined
  if (value === undefined) return undefined
  if (value === null) return NULL
  if (typeof value === 'string') return { kind: 'text', value }
  if (typeof value === 'number') return { kind: 'real', value }
  if (typeof value === 'bigint') return { kind: 'integer', value }
  return { kind: image.columns[textMark(column)] === 'text' ? 'text' : 'blob', value }
}
