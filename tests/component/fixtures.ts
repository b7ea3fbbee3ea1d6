import { DEFAULT_COOKIE } from '../../shared/model/cookie.ts'
import type { CacheForm } from '../../shared/model/cache-form.ts'
import type { DecodedText, SessionDetail } from '../../shared/model/session.ts'
import type { Source } from '../../shared/model/source.ts'

const PAYLOAD = '.eJxVjDsOgCAQBe-ytSHRWNFp7xnIAqv4CUQ-hSHeXUgstJ2Z9zIITNGIFMiLVQOHvoPmCyWqnWw1ekO7OKacjX6VrCbstYFNTtMxvu3vwGAwdU2oJdFcpEIfgWcIeypiaAs64wW8u-8Hc1Axrw'
const TIMESTAMP = '1x0GTg'
const SIGNATURE = 'PxiIknTiIWnE4mq7ww7euFbtjcbYr_R-g8e-dj_bOPM'
const TEXT = `${PAYLOAD}:${TIMESTAMP}:${SIGNATURE}`
export const DATA = '{"_auth_user_id":"42","_auth_user_backend":"django.contrib.auth.backends.ModelBackend","_auth_user_hash":"deadbeef","cart":{"sku":"A1","qty":2}}'

/** Wed 2 Sep 2026, 09:12 UTC. */
export const NOW = Date.UTC(2026, 8, 2, 9, 12)
export const SIGNED_AT = 1_788_000_000_000
export const EXPIRES_AT = (SIGNED_AT + 14 * 86_400_000) * 1000

export function decodedText(changes: Partial<DecodedText> = {}): DecodedText {
  return {
    format: 'django-signed', text: TEXT,
    parts: { payload: [0, PAYLOAD.length], timestamp: [PAYLOAD.length + 1, PAYLOAD.length + 7], signature: [PAYLOAD.length + 8, TEXT.length] },
    salt: 'django.contrib.sessions.SessionStore', signature: { state: 'valid', verifiedBy: 'SECRET_KEY', reason: null }, keysTried: ['SECRET_KEY'],
    signedAt: SIGNED_AT, goodUntil: null, serializer: 'json', compressed: true, habit: { hash: 'sha256', neverCompresses: false, pickleProtocol: null, pickleFramed: null }, cache: null, pickle: null, packedBytes: 124, dataBytes: DATA.length, data: DATA,
    djangoSees: 'data', problem: null, verdict: { id: 'verdicts.verified', params: { key: 'SECRET_KEY' } }, ...changes,
  }
}

export function sessionDetail(changes: { readonly row?: Partial<SessionDetail['row']>; readonly text?: Partial<DecodedText>; readonly expiry?: Partial<SessionDetail['expiry']>; readonly etag?: string } = {}): SessionDetail {
  const text = decodedText(changes.text)
  return {
    row: {
      key: 'k3v9ta0q81zx0f0m2hw9tjd4cx7b1ne0', state: 'live', expireDate: EXPIRES_AT, sizeBytes: TEXT.length, signature: text.signature, serializer: 'json', compressed: true,
      topLevelKeys: ['_auth_user_id', '_auth_user_backend', '_auth_user_hash', 'cart'], keyCount: 4, userId: '42', owner: null, ...changes.row,
    },
    etag: changes.etag ?? 'etag-1', text,
    physical: [{ name: 'session_data', value: `${String(TEXT.length)} characters` }, { name: 'expire_date', value: '2026-09-12 10:40:00' }],
    expiry: { expireDate: EXPIRES_AT, savedAt: SIGNED_AT * 1000, custom: null, cookieAgeSeconds: 1_209_600, endsAtBrowserClose: false, saveEveryRequest: false, ...changes.expiry },
  }
}

export function source(changes: Partial<Source> = {}): Source {
  return {
    id: 's1', name: 'corner-shop', kind: 'project', location: '/srv/corner-shop/db.sqlite3', target: { kind: 'demo' }, engine: 'db', table: 'django_session', environment: 'local', lock: 'none',
    payload: { kind: 'session-text' }, capabilities: { write: true, delete: true, sort: ['expireDate', 'key'], count: 'exact', enumerate: 'ordered', filter: ['key', 'expires', 'size'], expiry: 'column' }, readOnlyReason: null,
    clock: { useTz: true, timeZone: 'UTC', origin: 'assumed' }, keyNames: ['SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]'], cookieName: 'sessionid', cookieAgeSeconds: 1_209_600, cookie: DEFAULT_COOKIE, djangoVersion: null, hasNaiveDates: true, notLocalReason: null, usersNotAsked: null, project: null,
    server: 'SQLite 3.50.4', extraColumns: [], ...changes,
  }
}

const FORM: CacheForm = { container: 'redis', serializer: 'pickle', pickle: { protocol: 5, framed: true }, json: null, compression: { compressor: 'zstd', level: null, aboveBytes: 15 }, flags: null, fileExpiry: null, herd: null }

/** The value of a Redis cache: a pickle, packed with zstd. */
export function cacheText(form: Partial<CacheForm> = {}, changes: Partial<DecodedText> = {}): DecodedText {
  return decodedText({
    format: 'django-cache', text: btoa('x'.repeat(100)), parts: null, salt: null, signature: { state: 'absent', verifiedBy: null, reason: null }, keysTried: [], signedAt: null, serializer: 'pickle', habit: null,
    cache: { ...FORM, ...form }, packedBytes: 100, dataBytes: 300, verdict: { id: 'cacheValues.data', params: { format: 'pickle protocol 5, zstd' } }, ...changes,
  })
}
