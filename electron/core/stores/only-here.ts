import type { StoredSession } from './session-store.ts'

/** Facts of a session whose value is in this program's memory and nowhere else. */
export const CHANGED_HERE = 'changed here'
export const MADE_HERE = 'made here'

export function isOnlyHere({ physical }: Pick<StoredSession, 'physical'>): boolean {
  return physical.some(({ name }) => name === CHANGED_HERE || name === MADE_HERE)
}
