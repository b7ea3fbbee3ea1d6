import type { Term } from '../../../shared/query/ast.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { formatQueryPath } from '../../../shared/query/path.ts'

const VEILED = '••••••'

/** A query as others may see it: its fields and paths stay, values of the data, owners and session keys do not. What is no query is hidden whole. */
export function veilQuery(text: string): string {
  const parsed = parseQuery(text)
  if (!parsed.ok) return VEILED
  return parsed.query.terms.map((term) => veilTerm(term, text.slice(term.position, term.position + term.length))).join(' ')
}

function veilTerm({ test, negated }: Term, written: string): string {
  const minus = negated ? '-' : ''
  if (test.kind === 'user') return test.values.every(({ kind }) => kind === 'none' || kind === 'any') ? written : `${minus}user:${VEILED}`
  if (test.kind === 'key') return `${minus}key:${VEILED}`
  if (test.kind === 'text') return `${minus}${VEILED}`
  return test.kind === 'compare' ? `${minus}${formatQueryPath(test.path)}${test.operator}${VEILED}` : written
}
