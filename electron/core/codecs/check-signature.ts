import type { HashAlgorithm, Signature, SignatureReason } from '../../../shared/model/session.ts'
import { decodeBase64Url } from './base64url.ts'
import type { DecodeContext, Keyring, SigningKey } from './decoder.ts'
import type { DjangoRules } from './django-rules.ts'
import { rulesOf } from './django-rules.ts'
import { isLegacyHash } from './legacy-text.ts'
import type { LegacyText } from './legacy-text.ts'
import { SIGNATURE_CHARS } from './salted-hmac.ts'
import { COOKIE_SALT, ROW_SALT, saltsNamed } from './salts.ts'
import { findSigner, hashOfSignature, isFallback, isUsable, signatureOf } from './signing.ts'

export interface SignatureCheck {
  readonly signature: Signature
  /** The salt that verified it, be it the wrong one; else the one expected here; null: not known. */
  readonly salt: string | null
}

export const ABSENT: Signature = { state: 'absent', verifiedBy: null, reason: null }
const WRONG_KEY = bad('wrong-key')
const POSSIBLE_SIGNATURE = /^[A-Za-z0-9_-]*$/

/** What `unsign` of the site's Django finds, and, where it refuses, why. Nothing is unpacked here. */
export function checkSignature(value: string | Uint8Array, signature: string, context: DecodeContext): SignatureCheck {
  const expected = expectedSalts(context)
  const hash = hashOfSignature(signature)
  const verified = findSalt(value, signature, context, expected)
  if (verified !== null) return { signature: validBy(verified.key, refusal(verified.key, hash, isCookie(context, verified.salt), rulesOf(context.djangoVersion))), salt: verified.salt }
  const salt = expected.length === 1 ? (expected[0] ?? null) : null
  if (signature.length < SIGNATURE_CHARS[hash]) return { signature: bad('truncated'), salt }
  const keyring = context.keyring.filter(isUsable)
  if (keyring.length === 0) return { signature: withoutKeys(signature, hash, context, salt), salt }
  const foreign = findSalt(value, signature, context, [ROW_SALT, COOKIE_SALT].filter((each) => !expected.includes(each)))
  if (foreign !== null) return { signature: bad('wrong-salt', foreign.key.name), salt: foreign.salt }
  const isAltered = keyring.some((key) => expected.some((each) => hasSameBytes(signature, signatureOf(value, key, each, hash))))
  return { signature: isAltered ? bad('altered') : WRONG_KEY, salt }
}

/** The hash inside a text of Django before 3.1. Fallback keys never apply to it, and cookies are never written so. */
export function checkLegacyHash(legacy: LegacyText, context: DecodeContext): SignatureCheck {
  const [salt = ROW_SALT] = context.salt === null ? [ROW_SALT] : saltsNamed(context.salt)
  const format = rulesOf(context.djangoVersion).readsLegacy && context.place !== 'cookie' ? null : 'other-format'
  const keyring = context.keyring.filter(isUsable)
  if (keyring.length === 0) return { signature: unchecked(format), salt }
  const signs = (key: SigningKey): boolean => isLegacyHash(legacy, key, salt)
  const key = keyring.find((each) => !isFallback(each) && signs(each)) ?? keyring.find(signs)
  if (key === undefined) return { signature: WRONG_KEY, salt }
  return { signature: validBy(key, format ?? (isFallback(key) ? 'no-fallbacks' : null)), salt }
}

/** Whether an age limit applies, given what verified the text. */
export function isCookie(context: DecodeContext, salt: string | null): boolean {
  return context.place === 'cookie' || (context.place === null && salt === COOKIE_SALT)
}

function expectedSalts({ place, salt }: DecodeContext): readonly string[] {
  if (salt !== null) return saltsNamed(salt)
  if (place === null) return [ROW_SALT, COOKIE_SALT]
  return [place === 'row' ? ROW_SALT : COOKIE_SALT]
}

/** Why a Django refuses what this key signed; null: it does not. */
function refusal(key: SigningKey | null, hash: HashAlgorithm, inCookie: boolean, rules: DjangoRules): SignatureReason | null {
  if (!inCookie && rules.rowHashes.length === 0) return 'other-format'
  if (!(inCookie ? rules.cookieHashes : rules.rowHashes).includes(hash)) return 'other-hash'
  return key !== null && isFallback(key) && !rules.hasFallbacks ? 'no-fallbacks' : null
}

function withoutKeys(signature: string, hash: HashAlgorithm, context: DecodeContext, salt: string | null): Signature {
  if (signature.length !== SIGNATURE_CHARS[hash] || !POSSIBLE_SIGNATURE.test(signature)) return WRONG_KEY
  const rules = rulesOf(context.djangoVersion)
  const places = context.place === null && salt === null ? [false, true] : [isCookie(context, salt)]
  const reasons = places.map((inCookie) => refusal(null, hash, inCookie, rules))
  return unchecked(reasons.includes(null) ? null : (reasons[0] ?? null))
}

function findSalt(value: string | Uint8Array, signature: string, { keyring }: { readonly keyring: Keyring }, salts: readonly string[]): { readonly key: SigningKey; readonly salt: string } | null {
  for (const salt of salts) {
    const key = findSigner(value, signature, keyring, salt)
    if (key !== null) return { key, salt }
  }
  return null
}

function hasSameBytes(text: string, expected: string): boolean {
  const bytes = decodeBase64Url(text)
  const wanted = decodeBase64Url(expected)
  return bytes !== null && wanted !== null && bytes.equals(wanted)
}

function bad(reason: SignatureReason, verifiedBy: string | null = null): Signature {
  return { state: 'bad', verifiedBy, reason }
}

function unchecked(reason: SignatureReason | null): Signature {
  return { state: 'unchecked', verifiedBy: null, reason }
}

const valid = new WeakMap<SigningKey, Map<SignatureReason | null, Signature>>()

/** One object for each key and reason: a batch of summaries then crosses threads with one copy of it. */
function validBy(key: SigningKey, reason: SignatureReason | null): Signature {
  const byReason = valid.get(key) ?? new Map<SignatureReason | null, Signature>()
  valid.set(key, byReason)
  const made = byReason.get(reason) ?? { state: 'valid', verifiedBy: key.name, reason }
  byReason.set(reason, made)
  return made
}
