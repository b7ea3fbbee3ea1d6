import type { Signature, SignatureReason } from '../../../shared/model/session.ts'
import { decodeBase64Url } from './base64url.ts'
import type { DecodeContext, SigningKey } from './decoder.ts'
import { SIGNATURE_CHARS } from './salted-hmac.ts'
import { COOKIE_SALT, ROW_SALT } from './salts.ts'
import { findSigner, isUsable, signatureOf } from './signing.ts'

export interface SignatureCheck {
  readonly signature: Signature
  /** The salt that verified it, be it the wrong one; else the one expected here; null: not known. */
  readonly salt: string | null
}

export const ABSENT: Signature = { state: 'absent', verifiedBy: null, reason: null }
const UNCHECKED: Signature = { state: 'unchecked', verifiedBy: null, reason: null }
const TRUNCATED = bad('truncated')
const WRONG_KEY = bad('wrong-key')
const ALTERED = bad('altered')
const POSSIBLE_SIGNATURE = /^[A-Za-z0-9_-]{43}$/

/** What Django's `unsign` finds, and, where it refuses, why. Nothing is unpacked here. */
export function checkSignature(value: string | Uint8Array, signature: string, context: DecodeContext): SignatureCheck {
  const expected = expectedSalts(context)
  const verified = findSalt(value, signature, context, expected)
  if (verified !== null) return { signature: validBy(verified.key), salt: verified.salt }
  const salt = expected.length === 1 ? (expected[0] ?? null) : null
  if (signature.length < SIGNATURE_CHARS) return { signature: TRUNCATED, salt }
  const keyring = context.keyring.filter(isUsable)
  if (keyring.length === 0) return { signature: POSSIBLE_SIGNATURE.test(signature) ? UNCHECKED : WRONG_KEY, salt }
  const foreign = findSalt(value, signature, context, [ROW_SALT, COOKIE_SALT].filter((each) => !expected.includes(each)))
  if (foreign !== null) return { signature: bad('wrong-salt', foreign.key.name), salt: foreign.salt }
  const isAltered = keyring.some((key) => expected.some((each) => hasSameBytes(signature, signatureOf(value, key, each))))
  return { signature: isAltered ? ALTERED : WRONG_KEY, salt }
}

/** Whether an age limit applies, given what verified the text. */
export function isCookie(context: DecodeContext, salt: string | null): boolean {
  return context.place === 'cookie' || (context.place === null && salt === COOKIE_SALT)
}

function expectedSalts({ place, salt }: DecodeContext): readonly string[] {
  if (salt !== null) return [salt]
  if (place === null) return [ROW_SALT, COOKIE_SALT]
  return [place === 'row' ? ROW_SALT : COOKIE_SALT]
}

function findSalt(value: string | Uint8Array, signature: string, { keyring }: DecodeContext, salts: readonly string[]): { readonly key: SigningKey; readonly salt: string } | null {
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

const valid = new WeakMap<SigningKey, Signature>()

/** One object for each key: a batch of summaries then crosses threads with one copy of it. */
function validBy(key: SigningKey): Signature {
  const known = valid.get(key)
  if (known !== undefined) return known
  const made: Signature = { state: 'valid', verifiedBy: key.name, reason: null }
  valid.set(key, made)
  return made
}
