import type { Reason, ReasonParam } from '../../../shared/words/reason.ts'
import { formatCount, formatList } from './count.ts'

export type Translate = (id: string, params: Record<string, unknown>) => string

/** Why something failed, or what to do next, in the language of the window. Counts and lists as people write them; what other programs said stays as it is. */
export function reasonText({ id, params }: Reason, t: Translate): string {
  return t(id, Object.fromEntries(Object.entries(params).map(([name, param]) => [name, paramText(param, t)])))
}

function paramText(param: ReasonParam, t: Translate): string {
  if (typeof param === 'string') return param
  if (typeof param === 'number') return formatCount(param)
  return 'id' in param ? reasonText(param, t) : formatList(param)
}

/** Reason and, where one is known, next step, in one text. */
export function failureText({ reason, next }: { readonly reason: Reason; readonly next?: Reason | null }, t: Translate): string {
  return next === undefined || next === null ? reasonText(reason, t) : `${reasonText(reason, t)} ${reasonText(next, t)}`
}
