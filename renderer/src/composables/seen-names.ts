import type { SessionList } from './use-session-list.ts'

/** Rows at the beginning of the list that are looked at: sites have few shapes of sessions. */
const ROWS = 200

/** Top-level keys and user names of the first sessions on show, for completion. */
export function seenNames(list: Pick<SessionList, 'rowAt'>): { readonly keys: readonly string[]; readonly users: readonly string[] } {
  const keys = new Set<string>()
  const users = new Set<string>()
  for (let index = 0; index < ROWS; index += 1) {
    const row = list.rowAt(index)
    for (const key of row?.topLevelKeys ?? []) keys.add(key)
    if (typeof row?.owner?.username === 'string') users.add(row.owner.username)
  }
  return { keys: [...keys].toSorted(), users: [...users].toSorted() }
}
