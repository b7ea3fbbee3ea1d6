import { isDjangoText, isNearlyDjangoText, isSessionKey, readLegacy } from '../text-shape.ts'
import { looksForeign } from '../foreign/read-foreign.ts'

/** Base64 of a pickle of protocol 2 to 5: DatabaseCache keeps values so. */
const PICKLE = /^gA[I-X][A-Za-z0-9+/_-]{8,}={0,2}$/
const HEX = /^[0-9a-fA-F]+$/
const SIGNED = /^[^:]*(?::[^:]*)*:-?[0-9A-Za-z]{1,12}:(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{27})$/

/** `%3A` for the colons, as some proxies and tools write cookies. Django's text has no `%` of its own. */
export function unescapeUrl(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** Surely a session, or a value of other software that says what it is. */
export function isTelling(text: string, cookieName: string | null, signatureCookie: string | null = null): boolean {
  const value = unescapeUrl(text)
  return isDjangoText(value) || isPickleBase64(value) || readLegacy(value) !== null || looksForeign(value, { keyring: [], now: 0, cookieName, signatureCookie })
}

/** Enough for a value that stands alone: it may be damaged. */
export function isMeantAsSession(text: string): boolean {
  const value = unescapeUrl(text)
  return isTelling(text, null) || isNearlyDjangoText(value) || isSessionKey(value)
}

/** Enough for a value in a column or cookie that holds sessions, or for one of many cookies. */
export function isSignedByDjango(text: string): boolean {
  return SIGNED.test(unescapeUrl(text))
}

export function isPickleBase64(text: string): boolean {
  return PICKLE.test(text)
}

/** Text of hexadecimal digits as bytes. null: it is not. */
export function fromHex(digits: string): Buffer | null {
  return digits.length % 2 === 0 && HEX.test(digits) ? Buffer.from(digits, 'hex') : null
}

/** Whether bytes can only be data: control characters, or bytes that no text of Django's has. */
export function isBinary(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes.some((byte) => byte >= 0x7f || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09))
}
