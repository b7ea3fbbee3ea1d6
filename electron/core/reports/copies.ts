import type { CopyCounts } from '../../../shared/model/report.ts'
import type { SessionRow } from '../../../shared/model/session.ts'
import { readAhead, readRows, streamSessions } from '../sessions/browse.ts'
import type { SessionSource } from '../sessions/session-source.ts'

const STORED = { by: 'stored', direction: 'asc' } as const
const ROWLESS = { by: 'rowless', direction: 'asc' } as const

/** A pair whose cache tells its keys, so that copies without a row can be found. */
function canListCopies({ cache }: SessionSource): boolean {
  return cache !== undefined && cache.enumerate !== 'none'
}

/** Every session that Django would load: those of the store, then of a pair the copies without a row, which are marked as such. */
export async function* loadedSessions(source: SessionSource, now: number, signal: AbortSignal): AsyncGenerator<readonly SessionRow[]> {
  for (const order of canListCopies(source) ? [STORED, ROWLESS] : [STORED]) {
    for await (const { rows } of streamSessions(source, { order, withData: false, withEtags: false }, now, signal)) yield rows
  }
}

/** Sessions as their rows have them, whatever a cache in front says. `copies`: how many of these have a copy there. */
export async function* rowSessions(source: SessionSource, now: number, signal: AbortSignal): AsyncGenerator<{ readonly rows: readonly SessionRow[]; readonly copies: number }> {
  if (source.cache === undefined) {
    for await (const rows of loadedSessions(source, now, signal)) yield { rows, copies: 0 }
    return
  }
  for await (const { cache, ...page } of readAhead(source, { order: STORED, withEtags: false }, signal)) {
    yield { rows: await readRows(source, page, { now, compare: false, logins: false }, signal), copies: cache?.found.filter((found) => found === 'hit').length ?? 0 }
  }
}

/** Copies without a row. null: no pair, or its cache does not tell its keys. */
export async function countRowless(source: SessionSource, signal: AbortSignal): Promise<number | null> {
  if (!canListCopies(source)) return null
  let count = 0
  for await (const { keys } of readAhead(source, { order: ROWLESS, withEtags: false }, signal)) count += keys.length
  return count
}

/** What a report on a pair says of its cache, as a field of its own; nothing for another store. */
export function copiesOf(source: SessionSource, copies: CopyCounts): { readonly copies?: CopyCounts } {
  return source.cache === undefined ? {} : { copies }
}
