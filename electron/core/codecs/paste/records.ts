import { trimValue } from '../cookie-pairs.ts'
import type { MappedText } from '../mapped-text.ts'
import { sliceMapped } from '../mapped-text.ts'
import type { Candidate } from './candidate.ts'
import { foundIn } from './candidate.ts'
import { isDataColumn, isKnownColumn } from './columns.ts'
import { rowCandidate } from './tables.ts'
import { isTelling } from './value-shape.ts'

const PSQL = /^-\[ RECORD (\d{1,9}) \]/
const MYSQL = /^\*{3,} (\d{1,9})\. row \*{3,}/
const FIELD = /^[ \t]*(\w{1,64})[ \t]*(\||│|=|:|\t)[ \t]?/

/** Tables written a field a line: `\x` of psql, `\G` of mysql, `.mode line` of sqlite3. */
export class Records {
  #row = 0
  #kind = foundIn('fields')
  #isSeparated = true

  /** An empty line: what follows is another row. */
  separate(): void {
    this.#isSeparated = true
  }

  /** null: the line is no part of a record. */
  read(line: MappedText): readonly Candidate[] | null {
    const psql = PSQL.exec(line.text)?.[1]
    const mysql = MYSQL.exec(line.text)?.[1]
    if (psql !== undefined || mysql !== undefined) {
      this.#row = Number(psql ?? mysql)
      this.#kind = psql === undefined ? foundIn('mysqlRows') : foundIn('psqlRecords')
      this.#isSeparated = false
      return []
    }
    const field = FIELD.exec(line.text)
    const name = field?.[1] ?? ''
    if (field === null || !isKnownColumn(name)) return null
    if (this.#isSeparated) {
      this.#row = field[2] === '=' || this.#row > 0 ? this.#row + 1 : 1
      this.#kind = field[2] === '=' ? foundIn('sqliteLines') : this.#kind
      this.#isSeparated = false
    }
    const value = trimValue(sliceMapped(line, field[0].length, line.text.length))
    return isDataColumn(name) || isTelling(value.text, null) ? [rowCandidate(value, foundIn('column', { name, row: this.#row, place: this.#kind }))] : null
  }
}
