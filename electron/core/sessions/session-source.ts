import type { CookieSettings } from '../../../shared/model/cookie.ts'
import { DEFAULT_COOKIE } from '../../../shared/model/cookie.ts'
import type { DjangoVersion } from '../../../shared/model/django.ts'
import type { CacheLayer, EngineId, StoreCapabilities, StoreClock, StorePayload } from '../../../shared/model/store.ts'
import type { DecodeContext, Decoder, Keyring } from '../codecs/decoder.ts'
import type { BackendWay } from './auth-backend.ts'
import type { SessionStore } from '../stores/session-store.ts'
import type { Owners } from './owners.ts'

/** How users are loaded and logins verified. */
export interface UserLogin {
  /** The user model hashes passwords for `_auth_user_hash`, and is found, as Django's own is. */
  readonly isDjangos: boolean
  /** Backends of other names that load users as Django's own do, as far as the project's Python told. */
  readonly backends: Readonly<Record<string, BackendWay>>
}

/** The session settings of a site, as far as they are known; Django's defaults elsewhere. */
export interface SessionSettings {
  readonly engine: EngineId
  /** SESSION_COOKIE_NAME */
  readonly cookieName: string
  /** SESSION_COOKIE_AGE, in seconds. */
  readonly cookieAgeSeconds: number
  /** SESSION_EXPIRE_AT_BROWSER_CLOSE */
  readonly expireAtBrowserClose: boolean
  /** SESSION_SAVE_EVERY_REQUEST; null: not known. */
  readonly saveEveryRequest: boolean | null
  readonly cookie: CookieSettings
  /** AUTHENTICATION_BACKENDS; null: not known. */
  readonly authBackends: readonly string[] | null
  /** null: not known. */
  readonly userLogin: UserLogin | null
  readonly clock: StoreClock
  /** Django's release; null: not known, and judged as the current one. */
  readonly djangoVersion: DjangoVersion | null
  /** SESSION_SERIALIZER; null: not known, and what is found is taken for the site's own. */
  readonly serializer: 'json' | 'pickle' | null
  /** `key_salt` of an engine of the site's own; null: Django's own, or not known. */
  readonly keySalt: string | null
}

export const DEFAULT_SETTINGS: SessionSettings = {
  engine: 'db',
  cookieName: 'sessionid',
  cookieAgeSeconds: 14 * 86_400,
  expireAtBrowserClose: false,
  saveEveryRequest: null,
  cookie: DEFAULT_COOKIE,
  authBackends: null,
  userLogin: null,
  clock: { useTz: true, timeZone: 'UTC', origin: 'assumed' },
  djangoVersion: null,
  serializer: null,
  keySalt: null,
}

/** What it takes to show and change sessions of one open source. */
export interface SessionSource {
  readonly store: SessionStore
  /** In what form the store keeps data, and what ends a session there. */
  readonly payload: StorePayload
  readonly expiry: StoreCapabilities['expiry']
  /** Missing: the store chooses by nothing. */
  readonly filter?: StoreCapabilities['filter']
  /** Dates without a time zone: `settings.clock` decides what they mean. */
  readonly hasNaiveDates: boolean
  /** Of a pair, whose `payload` and `expiry` are those of its rows. Missing: another store. */
  readonly cache?: CacheLayer
  readonly decoder: Decoder
  readonly settings: SessionSettings
  readonly keyring: Keyring
  /** null: nobody can be named. */
  readonly owners: Owners | null
}

/** Milliseconds since 1970 UTC; injected, so that tests and `--now` can set it. */
export type Clock = () => number

export const toMicros = (ms: number): number => ms * 1000

/** Rows of db and file engines carry the salt of `SessionStore`, cookies that of signed_cookies. `flags`: of one item of memcached. */
export function decodeContext(source: SessionSource, now: number, flags: number | null = null): DecodeContext {
  const { payload, keyring, settings } = source
  const { cookieAgeSeconds, djangoVersion, serializer } = settings
  const place = placeOf(source)
  return { keyring, place, salt: place === 'row' ? settings.keySalt : null, maxAgeSeconds: cookieAgeSeconds, now, djangoVersion, serializer, payload, flags }
}

export function placeOf(source: SessionSource): 'row' | 'cookie' {
  return source.settings.engine === 'signed_cookies' ? 'cookie' : 'row'
}
