import type { LoginState } from '../model/login.ts'
import type { Sentence, SerializerId, SessionState, Signature } from '../model/session.ts'

/** A query as it was written, taken apart: all of its terms have to hold. No terms: every session fits. */
export interface Query {
  readonly terms: readonly Term[]
}

/** One condition. Offsets in UTF-16 units of the text that was parsed. */
export interface Term {
  readonly negated: boolean
  readonly test: Test
  readonly position: number
  readonly length: number
}

export type Test =
  | { readonly kind: 'user'; readonly values: readonly UserValue[] }
  | { readonly kind: 'state'; readonly values: readonly SessionState[] }
  | { readonly kind: 'login'; readonly values: readonly LoginState[] }
  | { readonly kind: 'signed'; readonly values: readonly SignedValue[] }
  | { readonly kind: 'is'; readonly values: readonly IsValue[] }
  | { readonly kind: 'serializer'; readonly values: readonly SerializerId[] }
  | { readonly kind: 'key'; readonly values: readonly KeyValue[] }
  | { readonly kind: 'expires'; readonly operator: OrderOperator; readonly moment: Moment }
  | { readonly kind: 'size'; readonly operator: OrderOperator; readonly bytes: number }
  | { readonly kind: 'has'; readonly paths: readonly QueryPath[] }
  | { readonly kind: 'compare'; readonly path: QueryPath; readonly operator: Operator; readonly values: readonly QueryValue[] }
  /** Anywhere in the decoded data. */
  | { readonly kind: 'text'; readonly values: readonly string[] }

export type OrderOperator = '<' | '<=' | '>' | '>='
export type Operator = OrderOperator | '=' | '!='

/** `position`, `length`: where it stands, for what is found out later (no such user). */
export type UserValue =
  | { readonly kind: 'none' | 'any' }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string; readonly position: number; readonly length: number }
  /** What a name was found to stand for; no parser makes it. */
  | { readonly kind: 'ids'; readonly ids: ReadonlySet<string> }

/**
 * `fallback`: valid by a fallback key. `valid`: by any key. `key`: by SECRET_KEY; `fallback1`: by the first of SECRET_KEY_FALLBACKS; `none`: by
 * no known key: these three as the site's Django accepts it, without another salt or an age that is over.
 */
export type SignedValue = Signature['state'] | 'fallback' | 'key' | 'none' | `fallback${number}`

/** `empty`, `bot`: see `visitorOf`. `ending`: live, and over within 24 hours. */
export type IsValue = 'empty' | 'bot' | 'ending'

export interface KeyValue {
  readonly text: string
  /** Whether it may go on: `ab12*`. */
  readonly isPrefix: boolean
}

/** An instant, written relative to now (`+2h`, `-3d`, `now`: 0) or as an ISO 8601 date or time; without an offset it is UTC. */
export type Moment = { readonly kind: 'relative'; readonly seconds: number } | { readonly kind: 'absolute'; readonly text: string }

/** A bare value is whatever it can be read as; a quoted one is text. */
export interface QueryValue {
  readonly text: string
  readonly isQuoted: boolean
}

export type QueryPath = readonly PathStep[]
export type PathStep =
  /** `cart`, `.17`: a key of a dict; a position of a list where it is a number. */
  | { readonly kind: 'name'; readonly name: string }
  /** `["odd key"]`: a key of a dict, nothing else. */
  | { readonly kind: 'key'; readonly name: string }
  /** `[2]`, `[-1]`: a position of a list; a key of a dict that is spelled so. */
  | { readonly kind: 'index'; readonly index: number }
  /** `[]`: each item of a list, each value of a dict. */
  | { readonly kind: 'every' }

/** Why a text is no query. Each has a sentence in the catalogue: `query.problems.*`. */
export type QueryFault =
  | 'too-long' | 'open-quote' | 'bad-escape' | 'stray-quote' | 'after-quote'
  | 'lone-minus' | 'no-name' | 'no-value' | 'doubled-operator' | 'word-operator' | 'parenthesis'
  | 'unknown-field' | 'wrong-operator' | 'one-value' | 'unknown-value'
  | 'bad-path' | 'bad-moment' | 'unsigned-moment' | 'bad-size' | 'bad-star' | 'bad-user' | 'order-of-word'
  | 'no-user-table' | 'no-such-user' | 'many-users'

/** Offsets in UTF-16 units; at the end of the text the length may be 0. */
export interface QueryProblem {
  readonly reason: QueryFault
  readonly sentence: Sentence & { readonly id: `query.problems.${QueryFault}` }
  readonly position: number
  readonly length: number
}

export type QueryResult = { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly problem: QueryProblem }

/** Longest query. */
export const QUERY_CHARS = 4096

/** Fields that take `:` and one of a closed list. */
export const CHOICES = {
  state: ['live', 'expired', 'undecodable'],
  login: ['valid', 'refused', 'unchecked', 'none'],
  signed: ['valid', 'key', 'fallback', 'none', 'bad', 'unchecked', 'absent'],
  serializer: ['json', 'pickle', 'msgpack'],
  is: ['empty', 'bot', 'ending'],
} as const satisfies { readonly state: readonly SessionState[]; readonly login: readonly LoginState[]; readonly signed: readonly SignedValue[]; readonly serializer: readonly SerializerId[]; readonly is: readonly IsValue[] }

/** Fields and what follows them; everything else before an operator is a path into the data. */
export const FIELDS = { user: ':', login: ':', state: ':', expires: '<', key: ':', size: '<', has: ':', signed: ':', serializer: ':', is: ':' } as const
export type FieldName = keyof typeof FIELDS

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name)
}
