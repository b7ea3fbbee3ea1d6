import { readLegacy } from '../text-shape.ts'
import type { ForeignContext, ForeignReading } from './foreign-format.ts'
import { dict, reading, text as textNode, unchecked } from './foreign-format.ts'

/** django/middleware/csrf.py, `CSRF_ALLOWED_CHARS`. */
const CSRF_CHARS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const SECRET_CHARS = 32
const TOKEN = /^[A-Za-z0-9]{64}$/
const SECRET = /^[A-Za-z0-9]{32}$/
const CSRF_COOKIES: readonly string[] = ['csrftoken', 'csrfmiddlewaretoken', 'X-CSRFToken']
/** django/contrib/auth/tokens.py: seconds since 2001 in base36, and every other character of a SHA-256 digest. */
const RESET = /^([0-9a-z]{6,7})-[0-9a-f]{32}$/
const YEAR_2001_MS = 978_307_200_000

/** By its name, or, standing alone, by 64 letters and digits that are no hexadecimal number and no session of Django before 3.1. */
export function readCsrfToken(text: string, { cookieName }: ForeignContext): ForeignReading | null {
  const isNamed = cookieName !== null && CSRF_COOKIES.includes(cookieName)
  if (TOKEN.test(text) && (isNamed || (cookieName === null && isMixed(text) && readLegacy(text) === null))) {
    return reading('django-other', 'djangoCsrf', { data: dict({ secret: textNode(unmask(text)) }) })
  }
  return isNamed && SECRET.test(text) ? reading('django-other', 'djangoCsrf', { data: dict({ secret: textNode(text) }) }) : null
}

function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text)
}

/** `_unmask_cipher_token`: each character of the second half, less the one of the first. */
function unmask(token: string): string {
  let secret = ''
  for (let index = 0; index < SECRET_CHARS; index++) {
    const mask = CSRF_CHARS.indexOf(token.charAt(index))
    const cipher = CSRF_CHARS.indexOf(token.charAt(SECRET_CHARS + index))
    secret += CSRF_CHARS.charAt((cipher - mask + CSRF_CHARS.length) % CSRF_CHARS.length)
  }
  return secret
}

/** The token of a password reset link. Whether it is good depends on the user's row, so it stays unchecked. */
export function readResetToken(text: string): ForeignReading | null {
  const stamp = RESET.exec(text)?.[1]
  if (stamp === undefined) return null
  return reading('django-other', 'djangoReset', { signature: unchecked(), salt: 'django.contrib.auth.tokens.PasswordResetTokenGenerator', signedAt: YEAR_2001_MS + Number.parseInt(stamp, 36) * 1000 })
}
