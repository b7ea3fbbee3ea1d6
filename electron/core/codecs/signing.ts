import type { HashAlgorithm } from '../../../shared/model/session.ts'
import type { Keyring, SigningKey } from './decoder.ts'
import { encodeBase64Url } from './base64url.ts'
import { decodeBase62, encodeBase62 } from '../util/base62.ts'
import { SIGNATURE_CHARS, isSameText, saltedHmac } from './salted-hmac.ts'
import { deflateIfWorthwhile } from './zlib-limit.ts'

/** django/core/signing.py: `Signer.signature` appends this to the salt. */
const SIGNER_SUFFIX = 'signer'

/** `value:signature`, split at the last colon as Django does. */
export interface SignedText {
  readonly value: string
  readonly signature: string
}

/** null: there is no colon, which Django calls a bad signature. */
export function splitSigned(text: string): SignedText | null {
  const colon = text.lastIndexOf(':')
  return colon < 0 ? null : { value: text.slice(0, colon), signature: text.slice(colon + 1) }
}

/** `Signer.signature`. */
export function signatureOf(value: string | Uint8Array, key: SigningKey, salt: string, algorithm: HashAlgorithm = 'sha256'): string {
  return saltedHmac(signerSalt(salt), key.secret, algorithm).signature(value)
}

let lastSalt = { salt: '', full: SIGNER_SUFFIX }

/** Remembers the last one: a scan asks for the same salt a million times. */
function signerSalt(salt: string): string {
  if (lastSalt.salt !== salt) lastSalt = { salt, full: salt + SIGNER_SUFFIX }
  return lastSalt.full
}

/** Which hash a signature can only come from: its length tells. */
export function hashOfSignature(signature: string): HashAlgorithm {
  return signature.length === SIGNATURE_CHARS.sha1 ? 'sha1' : 'sha256'
}

/** `Signer.unsign`: the first key, in Django's order, that signs `value` with this text. null: BadSignature. */
export function findSigner(value: string | Uint8Array, signature: string, keyring: Keyring, salt: string): SigningKey | null {
  const algorithm = hashOfSignature(signature)
  if (signature.length !== SIGNATURE_CHARS[algorithm]) return null
  for (const key of keyring) {
    if (isUsable(key) && isSameText(signatureOf(value, key, salt, algorithm), signature)) return key
  }
  return null
}

/** Django takes an empty fallback for "use SECRET_KEY", which was tried before it: so it never verifies anything by itself. */
export function isUsable(key: SigningKey): boolean {
  return key.secret !== ''
}

/** `TimestampSigner.unsign`: payload and seconds since 1970 UTC; `seconds` is null where Python raises over the base62 text. */
export interface StampedText {
  readonly payload: string
  readonly stamp: string
  readonly seconds: number | null
}

/** null: there is no colon before the time. */
export function splitStamped(value: string): StampedText | null {
  const colon = value.lastIndexOf(':')
  if (colon < 0) return null
  const stamp = value.slice(colon + 1)
  return { payload: value.slice(0, colon), stamp, seconds: decodeBase62(stamp) }
}

/** Whether it is a key that Django only verifies with. Where several sites are open, the name goes on with the site's. */
export function isFallback(key: SigningKey): boolean {
  return key.name.startsWith('SECRET_KEY_FALLBACKS[')
}

/** Whether Django refuses it for its age: strictly older than `maxAgeSeconds`, counted in fractions of a second. */
export function isTooOld(seconds: number, maxAgeSeconds: number, nowMs: number): boolean {
  return nowMs / 1000 - seconds > maxAgeSeconds
}

export interface SignOptions {
  readonly key: SigningKey
  readonly salt: string
  /** SHA-256 unless told. */
  readonly algorithm?: HashAlgorithm
  /** Whether to compress where Django would. */
  readonly compress: boolean
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

/** `signing.dumps` after the serializer: signed text of the bytes. */
export function signData(data: Uint8Array, options: SignOptions): string {
  const packed = options.compress ? deflateIfWorthwhile(data) : null
  const payload = packed === null ? encodeBase64Url(data) : `.${encodeBase64Url(packed)}`
  const value = `${payload}:${encodeBase62(Math.floor(options.now / 1000))}`
  return `${value}:${signatureOf(value, options.key, options.salt, options.algorithm)}`
}
