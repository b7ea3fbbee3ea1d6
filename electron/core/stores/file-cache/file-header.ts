import { floatRepr } from '../../../../shared/values/float-repr.ts'
import type { EpochMicros } from '../../../../shared/model/session.ts'
import { readPickle } from '../../codecs/pickle/read.ts'
import { writePickle } from '../../codecs/pickle/write.ts'

/** How a file of FileBasedCache begins: `pickle.dumps(expiry)` (django/core/cache/backends/filebased.py). */
export interface FileHeader {
  /** null: never. */
  readonly expireDate: EpochMicros | null
  readonly sizeBytes: number
  readonly pickle: { readonly protocol: number; readonly framed: boolean }
}

/** Pickles of a float or None are shorter, in every protocol. */
export const HEADER_BYTES = 128

/** null: the bytes begin with no time of expiry. */
export function readFileHeader(bytes: Uint8Array): FileHeader | null {
  const head = bytes.subarray(0, HEADER_BYTES)
  const read = readPickle(head)
  if (!read.ok) return null
  const { protocol, framed, trailingBytes } = read.facts
  const found = { sizeBytes: head.length - trailingBytes, pickle: { protocol, framed } }
  if (read.node.kind === 'none') return { ...found, expireDate: null }
  const expireDate = read.node.kind === 'float' ? Math.round(Number(read.node.repr) * 1_000_000) : NaN
  return Number.isSafeInteger(expireDate) ? { ...found, expireDate } : null
}

/** The same file with another time of expiry, in a pickle of the same form. */
export function withExpireDate(bytes: Uint8Array, { sizeBytes, pickle }: FileHeader, expireDate: EpochMicros): Uint8Array {
  return Buffer.concat([writePickle({ kind: 'float', repr: floatRepr(expireDate / 1_000_000) }, pickle), bytes.subarray(sizeBytes)])
}
