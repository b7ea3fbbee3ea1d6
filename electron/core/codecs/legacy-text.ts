import { decodeBase64Url, decodeStandardBase64 } from './base64url.ts'
import type { SigningKey } from './decoder.ts'
import { isSameText, saltedHmac } from './salted-hmac.ts'
import { legacySalt } from './salts.ts'

/** Base64 of the hash, its colon and one byte. */
const HEAD_CHARS = 56
/** Where they must be, foreign characters included. */
const HEAD_WITHIN = 512
const HASH_CHARS = 40
const HEAD = /^[0-9a-f]{40}:/
/** How base64 of a hexadecimal digit begins; signed text never does. Foreign characters may stand before it. */
const HEX_START = /^[^A-Za-z0-9+/]{0,64}[MNOYZ]/
const FOREIGN = /[^A-Za-z0-9+/]+/g
const NOT_ASCII = /[\u0080-\uffff]/

/** A session text of Django before 3.1: base64 of `hash:body`, no time, never compressed. */
export interface LegacyText {
  readonly hash: string
  /** The serializer's bytes. */
  readonly body: Buffer
  /** false: Python refuses its base64, most often because the padding is gone. */
  readonly isBase64: boolean
}

/** null: it is something else. */
export function readLegacyText(text: string): LegacyText | null {
  if (text.length < HEAD_CHARS || !HEX_START.test(text)) return null
  const head = text.slice(0, HEAD_WITHIN).replace(FOREIGN, '').slice(0, HEAD_CHARS)
  if (!HEAD.test(Buffer.from(head, 'base64').toString('latin1')) || NOT_ASCII.test(text)) return null
  const exact = decodeStandardBase64(text)
  const bytes = exact ?? decodeBase64Url(text)
  return bytes === null ? null : { hash: bytes.toString('latin1', 0, HASH_CHARS), body: bytes.subarray(HASH_CHARS + 1), isBase64: exact !== null }
}

/** `SessionBase._hash` up to 3.2: SHA-1 in hexadecimal. `salt`: the newer salt of the same store class; null: Django's own class. */
export function legacyHash(body: Uint8Array, key: SigningKey, salt: string | null): string {
  return Buffer.from(saltedHmac(legacySalt(salt), key.secret, 'sha1').signature(body), 'base64url').toString('hex')
}

export function isLegacyHash({ hash, body }: LegacyText, key: SigningKey, salt: string | null): boolean {
  return isSameText(legacyHash(body, key, salt), hash)
}

/** `SessionBase.encode` before 3.1. */
export function writeLegacyText(body: Uint8Array, key: SigningKey, salt: string | null): string {
  return Buffer.concat([Buffer.from(`${legacyHash(body, key, salt)}:`, 'latin1'), body]).toString('base64')
}

/**
 * What `SessionBase.decode` before 3.1, and the part of it that 3.1 and 3.2 kept, makes of a text that it cannot verify: an empty
 * session if it is some base64, and an exception if it is not, because decoding it stands outside of the `try`.
 */
export function legacyRefusal(text: string): 'empty' | 'error' {
  return NOT_ASCII.test(text) || decodeStandardBase64(text) === null ? 'error' : 'empty'
}

