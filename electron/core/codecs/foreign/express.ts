import { createHmac } from 'node:crypto'
import { isSameText } from '../salted-hmac.ts'
import type { ForeignCodec, ForeignReading } from './foreign-format.ts'
import { dict, reading, text as textNode, unchecked, verify } from './foreign-format.ts'
import type { ForeignContext } from './foreign-format.ts'
import { parseJsonBytes } from './json-bytes.ts'
import { decodePlainBase64 } from './plain-base64.ts'

/** cookie-signature: `s:` value `.` base64 of HMAC-SHA256 without padding. */
const SIGNED = /^s:([^\s]{1,1024})\.([A-Za-z0-9+/]{43})$/
/** Django's base64 has no padding; that of cookie-session has. */
const PADDED_JSON = /^e[A-Za-z0-9+/]+={1,2}$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** Express: the signed id of express-session (`connect.sid`), and the base64 JSON of cookie-session with its `.sig` cookie. */
export const express: ForeignCodec = {
  looksLike: (text, { signatureCookie }) => SIGNED.test(text) || PADDED_JSON.test(text) || (signatureCookie !== null && BASE64.test(text)),
  read: (text, context) => readSignedId(text, context) ?? readCookieSession(text, context),
}

function readSignedId(text: string, { keyring }: ForeignContext): ForeignReading | null {
  const [, id, digest] = SIGNED.exec(text) ?? []
  if (id === undefined || digest === undefined) return null
  const signature = verify(keyring, ({ secret }) => isSameText(createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, ''), digest))
  return reading('express', 'expressId', { data: dict({ sid: textNode(id) }), signature })
}

function readCookieSession(text: string, { keyring, cookieName, signatureCookie }: ForeignContext): ForeignReading | null {
  if (signatureCookie === null && !PADDED_JSON.test(text)) return null
  const bytes = decodePlainBase64(text)
  const data = parseJsonBytes(bytes)
  if (bytes === null || data?.kind !== 'dict') return null
  const signature = signatureCookie === null ? unchecked() : verify(keyring, ({ secret }) => isSameText(createHmac('sha1', secret).update(`${cookieName ?? ''}=${text}`).digest('base64url'), signatureCookie))
  return reading('express', 'express', { data, signature, serializer: 'json', packedBytes: bytes.length, dataBytes: bytes.length })
}
