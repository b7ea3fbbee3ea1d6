import type { SessionCookie } from '../model/cookie.ts'

/** What a browser makes of a cookie on a page of the site. */
export interface CookieVerdict {
  /** `some`: it depends on the browser. */
  readonly sent: 'all' | 'some' | 'none'
  readonly findings: readonly CookieFinding[]
}

/** Ids of `cookie.finding.*` in the catalogue. */
export interface CookieFinding {
  readonly id: 'secureHttp' | 'secureLocalhost' | 'noneNeedsSecure' | 'hostPrefix' | 'securePrefix' | 'otherDomain' | 'otherPath' | 'badName' | 'tooLarge' | 'scriptsRead' | 'noSameSite' | 'portsShare'
  readonly level: 'danger' | 'warn' | 'info'
  readonly params: Readonly<Record<string, string | number>>
  /** A line for the settings that mends it; null: no setting does. */
  readonly fix: string | null
}

/** Name, value and attributes together (RFC 6265bis, 5.6). */
const LARGEST_COOKIE = 4096
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/

/** Whether browsers take the cookie from this page, and send it back there. `header`: as `setCookieHeader` made it. */
export function judgeCookie(cookie: SessionCookie, page: URL, header: string): CookieVerdict {
  const findings = [...refusals(cookie, page), ...remarks(cookie, page, header)]
  const sent = findings.some(({ level }) => level === 'danger') ? 'none' : findings.some(({ id }) => id === 'secureLocalhost') ? 'some' : 'all'
  return { sent, findings }
}

/** Why no browser would, or not all. */
function refusals(cookie: SessionCookie, page: URL): CookieFinding[] {
  const { name, secure, sameSite, domain, path } = cookie
  const found: CookieFinding[] = []
  if (!TOKEN.test(name)) found.push(finding('badName', 'danger', { name }, "SESSION_COOKIE_NAME = 'sessionid'"))
  if (name.startsWith('__Host-') && (!secure || path !== '/' || domain !== null)) found.push(finding('hostPrefix', 'danger', { name }, "SESSION_COOKIE_SECURE = True\nSESSION_COOKIE_PATH = '/'\nSESSION_COOKIE_DOMAIN = None"))
  if (name.startsWith('__Secure-') && !secure) found.push(finding('securePrefix', 'danger', { name }, 'SESSION_COOKIE_SECURE = True'))
  if (sameSite === 'None' && !secure) found.push(finding('noneNeedsSecure', 'danger', {}, "SESSION_COOKIE_SAMESITE = 'Lax'"))
  if (secure && page.protocol === 'http:') found.push(isLocalHost(page) ? finding('secureLocalhost', 'warn', {}, 'SESSION_COOKIE_SECURE = False') : finding('secureHttp', 'danger', { host: page.host }, 'SESSION_COOKIE_SECURE = False'))
  if (domain !== null && !isDomainOf(domain, page.hostname)) found.push(finding('otherDomain', 'danger', { domain, host: page.hostname }, 'SESSION_COOKIE_DOMAIN = None'))
  if (!isPathOf(path, page.pathname)) found.push(finding('otherPath', 'danger', { path, page: page.pathname }, "SESSION_COOKIE_PATH = '/'"))
  return found
}

/** What is worth knowing although the cookie arrives. */
function remarks({ httpOnly, sameSite, domain }: SessionCookie, page: URL, header: string): CookieFinding[] {
  const found: CookieFinding[] = []
  const size = new TextEncoder().encode(header).length
  if (size > LARGEST_COOKIE) found.push(finding('tooLarge', 'danger', { size, limit: LARGEST_COOKIE }, "SESSION_ENGINE = 'django.contrib.sessions.backends.db'"))
  if (!httpOnly) found.push(finding('scriptsRead', 'warn', {}, 'SESSION_COOKIE_HTTPONLY = True'))
  if (sameSite === null) found.push(finding('noSameSite', 'info', {}, "SESSION_COOKIE_SAMESITE = 'Lax'"))
  if (domain === null && isLocalHost(page)) found.push(finding('portsShare', 'info', { host: page.hostname }, "SESSION_COOKIE_NAME = 'sessionid_of_this_project'"))
  return found
}

function finding(id: CookieFinding['id'], level: CookieFinding['level'], params: CookieFinding['params'], fix: string | null): CookieFinding {
  return { id, level, params, fix }
}

function isLocalHost({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

/** RFC 6265, 5.1.3: the same host, or one below it; an address is below nothing. */
function isDomainOf(domain: string, host: string): boolean {
  const name = domain.replace(/^\./, '').toLowerCase()
  if (host === name) return true
  return host.endsWith(`.${name}`) && !/^(?:\d+\.){3}\d+$/.test(host)
}

/** RFC 6265, 5.1.4. */
function isPathOf(path: string, page: string): boolean {
  return path === page || (page.startsWith(path) && (path.endsWith('/') || page.charAt(path.length) === '/'))
}
