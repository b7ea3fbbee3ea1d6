import { isRefused } from '../../../shared/model/login.ts'
import type { SessionRow } from '../../../shared/model/session.ts'

/** What the first column shows: the state, with `soon` for live sessions that end within a day, and `refused` for those whose login Django refuses. */
export type StateShape = 'live' | 'soon' | 'refused' | 'expired' | 'undecodable'

const DAY_MICROS = 86_400_000_000

/** `now` in milliseconds. A session that ran out since the page was read counts as expired: Django would not load it. */
export function stateShape(row: Pick<SessionRow, 'state' | 'expireDate' | 'login'>, now: number): StateShape {
  if (row.state !== 'live') return row.state
  const left = row.expireDate === null ? null : row.expireDate - now * 1000
  if (left !== null && left <= 0) return 'expired'
  if (isRefused(row.login)) return 'refused'
  if (left === null) return 'live'
  return left < DAY_MICROS ? 'soon' : 'live'
}
