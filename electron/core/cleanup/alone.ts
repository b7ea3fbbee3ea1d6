import type { CleanupRule } from '../../../shared/model/cleanup.ts'
import type { EpochMs, SessionRow } from '../../../shared/model/session.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import type { ReadyRules, StoredFacts } from './rules.ts'
import { readyRules } from './rules.ts'

/** Counts what each of several rules fits by itself. */
export interface AloneCounts {
  /** Whether that needs what the table shows of every session, not only of those that fit all rules so far. */
  readonly needsRows: boolean
  /** Whether one of them asks what Django would make of a login. */
  readonly asksLogin: boolean
  /** `rows`: of all of them, or none. */
  add(facts: readonly StoredFacts[], rows: readonly SessionRow[]): void
  /** In the order of the rules; null: a rule that is not counted by itself. */
  readonly counts: readonly (number | null)[]
}

/** One rule needs no counting: what fits, fits it. Rules of the data would have every session unpacked, which is not done for a number beside. */
export async function countAlone(source: SessionSource, rules: readonly CleanupRule[], now: EpochMs, signal: AbortSignal): Promise<AloneCounts | null> {
  if (rules.length < 2 || rules.some(({ kind }) => kind === 'selection' || kind === 'ghosts')) return null
  const ready = await Promise.all(rules.map(async (rule): Promise<ReadyRules | null> => {
    const one = await readyRules(source, [rule], now, signal)
    return rule.kind === 'keep-newest' || one.data.length > 0 ? null : one
  }))
  const counts: (number | null)[] = ready.map((one) => (one === null ? null : 0))
  return {
    needsRows: ready.some((one) => one?.readsRows === true),
    asksLogin: ready.some((one) => one?.asksLogin === true),
    counts,
    add(facts, rows) {
      for (const [index, one] of ready.entries()) {
        if (one === null) continue
        let fitting = 0
        for (const [at, fact] of facts.entries()) {
          if (!one.fitsStored(fact)) continue
          const row = rows[at]
          if (!one.readsRows || (row !== undefined && one.fitsRow(row, fact))) fitting++
        }
        counts[index] = (counts[index] ?? 0) + fitting
      }
    },
  }
}
