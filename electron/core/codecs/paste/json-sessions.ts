import { LIMITS } from '../../../../shared/limits.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import type { MappedText } from '../mapped-text.ts'
import type { Candidate, CandidateList } from './candidate.ts'
import { foundIn, textCandidate } from './candidate.ts'
import { isDataColumn } from './columns.ts'
import { pickCookies, readHeader } from './cookies.ts'
import type { JsonFrame, JsonText } from './json-events.ts'
import { unescapeJson, walkJson } from './json-events.ts'
import { isTelling } from './value-shape.ts'

/** Longest text that is looked at where no name says that it is a session. */
const UNNAMED_CHARS = 64 * 1024

/** Sessions in JSON: HAR files, rows, lists of cookies. Counts rows over JSON Lines. */
export class JsonSessions {
  readonly #doc: MappedText
  readonly #cookieNames: readonly string[]
  readonly #list: CandidateList
  /** Cookies that a HAR file repeats with every request. */
  readonly #seen = new Set<string>()
  #line = 0
  #brokenUntil = 0

  constructor(doc: MappedText, cookieNames: readonly string[], list: CandidateList) {
    this.#doc = doc
    this.#cookieNames = cookieNames
    this.#list = list
  }

  /** Position behind the JSON that begins at `start`; null: there is none, or nothing was found in it. */
  read(start: number): number | null {
    if (start < this.#brokenUntil || !/[[{]/.test(this.#doc.text.charAt(start))) return null
    const before = this.#list.items.length
    this.#line++
    const { ok, end } = walkJson(this.#doc.text, start, {
      text: (value, path) => this.#text(value, path),
      close: (path) => this.#close(path),
    })
    // What was walked in vain is not walked again from each of its lines.
    this.#brokenUntil = end
    return ok && this.#list.items.length > before ? end : null
  }

  #text(value: JsonText, path: readonly JsonFrame[]): void {
    const frame = path.at(-1)
    const key = frame?.key ?? null
    if (frame === undefined || this.#list.isFull) return
    if (key === 'name' || key === 'value') (frame.texts ??= new Map()).set(key, value)
    if (isHar(path)) return
    if (key !== null && isDataColumn(key)) this.#list.add(textCandidate(unescapeJson(this.#doc, value), foundIn('jsonColumn', { name: key, row: this.#row(path) }), 'row'))
    else if (key !== null && this.#cookieNames.includes(key)) this.#list.add(textCandidate(unescapeJson(this.#doc, value), foundIn('jsonName', { name: key }), 'cookie', { name: key, signature: null }))
    else if (key !== null && /^(?:set-)?cookie$/i.test(key)) this.#list.add(...readHeader({ name: key, value: unescapeJson(this.#doc, value) }, this.#cookieNames, foundIn('jsonName', { name: key })))
    else if (key !== 'value' && value.end - value.start <= UNNAMED_CHARS) {
      const text = unescapeJson(this.#doc, value)
      if (isTelling(text.text, null)) this.#list.add(textCandidate(text, key === null ? foundIn('jsonText') : foundIn('jsonName', { name: key })))
    }
  }

  /** `{"name": …, "value": …}` is a cookie or a header, in HAR files and in what browsers export. */
  #close(path: readonly JsonFrame[]): void {
    const frame = path.at(-1)
    const [name, value] = [frame?.texts?.get('name'), frame?.texts?.get('value')]
    if (value === undefined || value.end - value.start > LIMITS.storedValueBytes || this.#list.isFull) return
    const text = unescapeJson(this.#doc, value)
    if (name === undefined) {
      if (!isHar(path) && isTelling(text.text, null)) this.#list.add(textCandidate(text, foundIn('jsonRow', { row: this.#row(path.slice(0, -1)) })))
      return
    }
    const title = unescapeJson(this.#doc, name).text
    const list = path.at(-3)?.key
    const where = isHar(path) ? harPlace(path) : foundIn('json')
    if (list === 'headers' && /^(?:set-)?cookie$/i.test(title)) this.#addNew(readHeader({ name: title, value: text }, this.#cookieNames, where))
    else if (list !== 'headers' && list !== 'queryString') this.#addNew(pickCookies([{ name: title, value: text }], this.#cookieNames, where))
  }

  #addNew(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      const name = `${candidate.cookie?.name ?? ''}=${candidate.content.kind === 'text' ? candidate.content.text : ''}`
      if (!this.#seen.has(name)) this.#list.add(candidate)
      this.#seen.add(name)
    }
  }

  /** Of the innermost list, counted from 1; without a list, of the lines. */
  #row(path: readonly JsonFrame[]): number {
    const list = path.findLast(({ isArray }) => isArray)
    return list === undefined ? this.#line : list.index + 1
  }
}

/** `log.entries[i]`. */
function isHar(path: readonly JsonFrame[]): boolean {
  return path[0]?.key === 'log' && path[1]?.key === 'entries'
}

function harPlace(path: readonly JsonFrame[]): Reason {
  return foundIn(path[3]?.key === 'response' ? 'response' : 'request', { number: (path[2]?.index ?? 0) + 1 })
}
