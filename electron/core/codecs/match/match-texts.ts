import type { RowPassage } from '../../../../shared/model/session.ts'
import type { DataTerm } from '../../../../shared/query/plan.ts'
import type { DecodeContext, StoredValues } from '../decoder.ts'
import { findPassage } from './find-passage.ts'
import { matchData } from './match-data.ts'
import { readEach } from './read-data.ts'

/** What one batch may unpack to, so that a table of bombs cannot hold a thread for long. What comes after it is not read. */
const BATCH_BYTES = 256 * 1024 * 1024
const MICROS = 1000

/** Whether the data of each stored value fits all terms. null: it cannot be read, so that nobody knows. */
export function matchTexts(values: StoredValues, terms: readonly DataTerm[], context: DecodeContext): readonly (boolean | null)[] {
  return Array.from(readEach(values, context, BATCH_BYTES), (data) => (data === null ? null : matchData(terms, data, context.now * MICROS)))
}

/** Where one of `texts` (in lower case) stands in each stored value. null: nowhere that may be shown, or it cannot be read. */
export function findPassages(values: StoredValues, texts: readonly string[], context: DecodeContext): readonly (RowPassage | null)[] {
  return Array.from(readEach(values, context, BATCH_BYTES), (data) => (data === null ? null : findPassage(data, texts)))
}
