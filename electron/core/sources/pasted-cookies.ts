import { resolve } from 'node:path'
import { CoatcheckError } from '../../../shared/errors.ts'
import { english, reason } from '../../../shared/words/reason.ts'
import { isHar, mostPasteChars } from '../../../shared/limits.ts'
import { findCandidates } from '../codecs/paste/find-candidates.ts'
import { unescapeUrl } from '../codecs/paste/value-shape.ts'
import type { StoreProfile } from '../connections/open-store.ts'
import { readHar } from '../stores/jar/read-har.ts'
import { isNetscape, readNetscape } from '../stores/jar/read-netscape.ts'

type JarProfile = Extract<StoreProfile, { readonly kind: 'jar' }>
export type PastedCookie = JarProfile['pasted'][number]

/** What people bring to a jar. */
export interface GivenCookies {
  /** Text that holds them. */
  readonly cookies?: string | undefined
  /** A file of them. */
  readonly cookieFile?: string | undefined
}

/** The jar with what was brought beside what it has. @throws DATA_UNKNOWN_FORMAT */
export function addCookies(jar: JarProfile, { cookies, cookieFile }: GivenCookies): JarProfile {
  const file = cookieFile === undefined ? [] : [resolve(cookieFile)]
  return {
    ...jar,
    files: [...jar.files.filter((known) => !file.includes(known)), ...file],
    pasted: cookies === undefined ? jar.pasted : [...jar.pasted, ...readPastedCookies(cookies, jar.cookieName)],
  }
}

/**
 * The cookies of a pasted text. The text of a HAR file or of a cookies.txt is read as the file would be, with the domains it tells; else
 * headers, a cookie list, a cURL command, JSON of a browser; a bare value is taken for the session cookie.
 * @throws DATA_UNKNOWN_FORMAT when there is none; DATA_TOO_LARGE; STORE_NOT_DATABASE for a HAR file that is broken off
 */
export function readPastedCookies(text: string, cookieName: string): readonly PastedCookie[] {
  const most = mostPasteChars(text)
  if (text.length > most) throw new CoatcheckError('DATA_TOO_LARGE', reason('data.pasteTooLong', { size: text.length, limit: most }))
  const cookies = isHar(text) ? readHar(text).cookies : isNetscape(text) ? readNetscape(text).cookies : findCookies(text, cookieName)
  if (cookies.length === 0) throw new CoatcheckError('DATA_UNKNOWN_FORMAT', 'sources.noCookieInText', { hint: 'next.pasteCookie' })
  return cookies
}

function findCookies(text: string, cookieName: string): readonly PastedCookie[] {
  const isBare = /^[^\s=]+$/.test(text.trim())
  return findCandidates(text, [cookieName]).flatMap(({ content, cookie, where }): PastedCookie[] => {
    const name = cookie?.name ?? (isBare ? cookieName : null)
    return content.kind !== 'text' || name === null ? [] : [{ name, value: unescapeUrl(content.text), domain: null, path: null, expiresAt: null, attributes: [], where: english(where) }]
  })
}

const HEADER = /(?:^|[\s'"])cookie:\s*([^\r\n'"]+)/i

/** All cookies that a browser sends by this text, also those that can be no session: a site may look for another name. @throws DATA_UNKNOWN_FORMAT when there is none */
export function readSentCookies(text: string, cookieName: string): readonly Pick<PastedCookie, 'name' | 'value'>[] {
  const pairs = (HEADER.exec(text)?.[1] ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at <= 0 ? [] : [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }]
  })
  return pairs.length > 0 ? pairs : readPastedCookies(text, cookieName)
}
