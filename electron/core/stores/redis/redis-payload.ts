import type { StorePayload } from '../../../../shared/model/store.ts'
import type { RedisFormat } from './redis-place.ts'

/** Values that `auto` looks at. */
export const SAMPLE = 20

const SIGNED_TEXT = /^[A-Za-z0-9_.=-]+:[A-Za-z0-9]{1,12}:[A-Za-z0-9_-]{20,}$/
/** The format before Django 3.1: base64 of a hex digest, a colon and the data. */
const OLD_TEXT = /^[A-Za-z0-9+/]+={0,2}$/

const payload = (changes: Partial<Extract<StorePayload, { kind: 'cache-value' }>>): StorePayload => ({ kind: 'cache-value', container: 'redis', reader: null, serializer: null, compressor: null, ...changes })
const OWN_JSON = payload({ container: 'plain', reader: 'own-engine', serializer: 'json', compressor: 'none' })

const PAYLOADS: Readonly<Record<Exclude<RedisFormat, 'auto'>, StorePayload>> = {
  'django': payload({ reader: 'django', serializer: 'pickle', compressor: 'none' }),
  'django-redis': payload({ reader: 'django-redis' }),
  'json': OWN_JSON,
  'signed': { kind: 'session-text' },
}

/** In what form the values are. `auto`: what all of the sample agree on; where they do not, each is read by its content. */
export function choosePayload(format: RedisFormat, hasOwnPattern: boolean, sample: readonly Uint8Array[]): StorePayload {
  if (format !== 'auto') return PAYLOADS[format]
  const texts = sample.map((value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'))
  if (texts.length > 0 && texts.every(isSignedText)) return PAYLOADS.signed
  // Under the keys of Django's cache, JSON is django-redis's.
  if (hasOwnPattern && texts.length > 0 && texts.every((text) => text.startsWith('{'))) return OWN_JSON
  return payload({})
}

function isSignedText(text: string): boolean {
  if (SIGNED_TEXT.test(text)) return true
  return text.length >= 56 && OLD_TEXT.test(text) && /^[0-9a-f]{40}:/.test(Buffer.from(text.slice(0, 56), 'base64').toString('latin1'))
}
