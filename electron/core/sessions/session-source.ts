import type { EngineId, StoreClock } from '../../../shared/model/store.ts'
import type { DecodeContext, Decoder, Keyring } from '../codecs/decoder.ts'
import type { SessionStore } from '../stores/session-store.ts'

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
  readonly clock: StoreClock
}

export const DEFAULT_SETTINGS: SessionSettings = {
  engine: 'db',
  cookieName: 'sessionid',
  cookieAgeSeconds: 14 * 86_400,
  expireAtBrowserClose: false,
  saveEveryRequest: null,
  clock: { useTz: true, timeZone: 'UTC', origin: 'assumed' },
}

/** What it takes to show and change sessions of one open source. */
export interface SessionSource {
  readonly store: SessionStore
  readonly decoder: Decoder
  readonly settings: SessionSettings
  readonly keyring: Keyring
}

/** Milliseconds since 1970 UTC; injected, so that tests and `--now` can set it. */
export type Clock = () => number

export const toMicros = (ms: number): number => ms * 1000

/** Rows of db and file engines carry the salt of `SessionStore`, cookies that of signed_cookies. */
export function decodeContext(source: SessionSource, now: number): DecodeContext {
  const place = source.settings.engine === 'signed_cookies' ? 'cookie' : 'row'
  return { keyring: source.keyring, place, salt: null, maxAgeSeconds: source.settings.cookieAgeSeconds, now }
}
