import { splitCookiePairs } from '../cookie-pairs.ts'
import type { MappedText } from '../mapped-text.ts'
import { sliceMapped } from '../mapped-text.ts'
import { splitShellWords } from '../shell-words.ts'
import type { Candidate } from './candidate.ts'
import { foundIn } from './candidate.ts'
import { isCmdLine, splitCmdWords } from './cmd-words.ts'
import { pickCookies, splitHeader } from './cookies.ts'

const CURL = /^[\s$>#%]*(?:[\w./\\:~-]*[/\\])?curl(?:\.exe)?\s/
/** Where `curl` may stand in its line. */
const PROMPT_CHARS = 256

/** Cookies of a cURL command that begins at `start`, quoted for a POSIX shell or for cmd. null: no cURL command begins here. */
export function readCurl(doc: MappedText, start: number, lineEnd: number, cookieNames: readonly string[]): { readonly found: readonly Candidate[]; readonly end: number } | null {
  if (!CURL.test(doc.text.slice(start, Math.min(lineEnd, start + PROMPT_CHARS)))) return null
  const { words, end } = isCmdLine(doc.text.slice(start, lineEnd)) ? splitCmdWords(doc.text, start) : splitShellWords(doc.text, start)
  const found: Candidate[] = []
  for (const [index, word] of words.entries()) {
    const cookies = curlCookies(word, words[index + 1])
    if (cookies !== null) found.push(...pickCookies(splitCookiePairs(cookies), cookieNames, foundIn('curl')))
  }
  return { found: found.map((candidate) => toPaste(candidate, doc)), end }
}

/** The cookie list of one option: `-H 'Cookie: …'`, `--header=…`, `-b …`, `--cookie …`; null: another option. */
function curlCookies(word: MappedText, next: MappedText | undefined): MappedText | null {
  const option = /^(--header|--cookie|-H|-b)(?:=|$)/.exec(word.text) ?? /^(-H|-b)/.exec(word.text)
  if (option === null) return null
  const argument = option[0].length === word.text.length && !word.text.endsWith('=') ? next : sliceMapped(word, option[0].length, word.text.length)
  if (argument === undefined) return null
  if (option[1] === '-b' || option[1] === '--cookie') return argument
  const header = splitHeader(argument)
  return header?.name === 'cookie' ? header.value : null
}

/** Words are mapped to the unwrapped text; this leads on to the paste itself. */
function toPaste(candidate: Candidate, doc: MappedText): Candidate {
  const [start, end] = candidate.span
  const [first, last] = [placeOf(doc, start), placeOf(doc, Math.max(end - 1, start))]
  return { ...candidate, span: [first, end > start ? last + 1 : first] }
}

function placeOf(doc: MappedText, at: number): number {
  return sliceMapped(doc, at, at + 1).runs[0]?.[1] ?? at
}
