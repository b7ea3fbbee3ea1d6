import type { EpochMicros } from '../../../shared/model/session.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { decodeBase62 } from '../util/base62.ts'

const COLON = 0x3a
const MICROS = 1_000_000
/** Seconds since 1970 in base 62 have six digits from 1999 to the year 3770: anything else is no time that Django wrote. */
const DIGITS = 6

/**
 * When a session was saved last: the time in its signed text (`signing.dumps`, Django 3.1+), of a file its last change, else its end less
 * SESSION_COOKIE_AGE. null: nothing tells.
 */
export function savedAt(source: Pick<SessionSource, 'payload' | 'expiry' | 'settings'>, bytes: Uint8Array, expireDate: EpochMicros | null): EpochMicros | null {
  const signed = source.payload.kind === 'session-text' ? signedSeconds(bytes) : null
  if (signed !== null && source.expiry !== 'mtime') return signed * MICROS
  return expireDate === null ? null : expireDate - source.settings.cookieAgeSeconds * MICROS
}

/** `payload:time:signature` */
function signedSeconds(bytes: Uint8Array): number | null {
  const last = bytes.lastIndexOf(COLON)
  const before = last < 1 ? -1 : bytes.lastIndexOf(COLON, last - 1)
  if (before < 0 || last - before - 1 !== DIGITS) return null
  const seconds = decodeBase62(Buffer.from(bytes.subarray(before + 1, last)).toString('latin1'))
  return seconds === null || !Number.isFinite(seconds) || seconds <= 0 ? null : seconds
}
