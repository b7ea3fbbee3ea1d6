/** How the site sends its session cookie, beside name and age. Django's defaults where nobody told (`assumed`). */
export interface CookieSettings {
  /** SESSION_COOKIE_DOMAIN; null: the host that sent it, and no other. */
  readonly domain: string | null
  /** SESSION_COOKIE_PATH */
  readonly path: string
  /** SESSION_COOKIE_SECURE */
  readonly secure: boolean
  /** SESSION_COOKIE_HTTPONLY */
  readonly httpOnly: boolean
  /** SESSION_COOKIE_SAMESITE; null: False, the attribute is left out. */
  readonly sameSite: 'Lax' | 'Strict' | 'None' | null
  readonly origin: 'settings' | 'assumed'
}

/** django/conf/global_settings.py; `SameSite=Lax` since 2.1. */
export const DEFAULT_COOKIE: CookieSettings = { domain: null, path: '/', secure: false, httpOnly: true, sameSite: 'Lax', origin: 'assumed' }

/** A session cookie as a site gives it to a browser. */
export interface SessionCookie extends Omit<CookieSettings, 'origin'> {
  readonly name: string
  /** Session key; of signed_cookies: the whole signed text. */
  readonly value: string
  /** Seconds; null: the browser drops it when it closes. */
  readonly maxAge: number | null
}
