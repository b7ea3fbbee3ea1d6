import { createHash, createHmac } from 'node:crypto'
import { isSameText } from '../salted-hmac.ts'

/** itsdangerous, `Signer`: how a key is made from the secret and the salt. */
export type KeyDerivation = 'hmac' | 'django-concat'

/** By the length of the signature in unpadded base64. */
const DIGESTS: ReadonlyMap<number, string> = new Map([[27, 'sha1'], [43, 'sha256'], [64, 'sha384'], [86, 'sha512']])
const SIGNATURE = /^[A-Za-z0-9_-]{27,86}$/
const STAMP = /^[A-Za-z0-9_-]{4,8}$/
/** Releases before 1.1 counted from 2011. */
const OLD_EPOCH = 1_293_840_000
const YEAR_2001 = 978_307_200

/** `value.signature`, with a time before the signature where there is one. */
export interface DottedText {
  readonly payload: string
  /** Seconds since 1970 UTC; null: it carries no time. */
  readonly seconds: number | null
  /** What is signed. */
  readonly value: string
  readonly signature: string
}

/** null: not what an itsdangerous signer writes. */
export function splitDotted(text: string): DottedText | null {
  const last = text.lastIndexOf('.')
  const signature = text.slice(last + 1)
  if (last < 1 || !SIGNATURE.test(signature) || !DIGESTS.has(signature.length)) return null
  const value = text.slice(0, last)
  const before = value.lastIndexOf('.')
  const seconds = before < 1 ? null : readStamp(value.slice(before + 1))
  return { payload: seconds === null ? value : value.slice(0, before), seconds, value, signature }
}

/** Whether `secret` signed it, with this salt. */
export function isSignedWith({ value, signature }: DottedText, secret: string, salt: string, derivation: KeyDerivation): boolean {
  const digest = DIGESTS.get(signature.length) ?? 'sha1'
  const key = derivation === 'hmac' ? createHmac(digest, secret).update(salt).digest() : createHash(digest).update(`${salt}signer${secret}`).digest()
  return isSameText(createHmac(digest, key).update(value).digest('base64url'), signature)
}

/** A big-endian number in base64. null: it is no time that anything could have been signed at. */
function readStamp(stamp: string): number | null {
  if (!STAMP.test(stamp)) return null
  const bytes = Buffer.from(stamp, 'base64url')
  const seconds = bytes.length < 3 || bytes.length > 5 ? 0 : bytes.readUIntBE(0, bytes.length)
  if (seconds >= YEAR_2001) return seconds < 2 ** 33 ? seconds : null
  return seconds > 0 && seconds + OLD_EPOCH < 2 ** 33 ? seconds + OLD_EPOCH : null
}
