import type { SessionRow } from '../../../shared/model/session.ts'

/** What the first column shows: the state, with `soon` for live sessions that end within a day. */
export type StateShape = 'live' | 'soon' | 'expired' | 'undecodable'

const DAY_MICROS = 86_400_000_000

/** `now` in milliseconds. A session that ran out since the page was read counts as expired: Django would not load it. */
export function stateShape(row: Pick<SessionRow, 'state' | 'expireDate'>, now: number): StateShape {
  if (row.state !== 'live' || row.expireDate === null) return row.state
  const left = row.expireDate - now * 1000
  if (left <= 0) return 'expired'
  return left < DAY_MICROS ? 'soon' : 'live'
}
