import type { CleanupRule, DryRun } from '../../../shared/model/cleanup.ts'
import type { FacetGroupId, Overview } from '../../../shared/model/overview.ts'

type RuleCounts = Partial<Record<CleanupRule['kind'], number>>

/** How many sessions a rule fits by itself, as far as an overview tells; a sample tells little. */
export function ruleCounts(overview: Overview | null): RuleCounts {
  if (overview === null || overview.phase !== 'done') return {}
  const expired = expiredOf(overview)
  const facet = (group: FacetGroupId, id: string): number => overview.groups.find((one) => one.id === group)?.facets.find((one) => one.id === id)?.sessions ?? 0
  const ofAll = { anonymous: facet('visitor', 'anonymous') + facet('visitor', 'bot-like') + facet('visitor', 'empty'), empty: facet('visitor', 'empty'), undecodable: facet('state', 'undecodable') }
  return { ...(expired === null ? {} : { expired }), ...(overview.isSample ? {} : ofAll) }
}

/** The same, as a dry run has counted it. */
export function aloneCounts({ rules, alone, count }: Pick<DryRun, 'rules' | 'alone' | 'count'>): RuleCounts {
  return Object.fromEntries(rules.flatMap(({ kind }, index) => (count === 'exact' && typeof alone[index] === 'number' ? [[kind, alone[index]]] : [])))
}

/** Sessions whose end has passed. null: they were not all counted. */
export function expiredOf({ ends, isSample, phase }: Overview): number | null {
  if (phase !== 'done' || (isSample && ends?.isExact !== true)) return null
  return ends === null ? 0 : ends.bins.reduce((sum, { expired }) => sum + expired, ends.before)
}
