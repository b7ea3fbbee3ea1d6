import type { SessionKey } from '../../../../shared/model/session.ts'

/** One cookie of a jar, as far as its file tells. */
export interface JarCookie {
  readonly name: string
  readonly value: string
  /** Host or domain that it is sent to, without the leading dot; null: not told. */
  readonly domain: string | null
  readonly path: string | null
  /** When the browser drops it, in milliseconds since 1970 UTC; null: with the browser, or not told. */
  readonly expiresAt: number | null
  readonly attributes: readonly string[]
  /** Where in the jar it was found, for people. */
  readonly where: string
}

/** What a jar holds. */
export interface Jar {
  /** For people: "HAR file". */
  readonly form: string
  readonly cookies: readonly JarCookie[]
}

/** Exactly what Django signs (django/core/signing.py, `TimestampSigner`); a dot in front says that it is compressed. */
const SIGNED = /^\.?[A-Za-z0-9_-]*:[0-9A-Za-z]+:[A-Za-z0-9_-]{43}$/
/** Signed by Django, and no sessions. */
const OTHERS: readonly string[] = ['messages', 'csrftoken']

/** The site's session cookie by its name; others where they can be one. */
export function isSessionCookie({ name, value }: JarCookie, cookieName: string): boolean {
  return name === cookieName || (!OTHERS.includes(name) && SIGNED.test(value))
}

/**
 * Keys by which the cookies of a jar are found again: name, domain and path, as a browser tells cookies apart. Several values of
 * one cookie (a HAR file holds its history) are counted; the same value once more is the same cookie.
 */
export function keyCookies(cookies: readonly JarCookie[]): ReadonlyMap<SessionKey, JarCookie> {
  const keyed = new Map<SessionKey, JarCookie>()
  const seen = new Map<string, Set<string>>()
  for (const cookie of cookies) {
    const { name, domain, path, value } = cookie
    const base = `${name}${domain === null ? '' : `@${domain}`}${path === null || path === '/' ? '' : path}`
    const values = seen.get(base) ?? new Set()
    if (values.has(value)) continue
    seen.set(base, values.add(value))
    keyed.set(values.size === 1 ? base : `${base}#${values.size}`, cookie)
  }
  return keyed
}

/** Python's and browsers' cookie parsers take one pair of quotes off a value. */
export function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
