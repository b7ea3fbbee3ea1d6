import { readPickle } from '../pickle/read.ts'
import { writePickle } from '../pickle/write.ts'
import type { FileExpiry } from './form.ts'

/** How a file of FileBasedCache begins: `pickle.dumps(expiry)` (django/core/cache/backends/filebased.py). */
export interface FileHeader {
  readonly expiry: FileExpiry
  readonly sizeBytes: number
}

/** Pickles of a float or None are shorter, in every protocol. */
export const FILE_HEADER_BYTES = 128

/** null: the bytes begin with no time of expiry. */
export function readFileHeader(bytes: Uint8Array): FileHeader | null {
  const head = bytes.subarray(0, FILE_HEADER_BYTES)
  const read = readPickle(head)
  if (!read.ok) return null
  const { protocol, framed, trailingBytes } = read.facts
  const at = read.node.kind === 'none' ? null : read.node.kind === 'float' ? read.node.repr : undefined
  return at === undefined ? null : { expiry: { at, pickle: { protocol, framed } }, sizeBytes: head.length - trailingBytes }
}

export function writeFileHeader({ at, pickle }: FileExpiry): Buffer {
  return writePickle(at === null ? { kind: 'none' } : { kind: 'float', repr: at }, pickle)
}

/** A file of FileBasedCache with another time of expiry; what it holds stays byte for byte. null: it is no such file. */
export function withFileExpiry(bytes: Uint8Array, expiry: FileExpiry): Uint8Array | null {
  const header = readFileHeader(bytes)
  return header === null ? null : Buffer.concat([writeFileHeader(expiry), bytes.subarray(header.sizeBytes)])
}
