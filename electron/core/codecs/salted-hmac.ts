import { hash } from 'node:crypto'
import type { HashAlgorithm } from '../../../shared/model/session.ts'

/** Of both hashes. */
const BLOCK_BYTES = 64
const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, sha1: 20 }
/** Characters of a digest in unpadded base64. */
export const SIGNATURE_CHARS: Readonly<Record<HashAlgorithm, number>> = { sha256: 43, sha1: 27 }

/** Signs with one derived key. Not for concurrent use: it works in a buffer of its own. */
export interface SaltedHmac {
  /** The HMAC as unpadded URL-safe base64, of text in UTF-8 or of bytes. */
  signature(value: string | Uint8Array): string
}

const MOST_CACHED = 64
/** By hash, by salt, then by secret: joining them for each look-up would cost more than the look-up. */
const cache: Readonly<Record<HashAlgorithm, Map<string, Map<string, SaltedHmac>>>> = { sha256: new Map(), sha1: new Map() }

/**
 * django/utils/crypto.py `salted_hmac` and django/core/signing.py `base64_hmac`: the key is always a hash, of salt and secret.
 * One derived key for each secret and salt is kept, because deriving it costs as much as using it.
 */
export function saltedHmac(salt: string, secret: string, algorithm: HashAlgorithm): SaltedHmac {
  const bySalt = cache[algorithm]
  const known = bySalt.get(salt)?.get(secret)
  if (known !== undefined) return known
  const made = fromDerivedKey(hash(algorithm, Buffer.from(salt + secret, 'utf8'), 'buffer'), algorithm)
  const bySecret = withRoom(bySalt).get(salt) ?? new Map<string, SaltedHmac>()
  bySalt.set(salt, withRoom(bySecret).set(secret, made))
  return made
}

/** Compares text, as Django does, in a time that depends on the lengths only. */
export function isSameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}

function withRoom<Value>(map: Map<string, Value>): Map<string, Value> {
  if (map.size >= MOST_CACHED) map.clear()
  return map
}

/** HMAC (RFC 2104) by two one-shot hashes with pads made once: no object is created for each signature. */
function fromDerivedKey(key: Uint8Array, algorithm: HashAlgorithm): SaltedHmac {
  let inner = withPad(key, 0x36, 4096)
  const outer = withPad(key, 0x5c, DIGEST_BYTES[algorithm])
  const fill = (value: string | Uint8Array): number => {
    const most = typeof value === 'string' ? value.length * 3 : value.length
    if (BLOCK_BYTES + most > inner.length) inner = withPad(key, 0x36, most)
    if (typeof value === 'string') return inner.write(value, BLOCK_BYTES, 'utf8')
    inner.set(value, BLOCK_BYTES)
    return value.length
  }
  return {
    signature(value) {
      const length = fill(value)
      // As text because that is twice as fast as a buffer for each digest.
      outer.write(hash(algorithm, inner.subarray(0, BLOCK_BYTES + length), 'latin1'), BLOCK_BYTES, 'latin1')
      return hash(algorithm, outer, 'base64url')
    },
  }
}

function withPad(key: Uint8Array, pad: number, roomBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + roomBytes)
  for (let index = 0; index < BLOCK_BYTES; index++) block[index] = (key[index] ?? 0) ^ pad
  return block
}
