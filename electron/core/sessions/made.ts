import type { SessionDetail, SessionKey, SessionRow } from '../../../shared/model/session.ts'
import type { Creation } from '../journal/creations.ts'

/** Rows, with those marked that Coatcheck made. What becomes of a session later does not change who made it. */
export function markMade(rows: readonly SessionRow[], made: ReadonlyMap<SessionKey, Creation>): readonly SessionRow[] {
  return made.size === 0 ? rows : rows.map((row) => markRow(row, made.get(row.key)))
}

/** One session, also with whether it still is what was made: by what the store held then and holds now. */
export function markMadeSession(session: SessionDetail, made: ReadonlyMap<SessionKey, Creation>): SessionDetail {
  const creation = made.get(session.row.key)
  if (creation === undefined) return session
  return { ...session, row: markRow(session.row, creation), ...(creation.etag === null ? {} : { savedSince: creation.etag !== session.etag }) }
}

function markRow(row: SessionRow, creation: Creation | undefined): SessionRow {
  return creation === undefined ? row : { ...row, madeAt: creation.at }
}
