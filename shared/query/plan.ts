import type { EpochMicros, SessionKey, SessionState } from '../model/session.ts'
import type { FilterField, StoreCapabilities } from '../model/store.ts'
import type { KeyValue, OrderOperator, Query, Term, Test } from './ast.ts'
import { instantOf } from './moment.ts'

/**
 * What a store is asked to leave out. All conditions have to hold. A store gives every session that fits; that it gives none of the
 * others is not asked of it: what it cannot say exactly it says more widely, and each session is looked at once more.
 */
export interface StoreFilter {
  /** Of each, one value at least. */
  readonly keys: readonly (readonly KeyValue[])[]
  readonly expires: readonly Bound[]
  readonly sizes: readonly Bound[]
}

/** `value`: `EpochMicros` of an expire date, or stored bytes. */
export interface Bound {
  readonly operator: OrderOperator
  readonly value: number
}

/** Tests that need the decoded data. */
export type DataTest = Extract<Test, { kind: 'has' | 'compare' | 'text' }>
export type DataTerm = Term & { readonly test: DataTest }

/** A query by where its terms are answered, the cheapest first. */
export interface QueryPlan {
  readonly terms: readonly Term[]
  /** null: the store is asked for all. */
  readonly filter: StoreFilter | null
  /** What `filter` chooses by. */
  readonly filtered: readonly FilterField[]
  /** Terms that what the store tells of a session without its data answers. */
  readonly stored: readonly Term[]
  /** Terms that what the table shows of a session answers. */
  readonly row: readonly Term[]
  readonly data: readonly DataTerm[]
}

/** What a plan has to know of a store. `isPair`: what ends a session, and how long it is, is not for the row alone to say. */
export interface PlannedStore extends Pick<StoreCapabilities, 'expiry' | 'filter'> {
  readonly isPair: boolean
}

export function isDataTerm(term: Term): term is DataTerm {
  return term.test.kind === 'has' || term.test.kind === 'compare' || term.test.kind === 'text'
}

/** Whether answering takes the user table. */
export function asksLogin(terms: readonly Term[]): boolean {
  return terms.some(({ test }) => test.kind === 'login')
}

/** `now`: what the moments of the query are relative to. */
export function planQuery({ terms }: Query, store: PlannedStore, now: EpochMicros): QueryPlan {
  const data = terms.filter(isDataTerm)
  const stored = terms.filter((term) => isStored(term, store))
  const filter: StoreFilter = {
    keys: store.filter.includes('key') ? terms.flatMap(keysOf) : [],
    expires: store.filter.includes('expires') && !store.isPair ? [...terms.flatMap((term) => expiresOf(term, now)), ...stateBounds(terms, store, now)] : [],
    sizes: store.filter.includes('size') && !store.isPair ? terms.flatMap(sizesOf) : [],
  }
  const filtered = FIELDS.flatMap(([field, list]) => (filter[list].length > 0 ? [field] : []))
  return { terms, filter: filtered.length === 0 ? null : filter, filtered, stored, row: terms.filter((term) => !isDataTerm(term) && !stored.includes(term)), data }
}

const FIELDS = [['key', 'keys'], ['expires', 'expires'], ['size', 'sizes']] as const

function isStored({ test: { kind } }: Term, { expiry, isPair }: PlannedStore): boolean {
  // What ends the session of a file, only its data tells.
  return kind === 'key' || (!isPair && (kind === 'size' || (kind === 'expires' && expiry !== 'mtime')))
}

function keysOf({ test, negated }: Term): readonly (readonly KeyValue[])[] {
  return test.kind === 'key' && !negated && test.values.every(isAskable) ? [test.values] : []
}

/** A store that says bytes which are no text with these characters has no such key. An empty beginning leaves nothing out. */
function isAskable({ text, isPrefix }: KeyValue): boolean {
  return !(isPrefix && text === '') && text.isWellFormed() && !/[\0\ufffd]/.test(text)
}

function expiresOf({ test, negated }: Term, now: EpochMicros): readonly Bound[] {
  if (test.kind !== 'expires') return []
  const value = instantOf(test.moment, now)
  return Number.isSafeInteger(value) ? [bound(test.operator, negated, value)] : []
}

function sizesOf({ test, negated }: Term): readonly Bound[] {
  return test.kind === 'size' ? [bound(test.operator, negated, test.bytes)] : []
}

const OPPOSITE: Readonly<Record<OrderOperator, OrderOperator>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }
const bound = (operator: OrderOperator, negated: boolean, value: number): Bound => ({ operator: negated ? OPPOSITE[operator] : operator, value })

/** Where a column tells the end, a state has a side of now; unreadable ones are on both. */
function stateBounds(terms: readonly Term[], { expiry }: PlannedStore, now: EpochMicros): readonly Bound[] {
  if (expiry !== 'column') return []
  const left = new Set<SessionState>(['live', 'expired', 'undecodable'])
  for (const { test, negated } of terms) {
    if (test.kind !== 'state') continue
    for (const state of left) if (test.values.includes(state) === negated) left.delete(state)
  }
  const [only] = left
  if (left.size !== 1 || only === undefined || only === 'undecodable') return []
  return [{ operator: only === 'live' ? '>' : '<=', value: now }]
}

/** For stores that have the facts at hand. A session without an end fits no bound. */
export function fitsFilter({ keys, expires, sizes }: StoreFilter, facts: { readonly key: SessionKey; readonly sizeBytes: number; readonly expireDate: EpochMicros | null }): boolean {
  const { key, sizeBytes, expireDate } = facts
  return keys.every((values) => values.some((value) => isKey(value, key))) && sizes.every((one) => isWithin(sizeBytes, one)) && expires.every((one) => expireDate !== null && isWithin(expireDate, one))
}

export const isKey = ({ text, isPrefix }: KeyValue, key: SessionKey): boolean => (isPrefix ? key.startsWith(text) : key === text)

function isWithin(value: number, { operator, value: limit }: Bound): boolean {
  switch (operator) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
  }
}
