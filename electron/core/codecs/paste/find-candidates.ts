import { splitCookiePairs, trimValue } from '../cookie-pairs.ts'
import type { MappedText } from '../mapped-text.ts'
import { readBare, readWrapped } from './bare.ts'
import { readByteLiterals, readHexDump } from './byte-literals.ts'
import type { Candidate } from './candidate.ts'
import { CandidateList, foundIn, textCandidate } from './candidate.ts'
import { pickCookies, readHeader, splitHeader } from './cookies.ts'
import { readCurl } from './curl.ts'
import { JsonSessions } from './json-sessions.ts'
import type { Line } from './lines.ts'
import { lineAt } from './lines.ts'
import { readNetscapeLine } from './netscape.ts'
import { Records } from './records.ts'
import { RedisReplies } from './redis.ts'
import { readInserts } from './sql-insert.ts'
import { readLooseRow, readTable } from './tables.ts'
import { unwrapMail } from './unwrap.ts'

/** Browsers' tools copy a header as two lines: its name, then its value. */
const HEADER_NAME_LINE = /^\s*(set-cookie|cookie):?\s*$/i
/** Commands or values that one line may hold one after the other; what is behind them is read as plain text. */
const MOST_RESTARTS = 64
/** A brace or a bracket alone begins JSON, and says nothing else. */
const SHORTEST_LINE = 3
/** No value, and nothing that leads to one, stands in a line without one of these. */
const WORTH_READING = /\S{16}|[{[=]|^[0-9a-f]{7}|curl|cookie|insert|copy|record|row \*|session_data|cache_key|get /i
const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Everything in a paste that is, or was meant to be, a session. Without any, the whole paste is the one candidate. */
export function findCandidates(paste: string, cookieNames: readonly string[]): readonly Candidate[] {
  if (paste.trim() === '') return []
  const doc = unwrapMail(paste)
  const found = new Search(doc, cookieNames).run()
  return found.length > 0 ? found : [textCandidate(trimValue(doc), foundIn('bare'))]
}

/**
 * Goes through a paste line by line. What spans lines (a table, a statement, JSON) is asked first, and tells where it ends: so
 * every character is read a limited number of times, whatever the text.
 */
class Search {
  readonly #doc: MappedText
  readonly #cookieNames: readonly string[]
  readonly #list = new CandidateList()
  readonly #json: JsonSessions
  readonly #redis = new RedisReplies()
  readonly #records = new Records()
  /** Name of a header whose value stands in the next line. */
  #headerName: string | null = null

  constructor(doc: MappedText, cookieNames: readonly string[]) {
    this.#doc = doc
    this.#cookieNames = cookieNames
    this.#json = new JsonSessions(doc, cookieNames, this.#list)
  }

  run(): readonly Candidate[] {
    let at = 0
    let [lineEnd, restarts] = [-1, 0]
    for (let line = lineAt(this.#doc, at); line !== null && !this.#list.isFull; line = lineAt(this.#doc, at)) {
      restarts = line.end === lineEnd ? restarts + 1 : 0
      lineEnd = line.end
      if (this.#headerName === null && this.#saysNothing(line.mapped.text)) {
        at = line.end + 1
        continue
      }
      const end = restarts < MOST_RESTARTS ? this.#readBlock(line) : null
      if (end === null && (line.mapped.text.length >= SHORTEST_LINE || this.#headerName !== null)) this.#list.add(...this.#readLine(line.mapped))
      at = end === null || end <= line.start ? line.end + 1 : end
    }
    return this.#list.items
  }

  /** An empty line ends a record, and is nothing else: a paste may have a million of them. */
  #saysNothing(text: string): boolean {
    const isEmpty = text.trim() === ''
    if (isEmpty) this.#records.separate()
    return isEmpty || !WORTH_READING.test(text)
  }

  /** Position behind what begins with this line and may go on beyond it. */
  #readBlock(line: Line): number | null {
    if (this.#headerName !== null) return null
    const curl = readCurl(this.#doc, line.start, line.end, this.#cookieNames)
    if (curl !== null) {
      this.#list.add(...curl.found)
      return curl.end + 1
    }
    const indent = line.mapped.text.length - line.mapped.text.trimStart().length
    const structured = this.#json.read(line.start + indent) ?? readInserts(this.#doc, line.start, this.#list) ?? readTable(this.#doc, line, this.#list)
    if (structured !== null || line.mapped.text.length < SHORTEST_LINE) return structured
    const lines = readHexDump(this.#doc, line) ?? readWrapped(this.#doc, line)
    this.#list.add(...(lines?.found ?? []))
    return lines?.end ?? null
  }

  #readLine(line: MappedText): readonly Candidate[] {
    const named = this.#headerName
    this.#headerName = named === null ? (HEADER_NAME_LINE.exec(line.text)?.[1] ?? null) : null
    if (named !== null) return readHeader({ name: named, value: line }, this.#cookieNames)
    if (this.#headerName !== null) return []
    const header = splitHeader(line)
    if (header !== null) return readHeader(header, this.#cookieNames)
    return readNetscapeLine(line, this.#cookieNames) ?? this.#redis.read(line) ?? this.#records.read(line) ?? this.#readLoose(line)
  }

  #readLoose(line: MappedText): readonly Candidate[] {
    const pairs = splitCookiePairs(line)
    const isList = pairs.length > 0 && pairs.every(({ name }) => COOKIE_NAME.test(name))
    for (const read of [() => (isList ? pickCookies(pairs, this.#cookieNames, foundIn('cookieList')) : []), () => readLooseRow(line), () => readByteLiterals(line), () => readBare(line)]) {
      const found = read()
      if (found.length > 0) return found
    }
    return []
  }
}
