import type { Reason } from '../../../../shared/words/reason.ts'
import type { MappedText } from '../mapped-text.ts'
import { spanOf } from '../mapped-text.ts'
import { isSessionKey } from '../text-shape.ts'
import type { Candidate, CandidateList } from './candidate.ts'
import { foundIn, textCandidate } from './candidate.ts'
import type { Separator } from './cells.ts'
import { guessSeparator, splitCells } from './cells.ts'
import { findDataColumn, isKnownColumn } from './columns.ts'
import { isTelling } from './value-shape.ts'
import type { Line } from './lines.ts'
import { lineAt } from './lines.ts'

const RULE = /^[\s|+─│┌┬┐├┼┤└┴┘═╪╞╡╔╗╚╝:-]+$/
const COPY = /^\s*COPY\s+[^(]{1,200}\(([^)]{1,2000})\)\s+FROM\s+stdin/i
/** A header is no longer than this. */
const HEADER_CHARS = 4096

interface Table {
  readonly separator: Separator
  readonly column: number
  readonly name: string
  readonly kind: Reason
}

/** Rows under a header that begins at `line`. The position behind them; null: no table with sessions begins here. */
export function readTable(doc: MappedText, line: Line, list: CandidateList): number | null {
  const table = readHeaderLine(doc, line)
  if (table === null) return null
  let row = 0
  let at = line.end + 1
  for (let next = lineAt(doc, at); next !== null && !list.isFull; next = lineAt(doc, at)) {
    const { text } = next.mapped
    if (text.trim() === '' || text === '\\.' || /^\(\d+ rows?\)/.test(text)) return next.start
    if (!RULE.test(text)) {
      const cell = splitCells(next.mapped, table.separator)[table.column]
      if (cell === undefined) return next.start
      row++
      if (cell.text !== '') list.add(rowCandidate(cell, foundIn('column', { name: table.name, row, place: table.kind })))
    }
    at = next.end + 1
  }
  return at
}

function readHeaderLine(doc: MappedText, line: Line): Table | null {
  const { text } = line.mapped
  if (text.length > HEADER_CHARS || !/session_data|cache_key/i.test(text)) return null
  const copied = COPY.exec(text)?.[1]
  if (copied !== undefined) return tableOf(copied.split(','), { kind: 'char', char: '\t' }, foundIn('copy'))
  const next = lineAt(doc, line.end + 1)?.mapped.text.slice(0, HEADER_CHARS) ?? ''
  const separator = guessSeparator(text, next)
  if (separator === null) return null
  const names = splitCells(line.mapped, separator).map((cell) => cell.text)
  return names.every((name) => /^[\w."'`[\] -]{0,128}$/.test(name)) && names.some(isKnownColumn) ? tableOf(names, separator, kindOf(separator, text, next)) : null
}

function tableOf(names: readonly string[], separator: Separator, kind: Reason): Table | null {
  const column = findDataColumn(names)
  return column < 0 ? null : { separator, column, name: (names[column] ?? '').replaceAll(/["'`\s]/g, ''), kind }
}

function kindOf(separator: Separator, line: string, next: string): Reason {
  if (separator.kind === 'offsets') return foundIn('sqliteColumns')
  if (separator.char === '\t') return foundIn('tabs')
  if (separator.char === ',' || separator.char === ';') return foundIn('csv')
  return /^[\s-]*-\+-/.test(next) && !line.trimStart().startsWith('|') ? foundIn('psqlTable') : foundIn('table')
}

/** A row without a header: cells of which one is a session, beside a session key or a date. */
export function readLooseRow(line: MappedText): readonly Candidate[] {
  const separator = guessSeparator(line.text, '')
  if (separator === null) return []
  const cells = splitCells(line, separator)
  if (cells.length < 2 || !cells.some(({ text }) => isSessionKey(text) || /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(text))) return []
  return cells.flatMap((cell, index) => (isTelling(cell.text, null) ? [rowCandidate(cell, foundIn('looseColumn', { number: index + 1 }))] : []))
}

export function rowCandidate(cell: MappedText, where: Reason): Candidate {
  return { ...textCandidate(cell, where, 'row'), span: spanOf(cell) }
}
