import type { Span } from '../../../shared/model/session.ts'
import { readLegacyText } from './legacy-text.ts'
import type { ProblemReason } from './problem.ts'

/** `payload:time:signature`, or as much of it as there is. */
export interface TextShape {
  readonly payload: string
  readonly stamp: string | null
  readonly signature: string | null
  readonly spans: { readonly payload: Span; readonly timestamp: Span; readonly signature: Span } | null
}

const STAMP = /^-?[0-9A-Za-z]{1,12}$/
const SIGNATURE = /^[A-Za-z0-9_=-]{0,100}$/
/** SHA-256, or SHA-1. */
const WHOLE_SIGNATURE = /^(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{27})$/
const PAYLOAD = /^\.?[A-Za-z0-9_-]*$/
/** How base64 of a zlib stream (after the dot), of `{"`, of `{}` and of a pickled dict begins. */
const PAYLOAD_START = /^(?:\.e[A-Z]|eyJ|e30|gA(?:[JNRV]9|[SW]V))/

/** Split as Django does: at the last colon, then at the last one before it. */
export function splitText(text: string): TextShape {
  const last = text.lastIndexOf(':')
  const before = last < 1 ? -1 : text.lastIndexOf(':', last - 1)
  if (last < 0) return { payload: text, stamp: null, signature: null, spans: null }
  const signature = text.slice(last + 1)
  if (before < 0) return { payload: text.slice(0, last), stamp: null, signature, spans: null }
  return {
    payload: text.slice(0, before),
    stamp: text.slice(before + 1, last),
    signature,
    spans: { payload: [0, before], timestamp: [before + 1, last], signature: [last + 1, text.length] },
  }
}

/** Exactly what Django 3.1 and later write, or signed_cookies of any version. */
export function isDjangoText(text: string): boolean {
  const { payload, stamp, signature } = splitText(text)
  return stamp !== null && signature !== null && WHOLE_SIGNATURE.test(signature) && STAMP.test(stamp) && PAYLOAD.test(payload)
}

/** What was Django's text before it was cut, padded or mistyped. */
export function isNearlyDjangoText(text: string): boolean {
  const { payload, stamp, signature } = splitText(text)
  if (isJsonWebToken(text) || /\s/.test(text)) return false
  if (PAYLOAD_START.test(payload)) return true
  if (stamp === null || signature === null) return false
  return STAMP.test(stamp) && SIGNATURE.test(signature) && (signature.length >= 20 || payload.length >= 20)
}

/** What a text is that is no signed session. */
export function nameForeignText(text: string): ProblemReason {
  if (text === '') return 'no-text'
  if (isSessionKey(text)) return 'session-key'
  if (isJsonWebToken(text)) return 'json-web-token'
  return text.includes(':') ? 'not-signed-text' : 'no-signature'
}

/** As Django makes them (django/contrib/sessions/backends/base.py, `_get_new_session_key`). */
export function isSessionKey(text: string): boolean {
  return /^[a-z0-9]{32}$/.test(text)
}

/** The serializer's bytes inside the format of Django before 3.1: base64 of `hash:body`. null: it is something else. */
export function readLegacy(text: string): Buffer | null {
  return readLegacyText(text)?.body ?? null
}

function isJsonWebToken(text: string): boolean {
  return text.startsWith('eyJ') && !text.includes(':') && text.split('.', 4).length === 3
}
