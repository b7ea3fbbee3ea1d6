import type { ProjectValue } from '../../../shared/model/project.ts'
import { whyUnknown } from '../../../shared/model/project.ts'

/** A dict with this key may have others than it shows. */
const MORE = '$more'

/** Whether two readings agree as far as both know: what one does not know contradicts nothing. */
export function sameValue(a: ProjectValue | undefined, b: ProjectValue | undefined): boolean {
  if (whyUnknown(a) !== null || whyUnknown(b) !== null) return true
  if (a === undefined || b === undefined) return a === b
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item: ProjectValue, index) => sameValue(item, b[index]))
  const [left, right] = [a as Readonly<Record<string, ProjectValue>>, b as Readonly<Record<string, ProjectValue>>]
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((key) => key !== MORE && !(key in left ? MORE in right && !(key in right) : MORE in left))
  return names.every((key) => sameValue(left[key], right[key]))
}
