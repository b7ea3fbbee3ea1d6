import type { EpochMicros, EpochMs } from '../../../shared/model/session.ts'

/** Milliseconds that only ever grow: for durations, which the wall clock cannot measure. */
export function monotonicMs(): number {
  return performance.now()
}

export function toMicros(at: EpochMs): EpochMicros {
  return at * 1000
}
