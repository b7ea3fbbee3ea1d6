import type { CleanupCounts } from '../../../shared/model/cleanup.ts'
import type { Rest } from './journal.ts'

/** What a part of so many sessions came to, from what was not done as it was meant. */
export function countRest(sessions: number, rest: Rest): Partial<CleanupCounts> {
  const count = (...outcomes: readonly string[]): number => rest.filter(([, outcome]) => outcomes.includes(outcome)).length
  return {
    done: sessions - rest.length, gone: count('gone'), changed: count('conflict'), skipped: count('skipped'), exists: count('exists'),
    failed: count('failed', 'partly'), unknown: count('unknown'),
  }
}
