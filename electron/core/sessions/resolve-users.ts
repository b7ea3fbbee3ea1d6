import { CoatcheckError } from '../../../shared/errors.ts'
import type { Query, QueryProblem, Term, UserValue } from '../../../shared/query/ast.ts'
import { problemOf } from '../../../shared/query/fault.ts'
import { MOST_IDS } from './owners.ts'
import type { Owners } from './owners.ts'

/**
 * The query with ids in place of user names.
 * @throws REQUEST_INVALID with position and length where nobody, or too many, are called so; what keeps the user table from being read
 */
export async function resolveUsers(query: Query, owners: Owners | null, signal: AbortSignal): Promise<Query> {
  return { terms: await Promise.all(query.terms.map((term) => resolveTerm(term, owners, signal))) }
}

async function resolveTerm(term: Term, owners: Owners | null, signal: AbortSignal): Promise<Term> {
  const { test } = term
  if (test.kind !== 'user') return term
  return { ...term, test: { kind: 'user', values: await Promise.all(test.values.map((value) => resolveValue(value, owners, signal))) } }
}

async function resolveValue(value: UserValue, owners: Owners | null, signal: AbortSignal): Promise<UserValue> {
  if (value.kind !== 'name') return value
  const { name, position, length } = value
  if (owners === null || (await owners.table(signal)) === null) throw queryError(problemOf('no-user-table', position, length))
  const ids = await owners.idsOf(name, signal)
  if (ids.length === 0) throw queryError(problemOf('no-such-user', position, length, { name }))
  if (ids.length >= MOST_IDS) throw queryError(problemOf('many-users', position, length, { name, limit: MOST_IDS }))
  return { kind: 'ids', ids: new Set(ids) }
}

/** A wrong query as an error: its sentence, and where it is wrong. */
export function queryError({ sentence, position, length }: QueryProblem): CoatcheckError {
  return new CoatcheckError('REQUEST_INVALID', sentence, { position, length })
}
