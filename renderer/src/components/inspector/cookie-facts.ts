import type { ExpiryFacts, SessionDetail } from '../../../../shared/model/session.ts'
import type { SessionCookie } from '../../../../shared/model/cookie.ts'
import type { Source } from '../../../../shared/model/source.ts'

/** The cookie that the browser of this session holds: its key, or with signed_cookies all of it. */
export function sessionCookie(source: Source, { row, text, expiry }: Pick<SessionDetail, 'row' | 'text' | 'expiry'>, now: number): SessionCookie {
  const { domain, path, secure, httpOnly, sameSite } = source.cookie
  return { name: source.cookieName, value: source.engine === 'signed_cookies' ? text.text : row.key, maxAge: maxAgeOf(expiry, now), domain, path, secure, httpOnly, sameSite }
}

/** `get_expiry_age()` in seconds, as the next response would send it; null: `get_expire_at_browser_close()`. */
function maxAgeOf({ custom, cookieAgeSeconds, endsAtBrowserClose }: ExpiryFacts, now: number): number | null {
  if (endsAtBrowserClose) return null
  if (custom?.kind === 'seconds') return custom.seconds
  return custom?.kind === 'date' && custom.at !== null ? Math.floor((custom.at / 1000 - now) / 1000) : cookieAgeSeconds
}

/** Chromium takes blanks into a host and escapes them, which the URL Standard does not. */
const HOST = /^[\w.:[\]-]+$/

/** An address of the site. A scheme that was left out is http. null: it is none. */
export function readPage(text: string): URL | null {
  const typed = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && HOST.test(url.hostname) ? url : null
}

/** The middle of a secret is left out where the screen is shown to others. */
export function maskIn(text: string, secret: string, shown: string): string {
  return secret === '' ? text : text.replaceAll(secret, `${shown}${'•'.repeat(Math.min(26, Math.max(0, secret.length - shown.length)))}`)
}
