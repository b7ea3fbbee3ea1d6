import { createHash, createHmac } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { LIMITS } from '../../../shared/limits.ts'

/** Salts of a session text in a row or file, and in a cookie. */
const SALTS = ['django.contrib.sessions.SessionStore', 'django.contrib.sessions.backends.signed_cookies']
const SIGNED_TEXT = /\.?[\w-]*:[0-9A-Za-z]+:[\w-]{43}/g
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Moves one session text in time: the timestamp, and a date in `_session_expiry`. The key and salt that verify it sign it again.
 * A text that no key verifies stays as it is, and with that stays what it shows (a wrong key, a cut, a changed letter).
 */
export function shiftSessionText(text: string, secrets: readonly string[], seconds: number): string {
  const signatureAt = text.lastIndexOf(':')
  const timestampAt = text.lastIndexOf(':', signatureAt - 1)
  if (timestampAt < 0) return text
  const body = text.slice(0, signatureAt)
  const signer = SALTS.flatMap((salt) => secrets.map((secret) => (value: string) => sign(value, salt, secret))).find((signed) => signed(body) === text)
  if (signer === undefined) return text
  const savedAt = fromBase62(text.slice(timestampAt + 1, signatureAt))
  return signer(`${shiftPayload(text.slice(0, timestampAt), seconds)}:${toBase62(savedAt + seconds)}`)
}

/** Moves every session text, and every cookie's `expires`, in a text for people. */
export function shiftPastedText(text: string, secrets: readonly string[], seconds: number): string {
  return text
    .replace(SIGNED_TEXT, (found) => shiftSessionText(found, secrets, seconds))
    .replace(/(expires=)([^;]+GMT)/gi, (_, name: string, date: string) => name + new Date(Date.parse(date) + seconds * 1000).toUTCString())
}

/** Moves an ISO date that Django wrote, in Django's spelling: `+00:00`, no fraction or six digits. */
export function shiftIsoDate(iso: string, seconds: number): string {
  const fraction = /\.\d+/.exec(iso)?.[0] ?? ''
  const whole = Temporal.Instant.from(iso.replace(fraction, '')).add({ seconds })
  return `${whole.toString({ smallestUnit: 'second' }).replace('Z', '')}${fraction}+00:00`
}

/** A payload that is damaged stays as it is: that is what it shows. */
function shiftPayload(payload: string, seconds: number): string {
  const json = readPayload(payload)
  if (json === null) return payload
  const moved = json.replace(/("_session_expiry":")(\d{4}-[^"]+)/, (_, name: string, iso: string) => name + shiftIsoDate(iso, seconds))
  return moved === json ? payload : writePayload(moved)
}

function readPayload(payload: string): string | null {
  try {
    const bytes = Buffer.from(payload.startsWith('.') ? payload.slice(1) : payload, 'base64url')
    return (payload.startsWith('.') ? inflateSync(bytes, { maxOutputLength: LIMITS.inflateBytes }) : bytes).toString('latin1')
  } catch {
    return null
  }
}

/** django/core/signing.py, `sign_object`: compressed only where that saves two bytes. */
function writePayload(json: string): string {
  const bytes = Buffer.from(json, 'latin1')
  const packed = deflateSync(bytes)
  return packed.length < bytes.length - 1 ? `.${packed.toString('base64url')}` : bytes.toString('base64url')
}

function sign(value: string, salt: string, secret: string): string {
  const key = createHash('sha256').update(`${salt}signer${secret}`).digest()
  return `${value}:${createHmac('sha256', key).update(value).digest('base64url')}`
}

function fromBase62(text: string): number {
  return [...text].reduce((sum, digit) => sum * 62 + BASE62.indexOf(digit), 0)
}

function toBase62(value: number): string {
  let text = ''
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = BASE62.charAt(rest % 62) + text
  return text === '' ? '0' : text
}
