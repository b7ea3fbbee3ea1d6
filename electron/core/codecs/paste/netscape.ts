import type { MappedText } from '../mapped-text.ts'
import type { Candidate } from './candidate.ts'
import { foundIn } from './candidate.ts'
import { splitCells } from './cells.ts'
import { pickCookies } from './cookies.ts'

/** Domain, subdomains, path, secure, expires, name, value. */
const LINE = /^(?:#HttpOnly_)?[^\t#]*\t(?:TRUE|FALSE)\t[^\t]*\t(?:TRUE|FALSE)\t-?\d+(?:\.\d+)?\t[^\t]+\t[^\t]*$/i

/** A line of Netscape's cookies.txt, as curl, wget and browser extensions write it. null: it is none. */
export function readNetscapeLine(line: MappedText, cookieNames: readonly string[]): readonly Candidate[] | null {
  if (!LINE.test(line.text)) return null
  const cells = splitCells(line, { kind: 'char', char: '\t' })
  const [name, value] = [cells[5], cells[6]]
  return name === undefined || value === undefined ? [] : pickCookies([{ name: name.text, value }], cookieNames, foundIn('cookiesTxt', { domain: cells[0]?.text.replace(/^#HttpOnly_/, '').replace(/^\./, '') ?? '' }))
}
