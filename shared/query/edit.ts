import type { EpochMicros } from '../model/session.ts'
import type { Query, Term } from './ast.ts'
import { formatQuery } from './format.ts'
import { instantOf } from './moment.ts'
import { parseQuery } from './parse.ts'

/** A stretch of time, the first moment included, the last one not; null: without end on that side. */
export interface TimeRange {
  readonly from: EpochMicros | null
  readonly to: EpochMicros | null
}

/** Whether every term of `part` is in the query, however either is spelled. */
export function hasTerms(text: string, part: string): boolean {
  const there = new Set(termsOf(text).map(spell))
  const asked = termsOf(part)
  return asked.length > 0 && asked.every((term) => there.has(spell(term)))
}

/** The query without the terms of `part`. What is no query becomes an empty one. */
export function dropTerms(text: string, part: string): string {
  const gone = new Set(termsOf(part).map(spell))
  return sliceTerms(text, (term) => !gone.has(spell(term)))
}

/** The query with the terms of `part`, and without those of `others`, which would contradict it; without it where it was there already. */
export function toggleTerms(text: string, part: string, others: readonly string[]): string {
  if (hasTerms(text, part)) return dropTerms(text, part)
  const rest = others.filter((other) => hasTerms(text, other)).reduce(dropTerms, sliceTerms(text, () => true))
  return `${rest} ${part}`.trim()
}

/** The query with this range in place of every `expires` term; null: without any. */
export function setEnds(text: string, range: TimeRange | null): string {
  const rest = sliceTerms(text, ({ test }) => test.kind !== 'expires')
  const { from, to } = range ?? { from: null, to: null }
  const terms = [...(from === null ? [] : [`expires>=${spellMoment(from)}`]), ...(to === null ? [] : [`expires<${spellMoment(to)}`])]
  return [rest, ...terms].filter((term) => term !== '').join(' ')
}

/** The range that the `expires` terms of a query leave. null: it has none, or one that is turned around. */
export function endsOf(text: string, now: EpochMicros): TimeRange | null {
  let [from, to]: [EpochMicros | null, EpochMicros | null] = [null, null]
  for (const { test, negated } of termsOf(text)) {
    if (test.kind !== 'expires') continue
    if (negated) return null
    const at = instantOf(test.moment, now)
    if (test.operator.startsWith('>')) from = Math.max(from ?? at, at)
    else to = Math.min(to ?? at, at)
  }
  return from === null && to === null ? null : { from, to }
}

function termsOf(text: string): Query['terms'] {
  const parsed = parseQuery(text)
  return parsed.ok ? parsed.query.terms : []
}

const spell = (term: Term): string => formatQuery({ terms: [term] })

function sliceTerms(text: string, keep: (term: Term) => boolean): string {
  return termsOf(text).filter(keep).map(({ position, length }) => text.slice(position, position + length)).join(' ')
}

/** In UTC, as short as it can be said: a day, a minute, a microsecond. */
function spellMoment(at: EpochMicros): string {
  const iso = new Date(Math.floor(at / 1000)).toISOString()
  const micros = String(at % 1000).padStart(3, '0')
  if (at % 86_400_000_000 === 0) return iso.slice(0, 10)
  return at % 60_000_000 === 0 ? `${iso.slice(0, 16)}Z` : `${iso.slice(0, 23)}${micros}Z`
}
