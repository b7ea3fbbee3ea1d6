import { CoatcheckError } from '../../../shared/errors.ts'
import type { CacheForm } from '../../../shared/model/cache-form.ts'
import type { ChangeCheck } from '../../../shared/model/change.ts'
import type { EpochMicros, SerializerId } from '../../../shared/model/session.ts'
import type { CachePayload } from '../../../shared/model/store.ts'
import { floatRepr } from '../../../shared/values/float-repr.ts'
import { withFileExpiry } from '../codecs/cache-value/file-header.ts'
import { NOT_COMPRESSED } from '../codecs/cache-value/form.ts'
import type { SigningKey } from '../codecs/decoder.ts'
import { isFallback, isUsable } from '../codecs/signing.ts'
import { planSigning } from '../codecs/signing-plan.ts'
import type { FoundText } from '../codecs/signing-plan.ts'
import type { StoreEdit } from '../stores/session-store.ts'
import type { ReadSession } from './inspect.ts'
import type { SessionSource } from './session-source.ts'
import { placeOf } from './session-source.ts'

/** How changed data of a stored session becomes bytes again: a text signed as the old one was, or a value in the old one's form. */
export interface DataEncoder {
  readonly serializer: SerializerId
  readonly checks: readonly ChangeCheck[]
  /** `data`: the typed notation of the whole session data. */
  encode(data: string, signal: AbortSignal): Promise<Required<Pick<StoreEdit, 'data'>> & Pick<StoreEdit, 'flags'>>
}

/** Whether its store takes values as they are, and knows no signatures. */
export function isUnsigned({ text }: ReadSession): boolean {
  return text.cache !== null
}

/**
 * `expireDate`: the new one, which files of FileBasedCache hold themselves; undefined: it stays.
 * @throws SIGNATURE_KEY_MISSING where a signature is needed; DATA_CORRUPT where the form is not known
 */
export function encoderFor(source: SessionSource, session: ReadSession, now: number, expireDate?: EpochMicros): DataEncoder {
  const { cache } = session.text
  return cache === null ? signingEncoder(source, session, now) : cacheEncoder(source, session, cache, expireDate)
}

/**
 * How a session that is not there yet becomes bytes: as this site's Django writes sessions.
 * @throws SIGNATURE_KEY_MISSING where a signature is needed; DATA_UNKNOWN_FORMAT where it is not known how this site writes them
 */
export function encoderForNew(source: SessionSource, now: number, expireDate: EpochMicros): DataEncoder {
  const { payload, settings } = source
  if (payload.kind === 'session-text') return textEncoder(source, { format: 'django-signed', salt: null, serializer: settings.serializer ?? 'json', habit: null }, now)
  if (siteSerializer(payload) === null) throw new CoatcheckError('DATA_UNKNOWN_FORMAT', 'sessions.cacheFormatUnknown', { hint: 'next.openOrFormat' })
  const { serializer, encode } = formEncoder(source, withExpiry(siteForm(source, emptyForm(payload.container)), expireDate), undefined)
  return { serializer, checks: [check('ok', 'unsigned', {})], encode }
}

/** Nothing stands there whose form could be kept. */
function emptyForm(container: CacheForm['container']): CacheForm {
  const fileExpiry = container === 'file-cache' ? { at: null, pickle: { protocol: 5, framed: true } } : null
  return { container, serializer: 'text', pickle: null, json: null, compression: NOT_COMPRESSED, flags: null, fileExpiry, herd: null }
}

function signingEncoder(source: SessionSource, session: ReadSession, now: number): DataEncoder {
  const { text } = session
  const key = signerOf(source)
  // As the text was made, as far as the site's Django reads that. A salt that only this text has is no reason to keep it.
  const encoder = textEncoder(source, { ...text, salt: text.signature.state === 'valid' ? text.salt : null }, now)
  return { ...encoder, checks: [...signatureChecks(session, key), ...encoder.checks] }
}

function textEncoder(source: SessionSource, found: FoundText, now: number): DataEncoder {
  const key = signerOf(source)
  const { how, checks } = planSigning(found, { place: placeOf(source), djangoVersion: source.settings.djangoVersion, rowSalt: source.settings.keySalt })
  return { serializer: how.serializer, checks, encode: async (data, signal) => ({ data: await source.decoder.encode({ ...how, data, key, now }, signal) }) }
}

function signerOf(source: SessionSource): SigningKey {
  const key = secretKey(source)
  if (key === undefined) throw new CoatcheckError('SIGNATURE_KEY_MISSING', 'sessions.needsKey', { hint: 'next.giveKey' })
  return key
}

function cacheEncoder(source: SessionSource, { stored }: ReadSession, found: CacheForm, expireDate: EpochMicros | undefined): DataEncoder {
  const isForeign = found.serializer === 'int' || found.serializer === 'text'
  const form = withExpiry(isForeign ? siteForm(source, found) : found, expireDate)
  const { serializer, encode } = formEncoder(source, form, stored.flags)
  return { serializer, checks: [check('ok', 'unsigned', {}), ...(isForeign ? [check('warn', 'newForm', { serializer })] : [])], encode }
}

/** `flags`: those that stand there. */
function formEncoder(source: SessionSource, form: CacheForm, flags: number | undefined): Omit<DataEncoder, 'checks'> {
  const serializer = form.serializer === 'pickle' || form.serializer === 'msgpack' ? form.serializer : 'json'
  const fresh = form.flags === null || form.flags === flags ? {} : { flags: form.flags }
  return { serializer, encode: async (data, signal) => ({ data: await source.decoder.encode({ data, form }, signal), ...fresh }) }
}

/** What the site itself writes, for a value that is none of a session. */
function siteForm({ payload }: SessionSource, found: CacheForm): CacheForm {
  const serializer = payload.kind === 'cache-value' ? siteSerializer(payload) : null
  if (serializer === null || payload.kind !== 'cache-value') {
    throw new CoatcheckError('DATA_CORRUPT', 'sessions.noFormToKeep', { hint: 'next.canBeDeleted' })
  }
  const isZlib = found.container === 'file-cache' || (found.container === 'redis' && payload.compressor === 'zlib')
  return {
    ...found, serializer, herd: null,
    pickle: serializer === 'pickle' ? { protocol: 5, framed: true } : null,
    json: null,
    compression: isZlib ? { compressor: 'zlib', level: null, aboveBytes: 0 } : NOT_COMPRESSED,
    flags: found.container === 'memcached' ? PICKLE_FLAG : null,
  }
}

/** Item flag that pymemcache and pylibmc give a pickle. */
const PICKLE_FLAG = 1

/** Django's own caches always pickle. */
function siteSerializer({ serializer, reader, container }: CachePayload): CachePayload['serializer'] {
  const isDjango = reader === 'django' || (container !== 'redis' && container !== 'plain')
  return serializer ?? (isDjango ? 'pickle' : null)
}

function withExpiry(form: CacheForm, expireDate: EpochMicros | undefined): CacheForm {
  return form.fileExpiry === null || expireDate === undefined ? form : { ...form, fileExpiry: { ...form.fileExpiry, at: seconds(expireDate) } }
}

/** Python's float of an instant: what `time.time() + timeout` is. */
function seconds(at: EpochMicros): string {
  return floatRepr(at / 1_000_000)
}

/** What has to be written for another expire date besides it: files of FileBasedCache begin with it. Nothing elsewhere. */
export function bytesWithExpiry({ text, stored }: ReadSession, expireDate: EpochMicros): Pick<StoreEdit, 'data'> {
  const expiry = text.cache?.fileExpiry ?? null
  const data = expiry === null ? null : withFileExpiry(stored.data, { ...expiry, at: seconds(expireDate) })
  return data === null ? {} : { data: new Uint8Array(data) }
}

/** Fallback keys verify and never sign. */
export function secretKey({ keyring }: SessionSource): SigningKey | undefined {
  return keyring.find((key) => isUsable(key) && !isFallback(key))
}

function signatureChecks({ text }: ReadSession, key: SigningKey): ChangeCheck[] {
  const { state, verifiedBy } = text.signature
  if (state === 'valid' && verifiedBy !== null && verifiedBy !== key.name) return [check('warn', 'fallback', { keyName: verifiedBy })]
  if (state === 'bad' || state === 'absent') return [check('warn', 'unverified', { keyName: key.name })]
  return state === 'unchecked' ? [check('warn', 'unchecked', {})] : []
}

function check(level: ChangeCheck['level'], id: string, params: ChangeCheck['sentence']['params']): ChangeCheck {
  return { level, sentence: { id: `changes.checks.${id}`, params } }
}
