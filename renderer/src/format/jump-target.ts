import type { SessionRow, SortOrder } from '../../../shared/model/session.ts'
import { instantOf, readMoment } from '../../../shared/query/moment.ts'

/** A place in a sorted table. `at` in microseconds since 1970 UTC. */
export type JumpTarget =
  | { readonly by: 'expireDate'; readonly at: number }
  | { readonly by: 'key'; readonly prefix: string }

/** A time as queries have it, or the beginning of a key. `now` in milliseconds. null: neither. */
export function readJumpTarget(typed: string, now: number): JumpTarget | null {
  const text = typed.trim()
  // Read as `2026-12-01T10:00`, which people also write with a space.
  const moment = readMoment(text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T'))
  if (moment !== null) return { by: 'expireDate', at: instantOf(moment, now * 1000) }
  return text === '' || text.length > 256 || /\s/.test(text) ? null : { by: 'key', prefix: text.replace(/\*$/, '') }
}

/** Whether a row stands at the place or behind it. What never ends stands behind every end. */
export function isAtOrBehind(row: Pick<SessionRow, 'key' | 'expireDate'>, target: JumpTarget, { direction }: Pick<SortOrder, 'direction'>): boolean {
  if (target.by === 'expireDate') {
    if (row.expireDate === null) return true
    return direction === 'asc' ? row.expireDate >= target.at : row.expireDate <= target.at
  }
  if (row.key.startsWith(target.prefix)) return true
  return direction === 'asc' ? row.key >= target.prefix : row.key < target.prefix
}
