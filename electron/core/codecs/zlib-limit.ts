import { deflateSync, inflateSync } from 'node:zlib'
import { inflateQuickly } from './quick-inflate.ts'

export type InflateFault = 'not-zlib' | 'zlib-damaged' | 'zlib-truncated' | 'zlib-checksum' | 'inflate-size'
export type Inflated = { readonly ok: true; readonly data: Buffer } | { readonly ok: false; readonly reason: InflateFault }

/**
 * Python's `zlib.decompress`, with an end: what unpacks to more than `limitBytes` is given up there.
 * Bytes after the end of the stream are ignored, as Python ignores them.
 */
export function inflateUpTo(packed: Uint8Array, limitBytes: number): Inflated {
  const quick = inflateQuickly(packed, limitBytes)
  if (quick !== null) return { ok: true, data: quick }
  try {
    return { ok: true, data: inflateSync(packed, { chunkSize: chunkSizeFor(packed.length), maxOutputLength: limitBytes }) }
  } catch (error) {
    return { ok: false, reason: faultOf(error) }
  }
}

/**
 * Django compresses only where that saves at least two bytes (django/core/signing.py, `sign_object`). null: it does not.
 * Bytes differ between zlib builds, and every Django reads them all.
 */
export function deflateIfWorthwhile(data: Uint8Array): Buffer | null {
  const packed = deflateSync(data)
  return packed.length < data.length - 1 ? packed : null
}

/** Node allocates one chunk for each call: 16 kB by default, which costs small sessions half of their time. */
function chunkSizeFor(packedBytes: number): number {
  return Math.min(Math.max(packedBytes * 4, 1024), 256 * 1024)
}

function faultOf(error: unknown): InflateFault {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: '' }
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'inflate-size'
  if (code === 'Z_BUF_ERROR') return 'zlib-truncated'
  if (message === 'incorrect data check') return 'zlib-checksum'
  if (message.includes('header') || message === 'unknown compression method' || message === 'invalid window size') return 'not-zlib'
  return 'zlib-damaged'
}
