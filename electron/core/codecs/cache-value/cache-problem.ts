import type { DecodeProblem } from '../../../../shared/model/session.ts'
import type { cacheValues } from '../../../../shared/words/en/cache-values.ts'

export type CacheReason = keyof typeof cacheValues.problems

/** A problem that only values of caches have. */
export function cacheProblem(
  step: DecodeProblem['step'],
  reason: CacheReason,
  position: number | null = null,
  params: Readonly<Record<string, string | number>> = {},
): DecodeProblem {
  return { step, reason, position, sentence: { id: `cacheValues.problems.${reason}`, params } }
}
