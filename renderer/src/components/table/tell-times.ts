import type { SessionRow } from '../../../../shared/model/session.ts'
import { formatInstant, localZone } from '../../format/absolute-time.ts'
import type { Say } from './row-words.ts'

/** Writes into a cell of `row` when it ends, or was signed, to the second. Only where a pointer comes: it takes longer than the rest of the row. Other cells are left alone. */
export function tellTimes(cell: HTMLElement, row: SessionRow, now: number, say: Say): void {
  const isEnd = cell.classList.contains('expires')
  if (!isEnd && !cell.classList.contains('saved')) return
  const at = isEnd ? (row.expireDate === null ? null : row.expireDate / 1000) : (row.signedAt ?? null)
  const zone = localZone()
  const instant = (name: string): string => formatInstant(at ?? 0, { now, zone: name, seconds: true })
  cell.title = at === null ? '' : say(isEnd ? 'workbench.expiresTitle' : 'workbench.savedTitle', { local: instant(zone), zone, utc: instant('UTC') })
}
