import type { SessionCookie } from '../model/cookie.ts'

/** What Python's `http.cookies` leaves unquoted in a value (`_LegalChars`, Python 3.13). */
const PLAIN = /^[\w!#$%&'*+\-.^`|~:]+$/
/** What it leaves as it is between quotes, besides those (`_UnescapedChars`). */
const UNESCAPED = /[\w!#$%&'*+\-.^`|~: ()/<=>?@[\]{}]/
const LAST_OF_LATIN_1 = 0xff

/**
 * The value of the `Set-Cookie` header as Django's SessionMiddleware has it (django/contrib/sessions/middleware.py and
 * django/http/response.py 5.2; http.cookies sorts the attributes). `now`: milliseconds since 1970 UTC.
 */
export function setCookieHeader({ name, value, maxAge, domain, path, secure, httpOnly, sameSite }: SessionCookie, now: number): string {
  const parts = [`${name}=${quoteValue(value)}`]
  if (domain !== null && domain !== '') parts.push(`Domain=${domain}`)
  if (maxAge !== null) parts.push(`expires=${httpDate(now + maxAge * 1000)}`)
  if (httpOnly) parts.push('HttpOnly')
  if (maxAge !== null) parts.push(`Max-Age=${Math.trunc(maxAge)}`)
  if (path !== '') parts.push(`Path=${path}`)
  if (sameSite !== null) parts.push(`SameSite=${sameSite}`)
  if (secure) parts.push('Secure')
  return parts.join('; ')
}

/** `http.cookies._quote`: octal for what no header may hold. */
export function quoteValue(value: string): string {
  if (PLAIN.test(value) && isAscii(value)) return value
  return `"${[...value].map(escapeCharacter).join('')}"`
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  if ((isAscii(character) && UNESCAPED.test(character)) || code > LAST_OF_LATIN_1) return character
  return `\\${code.toString(8).padStart(3, '0')}`
}

const isAscii = (text: string): boolean => !/[^\u0000-\u007f]/.test(text)

/** `django.utils.http.http_date`: RFC 9110's date, in whole seconds. */
function httpDate(at: number): string {
  return new Date(Math.floor(at / 1000) * 1000).toUTCString()
}
