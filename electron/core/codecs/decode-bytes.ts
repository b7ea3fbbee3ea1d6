import type { DecodedText, SerializerId } from '../../../shared/model/session.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import type { CacheContext } from './cache-value/context.ts'
import { decodeCacheValue } from './cache-value/decode.ts'
import type { DecodedCacheValue } from './cache-value/decode.ts'
import { decodeText as decodeUtf8 } from './cache-value/read-serialized.ts'
import { ABSENT } from './check-signature.ts'
import type { DecodeContext } from './decoder.ts'
import { readForeign } from './foreign/read-foreign.ts'
import { decodeText } from './session-text.ts'
import { isDjangoText, readLegacy } from './text-shape.ts'

const INDENT = 2
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f]/

/**
 * Bytes of which nobody knows what they are: the signed text of a session, the value of a cache, or a value of other software.
 * `known`: what is known of the cache that holds them. Bad data is a value, never an exception.
 */
export function decodeBytes(bytes: Buffer, context: DecodeContext, known: Partial<CacheContext> = {}): DecodedText {
  const text = textOf(bytes)
  if (text !== null && (isDjangoText(text) || readLegacy(text) !== null)) return decodeText(text, context)
  const cache = { container: null, flags: null, settings: null, now: context.now, djangoVersion: context.djangoVersion ?? null, ...known }
  const value = decodeCacheValue(bytes, cache)
  return (text === null || value.node !== null ? null : decodeOther(text, value, context)) ?? fromCache(value, text ?? bytes.toString('base64'))
}

/** Texts that no cache of Django writes. null: it is a damaged value of a cache. */
function decodeOther(text: string, { problem }: DecodedCacheValue, context: DecodeContext): DecodedText | null {
  if (problem?.reason !== 'unknown-value') return null
  return readForeign(text, { keyring: context.keyring, now: context.now, cookieName: null, signatureCookie: null }) ?? decodeText(text, context)
}

/** In the shape of a session text. What only values of caches have is told by the verdict. */
function fromCache({ form, node, facts, problem, djangoSees, verdict }: DecodedCacheValue, text: string): DecodedText {
  return {
    format: 'django-cache',
    text,
    parts: null,
    habit: null,
    pickle: facts.pickle,
    salt: null,
    signature: ABSENT,
    keysTried: [],
    signedAt: null,
    goodUntil: null,
    serializer: serializerOf(form.serializer),
    compressed: facts.compressor !== 'none',
    packedBytes: facts.packedBytes,
    dataBytes: facts.dataBytes,
    data: node === null ? null : formatNotation(node, { indent: INDENT, interchange: false }),
    djangoSees,
    problem,
    verdict,
  }
}

function serializerOf(serializer: DecodedCacheValue['form']['serializer']): SerializerId | null {
  return serializer === 'int' || serializer === 'text' ? null : serializer
}

/** null: only data has such bytes. */
function textOf(bytes: Buffer): string | null {
  const text = decodeUtf8(bytes)
  return text === null || CONTROL.test(text) ? null : text
}
