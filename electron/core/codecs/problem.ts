import type { DecodeProblem } from '../../../shared/model/session.ts'
import type { verdicts } from '../../../shared/words/en/verdicts.ts'

export type ProblemReason = keyof typeof verdicts.problems

export function problem(
  step: DecodeProblem['step'],
  reason: ProblemReason,
  position: number | null = null,
  params: Readonly<Record<string, string | number>> = {},
): DecodeProblem {
  return { step, reason, position, sentence: { id: `verdicts.problems.${reason}`, params } }
}
