import type { ProjectValue } from '../../../shared/model/project.ts'
import { whyUnknown } from '../../../shared/model/project.ts'

/** Whether two readings agree as far as both know: what one does not know contradicts nothing. */
export function sameValue(a: ProjectValue | undefined, b: ProjectValue | undefined): boolean {
  if (whyUnknown(a) !== null || whyUnknown(b) !== null) return true
  if (a === undefined || b === undefined) return a === b
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item: ProjectValue, index) => sameValue(item, b[index]))
  const [left, right] = [a as Readonly<Record<string, ProjectValue>>, b as Readonly<Record<string, ProjectValue>>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => sameValue(left[key], right[key]))
}
