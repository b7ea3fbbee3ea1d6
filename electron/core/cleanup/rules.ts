import { CoatcheckError } from '../../../shared/errors.ts'
import type { CleanupRule } from '../../../shared/model/cleanup.ts'
import type { EpochMicros, EpochMs, Etag, SessionKey, SessionRow } from '../../../shared/model/session.ts'
import type { Query, Term, UserValue } from '../../../shared/query/ast.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { asksLogin, isDataTerm } from '../../../shared/query/plan.ts'
import type { DataTerm } from '../../../shared/query/plan.ts'
import { matchRow, matchStored } from '../codecs/match/match-row.ts'
import { queryError, resolveUsers } from '../sessions/resolve-users.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { toMicros } from '../sessions/session-source.ts'

/** What is known of a session before its data is read. */
export interface StoredFacts {
  readonly key: SessionKey
  readonly etag: Etag
  readonly sizeBytes: number
  /** As the store tells it; of files, the last change plus SESSION_COOKIE_AGE. */
  readonly expireDate: EpochMicros | null
  /** When it was saved last; null: nothing tells. */
  readonly savedAt: EpochMicros | null
}

/** Rules made ready for one source: tests by what they cost. All have to hold. */
export interface ReadyRules {
  readonly isGhosts: boolean
  /** Only these; null: any. */
  readonly selection: ReadonlyMap<SessionKey, Etag | null> | null
  readonly keepNewest: number | null
  readonly data: readonly DataTerm[]
  /** Whether `fitsRow` is needed: what is stored does not tell. */
  readonly readsRows: boolean
  /** Whether `fitsRow` needs to know what Django would make of a login. */
  readonly asksLogin: boolean
  fitsStored(facts: StoredFacts): boolean
  fitsRow(row: SessionRow, facts: StoredFacts): boolean
}

type Test<Facts> = (facts: Facts) => boolean

const SECOND = 1_000_000

/** @throws REQUEST_INVALID for a wrong query, with its position, for an unknown user, and for ghosts beside other rules or without a cache */
export async function readyRules(source: SessionSource, rules: readonly CleanupRule[], now: EpochMs, signal: AbortSignal): Promise<ReadyRules> {
  const ghosts = rules.some(({ kind }) => kind === 'ghosts')
  if (ghosts && rules.length > 1) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.ghostsAlone', { hint: 'next.leaveRulesOut' })
  if (ghosts && source.cache === undefined) throw new CoatcheckError('REQUEST_INVALID', 'cleanup.ghostsOnlyPairs', { hint: 'next.openPair' })
  const terms = await termsOf(source, rules, signal)
  const stored: Test<StoredFacts>[] = [(facts) => matchStored(storedTerms(source, terms), facts, toMicros(now))]
  const rows: ((row: SessionRow, facts: StoredFacts) => boolean)[] = [(row) => matchRow(terms, row, toMicros(now))]
  const keep = rules.flatMap((rule) => (rule.kind === 'keep-newest' ? [rule.count] : []))
  const selections = rules.flatMap((rule) => (rule.kind === 'selection' ? rule.sessions : []))
  for (const rule of rules) {
    switch (rule.kind) {
      case 'expired':
        if (source.expiry === 'mtime') rows.push((row) => isFileOver(row, now))
        else stored.push(({ expireDate }) => isOver(source, expireDate, now))
        break
      case 'anonymous':
        rows.push((row) => row.topLevelKeys !== null && row.userId === null)
        break
      case 'empty':
        rows.push((row) => row.topLevelKeys !== null && row.keyCount === 0)
        break
      case 'undecodable':
        rows.push((row) => row.state === 'undecodable')
        break
      case 'older-than':
        stored.push(({ savedAt }) => savedAt !== null && savedAt < toMicros(now) - rule.seconds * SECOND)
        break
      case 'size-over':
        stored.push(({ sizeBytes }) => sizeBytes > rule.bytes)
        break
      default:
        break
    }
  }
  return {
    isGhosts: ghosts,
    selection: selections.length === 0 ? null : new Map(selections.map(({ key, ifEtag }) => [key, ifEtag])),
    keepNewest: keep.length === 0 ? null : Math.max(...keep),
    data: terms.filter(isDataTerm),
    readsRows: rows.length > 1 || storedTerms(source, terms).length < terms.length,
    asksLogin: asksLogin(terms),
    fitsStored: (facts) => stored.every((test) => test(facts)),
    fitsRow: (row, facts) => rows.every((test) => test(row, facts)),
  }
}

/** What Django's `clear_expired` removes: strictly before now where a column is compared (backends/db.py). */
export function isOver({ expiry }: Pick<SessionSource, 'expiry'>, expireDate: EpochMicros | null, now: EpochMs): boolean {
  if (expireDate === null) return false
  return expiry === 'column' ? expireDate < toMicros(now) : expireDate <= toMicros(now)
}

/** backends/file.py: unreadable data is an empty session, whose age counts whole seconds (`delta.seconds`). */
export function isFileOver({ state, expireDate }: SessionRow, now: EpochMs): boolean {
  return state === 'expired' || (state === 'undecodable' && expireDate !== null && expireDate < toMicros(now) + SECOND)
}

async function termsOf(source: SessionSource, rules: readonly CleanupRule[], signal: AbortSignal): Promise<readonly Term[]> {
  const queries: Query[] = []
  for (const rule of rules) {
    if (rule.kind === 'query') {
      const parsed = parseQuery(rule.where)
      if (!parsed.ok) throw queryError(parsed.problem)
      queries.push(parsed.query)
    } else if (rule.kind === 'owners') {
      queries.push({ terms: [{ negated: false, position: 0, length: 0, test: { kind: 'user', values: rule.users.map(toUserValue) } }] })
    }
  }
  const resolved = await Promise.all(queries.map((query) => resolveUsers(query, source.owners, signal)))
  return resolved.flatMap(({ terms }) => terms)
}

function toUserValue(user: string): UserValue {
  return user.startsWith('#') ? { kind: 'id', id: user.slice(1) } : { kind: 'name', name: user, position: 0, length: user.length }
}

/** What ends the session of a file, only its data tells. */
function storedTerms({ expiry }: SessionSource, terms: readonly Term[]): readonly Term[] {
  return terms.filter(({ test: { kind } }) => kind === 'key' || kind === 'size' || (kind === 'expires' && expiry !== 'mtime'))
}
