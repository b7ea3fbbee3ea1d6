import { cookieValue, firstCookiePair, splitCookiePairs, trimValue } from './cookie-pairs.ts'
import type { CookiePair } from './cookie-pairs.ts'
import { mapWhole, sliceMapped } from './mapped-text.ts'
import type { MappedText } from './mapped-text.ts'
import { splitShellWords } from './shell-words.ts'
import { isDjangoText, isNearlyDjangoText, isSessionKey, readLegacy } from './text-shape.ts'

/** Something in a paste that is, or was meant to be, a session. */
export interface Candidate {
  readonly value: MappedText
  readonly where: string
  readonly isCookie: boolean
}

/** Django's own cookies that look like sessions and are none. */
const OTHER_DJANGO_COOKIES: readonly string[] = ['messages', 'csrftoken']
const CURL = /^[\s$>#%]*(?:[\w./-]*\/)?curl(?:\.exe)?\s/
/** Where `curl` may stand in its line. */
const PROMPT_CHARS = 256
/** A header as it stands in a file, in `curl -v` (`> Cookie: …`) or in quotes. */
const HEADER = /^[\s<>*'"]*(set-cookie|cookie)\s*:\s*/i
/** Browsers' tools copy a header as two lines: its name, then its value. */
const HEADER_NAME_LINE = /^\s*(set-cookie|cookie):?\s*$/i
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/
/** Nothing that means anything is shorter: `a=b`. */
const SHORTEST_LINE = 3
/** A time, a signature and two colons are longer than this. */
const SHORTEST_TEXT = 46
const RUN = /[A-Za-z0-9_.:%+/-]+/g

/** In order, and one after the other: whoever asks may stop. Nothing found: the whole paste is the one candidate. */
export function* findCandidates(paste: string, cookieNames: readonly string[]): Generator<Candidate> {
  if (paste.trim() === '') return
  let isFound = false
  for (const candidate of scan(paste, cookieNames)) {
    isFound = true
    yield candidate
  }
  if (!isFound) yield bare(trimValue(mapWhole(paste, 0, paste.length)))
}

function* scan(paste: string, cookieNames: readonly string[]): Generator<Candidate> {
  let headerName: string | null = null
  for (let start = 0; start < paste.length; ) {
    const lineEnd = paste.indexOf('\n', start)
    const end = lineEnd < 0 ? paste.length : lineEnd
    if (end - start < SHORTEST_LINE) {
      start = end + 1
      continue
    }
    if (CURL.test(paste.slice(start, Math.min(end, start + PROMPT_CHARS)))) {
      const command = splitShellWords(paste, start)
      yield* readCurl(command.words, cookieNames)
      start = command.end + 1
      continue
    }
    const line = mapWhole(paste, start, end)
    const named: string | null = HEADER_NAME_LINE.exec(line.text)?.[1] ?? null
    if (headerName !== null) yield* readHeader(headerName, line, cookieNames)
    else if (named === null) yield* readLine(line, cookieNames)
    headerName = headerName === null ? named : null
    start = end + 1
  }
}

function readLine(line: MappedText, cookieNames: readonly string[]): readonly Candidate[] {
  const header = HEADER.exec(line.text)
  if (header !== null) return readHeader(header[1] ?? '', sliceMapped(line, header[0].length, line.text.length), cookieNames)
  const pairs = splitCookiePairs(line.text)
  const cookies = pairs.every(({ name }) => COOKIE_NAME.test(name)) ? pickCookies(line, pairs, cookieNames, 'a cookie list') : []
  return cookies.length > 0 ? cookies : readBare(line)
}

function readHeader(name: string, value: MappedText, cookieNames: readonly string[]): readonly Candidate[] {
  if (name.toLowerCase() === 'cookie') return pickCookies(value, splitCookiePairs(value.text), cookieNames, 'Cookie header')
  const pair = firstCookiePair(value.text)
  return pair === null ? [] : pickCookies(value, [pair], cookieNames, 'Set-Cookie header')
}

function* readCurl(words: readonly MappedText[], cookieNames: readonly string[]): Generator<Candidate> {
  for (const [index, word] of words.entries()) {
    const cookies = curlCookies(word, words[index + 1])
    if (cookies !== null) yield* pickCookies(cookies, splitCookiePairs(cookies.text), cookieNames, 'a cURL command')
  }
}

/** The cookie list of one option: `-H 'Cookie: …'`, `--header=…`, `-b …`, `--cookie …`; null: another option. */
function curlCookies(word: MappedText, next: MappedText | undefined): MappedText | null {
  const option = /^(--header|--cookie|-H|-b)(?:=|$)/.exec(word.text) ?? /^(-H|-b)/.exec(word.text)
  if (option === null) return null
  const argument = option[0].length === word.text.length && !word.text.endsWith('=') ? next : sliceMapped(word, option[0].length, word.text.length)
  if (argument === undefined) return null
  if (option[1] === '-b' || option[1] === '--cookie') return argument
  const header = HEADER.exec(argument.text)
  return header?.[1]?.toLowerCase() === 'cookie' ? sliceMapped(argument, header[0].length, argument.text.length) : null
}

/** The site's own session cookie first; of the others, those that can only be one. */
function pickCookies(header: MappedText, pairs: readonly CookiePair[], cookieNames: readonly string[], place: string): readonly Candidate[] {
  const known: Candidate[] = []
  const others: Candidate[] = []
  for (const pair of pairs) {
    const isKnown = cookieNames.includes(pair.name)
    if (!isKnown && (pair.end - pair.start < SHORTEST_TEXT || OTHER_DJANGO_COOKIES.includes(pair.name))) continue
    const value = cookieValue(header, pair)
    const candidate = { value, where: `cookie ${pair.name} in ${place}`, isCookie: true }
    if (isKnown) known.push(candidate)
    else if (isDjangoText(withColons(value.text))) others.push(candidate)
  }
  return [...known, ...others]
}

/** Values of Django's shape anywhere in a line; else the line itself, when it was one before it was damaged. */
function readBare(line: MappedText): readonly Candidate[] {
  const found: Candidate[] = []
  for (const match of line.text.matchAll(RUN)) {
    if (isDjangoText(withColons(match[0]))) found.push(bare(sliceMapped(line, match.index, match.index + match[0].length)))
  }
  if (found.length > 0) return found
  const whole = trimValue(line)
  return isMeantAsSession(withColons(whole.text)) ? [bare(whole)] : []
}

function isMeantAsSession(text: string): boolean {
  return isNearlyDjangoText(text) || isSessionKey(text) || readLegacy(text) !== null
}

function bare(value: MappedText): Candidate {
  return { value, where: 'bare text', isCookie: false }
}

/** Enough of URL decoding to see the shape. */
function withColons(text: string): string {
  return text.replaceAll(/%3a/gi, ':')
}
