import type { RowHits, RowPassage, SessionHits, SessionKey, SessionRow } from '../../../shared/model/session.ts'
import type { Term } from '../../../shared/query/ast.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { isDataTerm, isKey } from '../../../shared/query/plan.ts'
import { MOST_HITS, findHits } from '../codecs/match/find-hits.ts'
import { readSession } from './inspect.ts'
import { queryError } from './resolve-users.ts'
import type { SessionSource } from './session-source.ts'
import { toMicros } from './session-source.ts'

/**
 * Where in its data a session fits a query. null: there is no such session, or its data cannot be read.
 * @throws REQUEST_INVALID with position and length where the text is no query
 */
export async function findSessionHits(source: SessionSource, { key, where }: { readonly key: SessionKey; readonly where: string }, now: number, signal: AbortSignal): Promise<SessionHits | null> {
  const parsed = parseQuery(where)
  if (!parsed.ok) throw queryError(parsed.problem)
  const session = await readSession(source, key, now, signal)
  if (session === null || session.data === null) return null
  const paths = findHits(parsed.query.terms.filter(isDataTerm), session.data, toMicros(now))
  return { paths, isWhole: paths.length < MOST_HITS }
}

/** What of a found row answers to a query, as far as the table shows it. */
export function rowHits(terms: readonly Term[], row: SessionRow, passage: RowPassage | null): RowHits {
  const tests = terms.filter(({ negated }) => !negated).map(({ test }) => test)
  const keyChars = tests.flatMap((test) => (test.kind === 'key' ? test.values.filter((value) => isKey(value, row.key)).map(({ text }) => text.length) : []))
  const first = tests.flatMap((test) => (test.kind === 'has' ? test.paths : test.kind === 'compare' ? [test.path] : [])).flatMap(([step]) => (step !== undefined && 'name' in step ? [step.name] : []))
  return {
    keyChars: Math.max(0, ...keyChars),
    owner: tests.some(({ kind }) => kind === 'user'),
    names: (row.topLevelKeys ?? []).filter((name) => first.includes(name)),
    ...(passage === null ? {} : { passage }),
  }
}
