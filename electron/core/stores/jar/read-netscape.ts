import type { Jar, JarCookie } from './jar-cookie.ts'
import { unquote } from './jar-cookie.ts'

const HTTP_ONLY = '#HttpOnly_'
const COLUMNS = 7

/** `cookies.txt` of Netscape, as curl, wget, yt-dlp and browser extensions write it: domain, subdomains, path, secure, expires, name, value. */
export function readNetscape(text: string): Jar {
  return { form: 'cookies.txt', cookies: text.split(/\r?\n/).flatMap((line, index) => readLine(line, index + 1)) }
}

/** By the first line that is no comment; curl's own comment is enough. */
export function isNetscape(text: string): boolean {
  return /^# (?:Netscape )?HTTP Cookie File/i.test(text) || text.slice(0, 65_536).split(/\r?\n/, 50).some((line, index) => readLine(line, index).length > 0)
}

function readLine(line: string, number: number): readonly JarCookie[] {
  const isHttpOnly = line.startsWith(HTTP_ONLY)
  if (line.startsWith('#') && !isHttpOnly) return []
  const columns = (isHttpOnly ? line.slice(HTTP_ONLY.length) : line).split('\t')
  const [domain = '', subdomains = '', path = '', secure = '', expires = '', name = '', value = ''] = columns
  if (columns.length !== COLUMNS || name === '' || !/^(?:TRUE|FALSE)$/i.test(subdomains) || !/^-?\d+(?:\.\d+)?$/.test(expires)) return []
  const seconds = Number(expires)
  return [{
    name, value: unquote(value), domain: domain.replace(/^\./, ''), path,
    // 0: ends with the browser.
    expiresAt: seconds > 0 ? seconds * 1000 : null,
    attributes: [...(isHttpOnly ? ['HttpOnly'] : []), ...(/^TRUE$/i.test(secure) ? ['Secure'] : [])],
    where: `line ${number}`,
  }]
}
