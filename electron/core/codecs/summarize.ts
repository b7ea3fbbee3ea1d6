import { LIMITS } from '../../../shared/limits.ts'
import type { Signature } from '../../../shared/model/session.ts'
import { decodeBase62 } from '../util/base62.ts'
import { decodeCacheValue } from './cache-value/decode.ts'
import { ABSENT, checkLegacyHash, checkSignature, isCookie } from './check-signature.ts'
import { cacheContext, isTextInCache } from './decode-bytes.ts'
import type { DecodeContext, DecodedSummary, StoredValues } from './decoder.ts'
import { isTrusted } from './django-sees.ts'
import { readLegacyText } from './legacy-text.ts'
import { canLoad } from './load-data.ts'
import { unpackPayload } from './payload.ts'
import { dateOrNull } from './session-text.ts'
import { isTooOld } from './signing.ts'
import { readTopLevel, toTopLevel } from './top-level.ts'
import type { TopLevel } from './top-level.ts'

const COLON = 0x3a
const DOT = 0x2e
/** How base64 of a hexadecimal digit begins. */
const LEGACY_STARTS: ReadonlySet<number> = new Set([...'MNOYZ'].map((letter) => letter.charCodeAt(0)))
/** What unsigned or wrongly signed text may unpack to: each, and all of one batch, so that a table of bombs stays cheap. */
const UNVERIFIED_BYTES = 1024 * 1024
const UNVERIFIED_BATCH_BYTES = 64 * 1024 * 1024

/** What the sessions table shows of each text. Works on bytes and builds no tree: this is the inner loop of every scan. */
export function summarizeTexts({ bytes, ends, flags }: StoredValues, context: DecodeContext): DecodedSummary[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const budget = { bytes: UNVERIFIED_BATCH_BYTES }
  const names: KnownNames = { lists: new Map(), last: null }
  const summaries: DecodedSummary[] = []
  const isText = context.payload === undefined || context.payload?.kind === 'session-text'
  let start = 0
  for (const [index, end] of ends.entries()) {
    const value = all.subarray(start, end)
    summaries.push(isText ? summarize(value, context, budget, names) : summarizeValue(value, { ...context, flags: flags?.[index] ?? null }, budget, names))
    start = end
  }
  return summaries
}

/** The value of a cache. Nothing in a cache is signed, so what it unpacks to is limited as for unverified text. */
function summarizeValue(value: Buffer, context: DecodeContext, budget: { bytes: number }, names: KnownNames): DecodedSummary {
  if (isTextInCache(value, context)) return summarize(value, context, budget, names)
  const limitBytes = Math.max(Math.min(UNVERIFIED_BYTES, budget.bytes), 1)
  const { form, node, facts, djangoSees } = decodeCacheValue(value, cacheContext(context), { depth: 'top', limitBytes })
  const isCompressed = facts.compressor !== 'none'
  if (isCompressed) budget.bytes -= facts.dataBytes ?? limitBytes
  const serializer = form.serializer === 'int' || form.serializer === 'text' ? null : form.serializer
  if (node === null || serializer === null) return { ...unreadable(ABSENT, isCompressed), readable: djangoSees === 'data' }
  const { names: list, count, userId, login, ownExpiry } = toTopLevel(node, serializer)
  return { signature: ABSENT, serializer, compressed: isCompressed, topLevelKeys: shared(list, names), keyCount: count, userId, login, ownExpiry, readable: djangoSees === 'data' }
}

function summarize(text: Buffer, context: DecodeContext, budget: { bytes: number }, names: KnownNames): DecodedSummary {
  const last = text.lastIndexOf(COLON)
  if (text.length > LIMITS.storedValueBytes) return unreadable(ABSENT, false)
  const legacy = last < 0 || LEGACY_STARTS.has(text[0] ?? 0) ? summarizeLegacy(text, context, budget, names) : null
  if (legacy !== null) return legacy
  if (last < 0) return unreadable(ABSENT, false)
  const check = checkSignature(text.subarray(0, last), text.toString('latin1', last + 1), context)
  const compressed = text[0] === DOT
  const before = last === 0 ? -1 : text.lastIndexOf(COLON, last - 1)
  const seconds = before < 0 ? null : decodeBase62(text.toString('latin1', before + 1, last))
  if (seconds === null) return unreadable(check.signature, compressed)

  const age = ageState(seconds, isCookie(context, check.salt), context)
  const isOnlyOld = age === 'too-old' && check.signature.state === 'valid' && check.signature.reason === null
  const signature: Signature = isOnlyOld ? { ...check.signature, reason: 'too-old' } : check.signature
  const top = readPayload(text.toString('latin1', 0, before), signature.state === 'valid', budget)
  const signedAt = dateOrNull(seconds * 1000)
  const signed = signedAt === null ? {} : { signedAt }
  if (top === null) return { ...unreadable(signature, compressed), ...signed }
  return { ...readable(top, signature, names, context), compressed, ...signed, ...(age === 'in-time' ? {} : { readable: false }) }
}

/** null: it is no text of Django before 3.1. */
function summarizeLegacy(text: Buffer, context: DecodeContext, budget: { bytes: number }, names: KnownNames): DecodedSummary | null {
  const legacy = readLegacyText(text.toString('utf8'))
  if (legacy === null) return null
  const { signature } = checkLegacyHash(legacy, context)
  const isVerified = signature.state === 'valid'
  if (!isVerified && (budget.bytes <= 0 || legacy.body.length > UNVERIFIED_BYTES)) return unreadable(signature, false)
  if (!isVerified) budget.bytes -= legacy.body.length
  const top = readTopLevel(legacy.body)
  if (top === null) return unreadable(signature, false)
  return { ...readable(top, signature, names, context), ...(legacy.isBase64 ? {} : { readable: false }) }
}

function readable(top: TopLevel, signature: Signature, names: KnownNames, context: DecodeContext): DecodedSummary {
  return {
    signature,
    serializer: top.serializer,
    compressed: false,
    topLevelKeys: shared(top.names, names),
    keyCount: top.count,
    userId: top.userId,
    login: top.login,
    ownExpiry: top.ownExpiry,
    readable: top.isDict && isTrusted(signature) && canLoad(top.serializer, context),
  }
}

function readPayload(payload: string, isVerified: boolean, budget: { bytes: number }): TopLevel | null {
  if (!isVerified && budget.bytes <= 0) return null
  const { data } = unpackPayload(payload, isVerified ? LIMITS.inflateBytes : UNVERIFIED_BYTES)
  if (!isVerified) budget.bytes -= data?.length ?? UNVERIFIED_BYTES
  return data === null ? null : readTopLevel(data)
}

function ageState(seconds: number, hasLimit: boolean, { maxAgeSeconds, now }: DecodeContext): 'in-time' | 'too-old' | 'unreadable' {
  if (!hasLimit) return 'in-time'
  if (!Number.isFinite(seconds)) return 'unreadable'
  return isTooOld(seconds, maxAgeSeconds, now) ? 'too-old' : 'in-time'
}

interface KnownNames {
  readonly lists: Map<string, readonly string[]>
  last: readonly string[] | null
}

/** Sessions of one site have few shapes: equal lists become one, which crosses threads once. */
function shared(list: readonly string[] | null, known: KnownNames): readonly string[] | null {
  if (list === null) return null
  const { last } = known
  if (last !== null && isSameList(list, last)) return last
  const id = list.join('\u0000')
  const first = known.lists.get(id)
  known.last = first !== undefined && isSameList(list, first) ? first : list
  known.lists.set(id, known.last)
  return known.last
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index])
}

function unreadable(signature: Signature, compressed: boolean): DecodedSummary {
  return { signature, serializer: null, compressed, topLevelKeys: null, keyCount: 0, userId: null, login: null, ownExpiry: null, readable: false }
}
