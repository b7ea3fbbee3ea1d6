import type { MappedText } from '../mapped-text.ts'
import { MappedTextBuilder, sliceMapped } from '../mapped-text.ts'
import type { CandidateList } from './candidate.ts'
import { bytesCandidate, foundIn } from './candidate.ts'
import { findDataColumn } from './columns.ts'
import { rowCandidate } from './tables.ts'
import { fromHex, isTelling } from './value-shape.ts'

const INSERT = /\s{0,64}(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?(?:IGNORE\s+)?INTO\s+([^\s(]{1,200})\s*(?:\(([^)]{0,2000})\))?\s*VALUES\s*/iy
/** More columns than any table of sessions has. */
const MOST_CELLS = 256
const PLAIN = /[^'"(),;]+/y

/** Values of the INSERT statements that begin at `start`; the position behind them. null: none begins here. */
export function readInserts(doc: MappedText, start: number, list: CandidateList): number | null {
  let end: number | null = null
  for (let next = readInsert(doc, start, list); next !== null; next = readInsert(doc, next, list)) end = next
  return end
}

function readInsert(doc: MappedText, start: number, list: CandidateList): number | null {
  INSERT.lastIndex = start
  const head = INSERT.exec(doc.text)
  if (head === null) return null
  const names = head[2]?.split(',') ?? []
  const column = findDataColumn(names)
  const name = names[column]?.replaceAll(/["'`\s]/g, '') ?? null
  const reader = new ValuesReader(doc, start + head[0].length)
  for (let row = 1, cells = reader.row(); cells !== null && !list.isFull; row++, cells = reader.row()) {
    for (const [index, cell] of cells.entries()) {
      if (column >= 0 ? index !== column : !isTelling(cell.text, null)) continue
      const where = foundIn('column', { name: name ?? String(index + 1), row, place: foundIn('insert') })
      const bytes = cell.isHex ? fromHex(cell.text) : null
      list.add(bytes === null ? rowCandidate(cell.mapped, where) : bytesCandidate(bytes, cell.mapped, where, 'row'))
    }
  }
  return reader.at
}

interface SqlValue {
  readonly text: string
  readonly mapped: MappedText
  /** `X'…'` and `0x…`. */
  readonly isHex: boolean
}

/** `(…), (…);` with texts in SQL's and MySQL's quoting. One pass. */
class ValuesReader {
  readonly #doc: MappedText
  at: number

  constructor(doc: MappedText, at: number) {
    this.#doc = doc
    this.at = at
  }

  /** The values of the next row; null: the statement has ended. */
  row(): readonly SqlValue[] | null {
    while (/[\s,]/.test(this.#doc.text.charAt(this.at))) this.at++
    if (this.#doc.text.charAt(this.at) !== '(') return null
    this.at++
    const cells: SqlValue[] = []
    let prefix = ''
    let cell: MappedText | null = null
    for (; this.at < this.#doc.text.length; ) {
      const char = this.#doc.text.charAt(this.at)
      if (char === "'" || char === '"') cell = this.#quoted(char)
      else if (char === ',' || char === ')') {
        if (cells.length < MOST_CELLS) cells.push(valueOf(prefix, cell, sliceMapped(this.#doc, this.at, this.at)))
        prefix = ''
        cell = null
        this.at++
        if (char === ')') return cells
      } else if (char === '(' || char === ';') {
        this.at++
        if (char === ';') return null
      } else {
        PLAIN.lastIndex = this.at
        const plain = PLAIN.exec(this.#doc.text)?.[0] ?? char
        if (cell === null) {
          prefix = plain.trim()
          if (prefix.startsWith('0x')) cell = sliceMapped(this.#doc, this.at + plain.indexOf('0x') + 2, this.at + plain.trimEnd().length)
        }
        this.at += plain.length
      }
    }
    return null
  }

  #quoted(quote: string): MappedText {
    const out = new MappedTextBuilder()
    let from = ++this.at
    const flush = (to: number): void => out.addMapped(sliceMapped(this.#doc, from, to))
    for (; this.at < this.#doc.text.length; this.at++) {
      const char = this.#doc.text.charAt(this.at)
      const isEscape = char === '\\' && /['"\\nrt0Z]/.test(this.#doc.text.charAt(this.at + 1))
      const isDoubled = char === quote && this.#doc.text.charAt(this.at + 1) === quote
      if (isEscape || isDoubled) {
        flush(this.at)
        from = ++this.at
      } else if (char === quote) break
    }
    flush(Math.min(this.at, this.#doc.text.length))
    this.at++
    return out.build()
  }
}

function valueOf(prefix: string, cell: MappedText | null, empty: MappedText): SqlValue {
  const mapped = cell ?? empty
  const isHex = /^x$/i.test(prefix) || prefix.startsWith('0x') || (prefix === '' && mapped.text.startsWith('\\x'))
  return { text: isHex ? mapped.text.replace(/^\\x/, '') : mapped.text, mapped, isHex }
}
