import type { DataNode } from '../../../../shared/values/node.ts'
import { parsePythonJson } from '../../../../shared/values/python-json.ts'
import { decodeBase62 } from '../../util/base62.ts'
import type { Keyring } from '../decoder.ts'
import { unpackPayload } from '../payload.ts'
import { findSigner, isUsable } from '../signing.ts'
import { splitText } from '../text-shape.ts'
import { readCsrfToken, readResetToken } from './django-tokens.ts'
import { readMessages } from './django-messages.ts'
import type { ForeignCodec, ForeignContext, ForeignReading } from './foreign-format.ts'
import { FOREIGN_INFLATE_BYTES, reading, text as textNode, verify } from './foreign-format.ts'

/** SHA-256, or SHA-1 up to Django 3.0. */
const SIGNATURE = /^(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{27})$/
const STAMP = /^[0-9A-Za-z]{1,12}$/
const MESSAGES_SALT = 'django.contrib.messages'
/** What Django's own code and its documentation sign with. */
const DUMPS_SALTS: readonly string[] = ['django.core.signing']
const STAMPED_SALTS: readonly string[] = ['django.core.signing.TimestampSigner']
const PLAIN_SALTS: readonly string[] = ['django.core.signing.Signer']

/** What Django signs, or makes, that is no session: messages, signed cookies, `signing.dumps`, `Signer`, CSRF and reset tokens. */
export const djangoOther: ForeignCodec = {
  looksLike(text, context) {
    const shape = splitText(text)
    return (shape.signature !== null && SIGNATURE.test(shape.signature)) || readCsrfToken(text, context) !== null || readResetToken(text) !== null
  },
  read(text, context) {
    const { payload, stamp, signature } = splitText(text)
    if (signature === null || !SIGNATURE.test(signature)) return readCsrfToken(text, context) ?? readResetToken(text)
    const signed: Signed = { whole: text.slice(0, text.lastIndexOf(':')), payload, stamp: stamp !== null && STAMP.test(stamp) ? stamp : null, signature }
    return readVerified(signed, context) ?? readUnverifiedMessages(signed, context)
  },
}

interface Signed {
  readonly whole: string
  readonly payload: string
  readonly stamp: string | null
  readonly signature: string
}

function readVerified(signed: Signed, { keyring, cookieName }: ForeignContext): ForeignReading | null {
  const cookieKeys = keyring.filter(isUsable).map(({ name, secret }) => ({ name, secret: `django.http.cookies${secret}` }))
  const found = (salts: readonly string[], keys: Keyring): { readonly salt: string; readonly key: string } | null => {
    for (const salt of salts) {
      const key = findSigner(signed.whole, signed.signature, keys, salt)
      if (key !== null) return { salt, key: key.name }
    }
    return null
  }
  const facts = (by: { readonly salt: string; readonly key: string }): Pick<ForeignReading, 'signature' | 'salt' | 'signedAt'> => ({
    signature: { state: 'valid', verifiedBy: by.key, reason: null }, salt: by.salt, signedAt: signedAt(signed.stamp),
  })
  if (signed.stamp === null) {
    const plain = found(PLAIN_SALTS, keyring)
    return plain === null ? null : reading('django-other', 'djangoSigner', { ...facts(plain), data: textNode(signed.whole) })
  }
  const messages = found([MESSAGES_SALT], cookieKeys)
  if (messages !== null) return reading('django-other', 'djangoMessages', { ...facts(messages), ...content(signed.payload, true) })
  const dumped = found(DUMPS_SALTS, keyring)
  if (dumped !== null) return reading('django-other', 'djangoDumps', { ...facts(dumped), ...content(signed.payload, false) })
  const value = found(STAMPED_SALTS, keyring)
  if (value !== null) return reading('django-other', 'djangoSigner', { ...facts(value), data: textNode(signed.payload) })
  const cookie = cookieName === null ? null : found(cookieSalts(cookieName), cookieKeys)
  return cookie === null ? null : reading('django-other', 'djangoCookie', { ...facts(cookie), data: textNode(signed.payload) })
}

/** `set_signed_cookie` without a salt of its own: the present form, and that of Django 5.1 and before. */
function cookieSalts(name: string): readonly string[] {
  return [`django.http.cookies.v2:0:${name}`, name]
}

/** By what is in it: no session holds a list of messages at its top. */
function readUnverifiedMessages(signed: Signed, { keyring }: ForeignContext): ForeignReading | null {
  if (signed.stamp === null) return null
  const read = content(signed.payload, true)
  if (read.serializer === null) return null
  return reading('django-other', 'djangoMessages', { ...read, signature: verify(keyring, () => false), salt: MESSAGES_SALT, signedAt: signedAt(signed.stamp) })
}

type Content = Pick<ForeignReading, 'data' | 'serializer' | 'compressed' | 'packedBytes' | 'dataBytes'>

function content(payload: string, isMessages: boolean): Content {
  const { compressed, packedBytes, data } = unpackPayload(payload, FOREIGN_INFLATE_BYTES)
  const node = data === null ? null : parse(data, isMessages)
  return { data: node, serializer: node === null ? null : 'json', compressed, packedBytes, dataBytes: data?.length ?? null }
}

function parse(data: Buffer, isMessages: boolean): DataNode | null {
  if (isMessages && data[0] !== 0x5b) return null
  const parsed = parsePythonJson(data.toString('latin1'))
  if (!parsed.ok) return null
  return isMessages ? readMessages(parsed.node) : parsed.node
}

function signedAt(stamp: string | null): number | null {
  const seconds = stamp === null ? null : decodeBase62(stamp)
  return seconds === null || Math.abs(seconds) > 8.64e12 ? null : seconds * 1000
}
