import { LIMITS } from '../../../shared/limits.ts'
import type { DecodedText, SerializerId } from '../../../shared/model/session.ts'
import { formatNotation } from '../../../shared/values/notation.ts'
import type { CacheContext } from './cache-value/context.ts'
import { decodeCacheValue } from './cache-value/decode.ts'
import type { DecodedCacheValue } from './cache-value/decode.ts'
import { decodeText as decodeUtf8 } from './cache-value/read-serialized.ts'
import { ABSENT } from './check-signature.ts'
import type { DecodeContext } from './decoder.ts'
import { readForeign } from './foreign/read-foreign.ts'
import { decodeSessionText, decodeText } from './session-text.ts'
import { isDjangoText, readLegacy } from './text-shape.ts'

const INDENT = 2
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f]/

/**
 * One stored value, in the form its store keeps (`DecodeContext.payload`).
 * @throws DATA_TOO_LARGE where it should be a text and is longer than `LIMITS.storedValueBytes`
 */
export function decodeStored(bytes: Uint8Array, context: DecodeContext): DecodedText {
  const { payload } = context
  if (payload === undefined || payload?.kind === 'session-text') return decodeSessionText(bytes, context)
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (mayBeText(context) && data.length <= LIMITS.storedValueBytes) return decodeBytes(data, context)
  return fromCache(decodeCacheValue(data, cacheContext(context)), shownBytes(data))
}

/** Session engines of other people keep what they like: data as it is, or signed text. */
function mayBeText({ payload }: DecodeContext): boolean {
  return payload === null || (payload?.kind === 'cache-value' && payload.reader === 'own-engine')
}

/** Whether a store of values of caches holds a signed text here. */
export function isTextInCache(bytes: Buffer, context: DecodeContext): boolean {
  const text = mayBeText(context) ? textOf(bytes) : null
  return text !== null && isSessionText(text)
}

function isSessionText(text: string): boolean {
  return isDjangoText(text) || readLegacy(text) !== null
}

/** What the store tells of its values. */
export function cacheContext({ payload, flags, now, djangoVersion }: DecodeContext): CacheContext {
  const base = { flags: flags ?? null, now, djangoVersion: djangoVersion ?? null }
  if (payload?.kind !== 'cache-value') return { ...base, container: null, settings: null }
  const { container, reader, serializer, compressor } = payload
  return { ...base, container, settings: { reader, serializer, compressor } }
}

/**
 * Bytes of which nobody knows what they are: the signed text of a session, the value of a cache, or a value of other software.
 * `known`: what is known of the cache that holds them. Bad data is a value, never an exception.
 */
export function decodeBytes(bytes: Buffer, context: DecodeContext, known: Partial<CacheContext> = {}): DecodedText {
  const text = textOf(bytes)
  if (text !== null && isSessionText(text)) return decodeText(text, context)
  const value = decodeCacheValue(bytes, { ...cacheContext(context), ...known })
  return (text === null || value.node !== null ? null : decodeOther(text, value, context)) ?? fromCache(value, shownBytes(bytes))
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
    cache: form,
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

/** Bytes as people are shown them: as the text they are, else in base64. */
export function shownBytes(bytes: Uint8Array): string {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return textOf(data) ?? data.toString('base64')
}

/** null: only data has such bytes. */
function textOf(bytes: Buffer): string | null {
  const text = decodeUtf8(bytes)
  return text === null || CONTROL.test(text) ? null : text
}
