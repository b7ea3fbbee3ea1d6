import type { Reason } from '../../../../shared/words/reason.ts'
import type { CookiePair } from '../cookie-pairs.ts'
import { firstCookiePair, splitCookiePairs } from '../cookie-pairs.ts'
import type { MappedText } from '../mapped-text.ts'
import { sliceMapped } from '../mapped-text.ts'
import { isDjangoText } from '../text-shape.ts'
import type { Candidate } from './candidate.ts'
import { foundIn, textCandidate } from './candidate.ts'
import { isSignedByDjango, isTelling, unescapeUrl } from './value-shape.ts'

/** Django's own cookies that look like sessions and are none. */
const OTHER_DJANGO_COOKIES: readonly string[] = ['messages', 'csrftoken']
/** A header as it stands in a file, in `curl -v`, in quotes, or as a property of a script. */
const HEADER = /^[\s<>*'"]*(set-cookie|cookie)['"]?\s*:\s*/i

export interface CookieHeader {
  readonly name: string
  readonly value: MappedText
}

/** null: the line is no `Cookie` or `Set-Cookie` header. */
export function splitHeader(line: MappedText): CookieHeader | null {
  const header = HEADER.exec(line.text)
  if (header === null) return null
  const value = sliceMapped(line, header[0].length, line.text.length)
  return { name: (header[1] ?? '').toLowerCase(), value: /["']/.test(header[0]) ? unquote(value) : value }
}

export function readHeader({ name, value }: CookieHeader, cookieNames: readonly string[], place: Reason | null = null): readonly Candidate[] {
  if (name.toLowerCase() === 'cookie') return pickCookies(splitCookiePairs(value), cookieNames, place ?? foundIn('cookieHeader'))
  const pair = firstCookiePair(value)
  return pair === null ? [] : pickCookies([pair], cookieNames, place ?? foundIn('setCookieHeader'))
}

/** The site's own session cookie first; of the others, those that can only be one, then what is telling without being a session. */
export function pickCookies(pairs: readonly CookiePair[], cookieNames: readonly string[], where: Reason): readonly Candidate[] {
  const signatures = new Map(pairs.filter(({ name }) => name.endsWith('.sig')).map(({ name, value }) => [name.slice(0, -'.sig'.length), value.text]))
  const rank = ({ name, value }: CookiePair): number => {
    if (cookieNames.includes(name)) return 0
    if (!OTHER_DJANGO_COOKIES.includes(name) && isDjangoText(unescapeUrl(value.text))) return 1
    return isTelling(value.text, name, signatures.get(name) ?? null) || isSignedByDjango(value.text) ? 2 : 3
  }
  const ranked = pairs.map((pair) => ({ pair, rank: rank(pair) })).filter((each) => each.rank < 3)
  return [0, 1, 2].flatMap((wanted) => ranked.filter((each) => each.rank === wanted).map(({ pair: { name, value } }) => textCandidate(value, foundIn('cookie', { name, place: where }), 'cookie', { name, signature: signatures.get(name) ?? null })))
}

/** Without the quotes and the comma that scripts put around a header, or around its value. */
function unquote(value: MappedText): MappedText {
  const text = value.text.trimEnd()
  const end = text.endsWith(',') ? text.length - 1 : text.length
  const isOpening = /^["']/.test(value.text)
  const isClosing = /["']/.test(value.text.charAt(end - 1))
  return sliceMapped(value, isOpening ? 1 : 0, Math.max(isClosing ? end - 1 : end, isOpening ? 1 : 0))
}
