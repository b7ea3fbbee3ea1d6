import { LIMITS } from '../../../shared/limits.ts'
import type { Keyring, SigningKey } from '../codecs/decoder.ts'
import { unpackPayload } from '../codecs/payload.ts'
import { COOKIE_SALT, ROW_SALT } from '../codecs/salts.ts'
import { encodeBase62 } from '../util/base62.ts'
import { findSigner, signatureOf, signData, splitSigned, splitStamped } from '../codecs/signing.ts'

const SIGNED_TEXT = /\.?[\w-]*:[0-9A-Za-z]+:[\w-]{43}/g
const COOKIE_END = /(expires=)([^;]+GMT)/gi
const EXPIRY_DATE = /("_session_expiry":")(\d{4}-[^"]+)/

/**
 * Moves one session text in time: its timestamp, and a date in `_session_expiry`. The key and salt that verify it sign it again.
 * A text that no key verifies stays as it is, and goes on showing what it shows (another site's key, a cut, a changed letter).
 */
export function shiftSessionText(text: string, keyring: Keyring, seconds: number): string {
  const signed = splitSigned(text)
  const stamped = signed === null ? null : splitStamped(signed.value)
  if (signed === null || stamped === null || stamped.seconds === null) return text
  for (const salt of [ROW_SALT, COOKIE_SALT]) {
    const key = findSigner(signed.value, signed.signature, keyring, salt)
    if (key !== null) return signAgain(stamped.payload, { key, salt, savedAt: stamped.seconds + seconds }, seconds)
  }
  return text
}

/** Moves every session text, and every cookie's `expires`, in a text for people. */
export function shiftPastedText(text: string, keyring: Keyring, seconds: number): string {
  return text
    .replace(SIGNED_TEXT, (found) => shiftSessionText(found, keyring, seconds))
    .replace(COOKIE_END, (_, name: string, date: string) => name + new Date(Date.parse(date) + seconds * 1000).toUTCString())
}

/** Moves an ISO date that Django wrote, in Django's spelling: `+00:00`, no fraction or six digits. */
export function shiftIsoDate(iso: string, seconds: number): string {
  const fraction = /\.\d+/.exec(iso)?.[0] ?? ''
  const whole = Temporal.Instant.from(iso.replace(fraction, '')).add({ seconds })
  return `${whole.toString({ smallestUnit: 'second' }).replace('Z', '')}${fraction}+00:00`
}

interface Signing {
  readonly key: SigningKey
  readonly salt: string
  /** Seconds since 1970 UTC. */
  readonly savedAt: number
}

/** Only a payload with a date in it is made anew: a damaged one must stay damaged. */
function signAgain(payload: string, { key, salt, savedAt }: Signing, seconds: number): string {
  const json = unpackPayload(payload, LIMITS.inflateBytes).data?.toString('latin1') ?? ''
  const moved = json.replace(EXPIRY_DATE, (_, name: string, iso: string) => name + shiftIsoDate(iso, seconds))
  if (moved !== json) return signData(Buffer.from(moved, 'latin1'), { key, salt, compress: true, now: savedAt * 1000 })
  const value = `${payload}:${encodeBase62(savedAt)}`
  return `${value}:${signatureOf(value, key, salt)}`
}
