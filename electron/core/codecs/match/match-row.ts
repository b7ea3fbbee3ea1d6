import type { EpochMicros, SessionRow } from '../../../../shared/model/session.ts'
import { loginState } from '../../../../shared/model/login.ts'
import { visitorOf } from '../../../../shared/model/visitor.ts'
import type { IsValue, SignedValue, Term, UserValue } from '../../../../shared/query/ast.ts'
import { instantOf } from '../../../../shared/query/moment.ts'
import { isKey } from '../../../../shared/query/plan.ts'
import { isOrdered } from './compare-value.ts'

/** What a store tells of a session without its data. */
export type StoredFacts = Pick<SessionRow, 'key' | 'sizeBytes' | 'expireDate'>
/** What is known of a session without looking into its data further than the table does. */
export type RowFacts = StoredFacts & Pick<SessionRow, 'state' | 'signature' | 'serializer' | 'userId' | 'topLevelKeys' | 'keyCount' | 'login'>

/** Whether a session fits the terms that its store can answer. Other terms are let pass. */
export function matchStored(terms: readonly Term[], facts: StoredFacts, now: EpochMicros): boolean {
  return terms.every((term) => holds(term, testStored(term, facts, now)))
}

/** Whether a session fits all terms that do not ask for its data. Those are let pass. */
export function matchRow(terms: readonly Term[], row: RowFacts, now: EpochMicros): boolean {
  return terms.every((term) => holds(term, testStored(term, row, now)) && holds(term, testRow(term, row, now)))
}

/** What is not known (null) fits neither a term nor its opposite. undefined: not asked here. */
function holds({ negated }: Term, answer: boolean | null | undefined): boolean {
  return answer === undefined || (answer !== null && answer !== negated)
}

function testStored({ test }: Term, { key, sizeBytes, expireDate }: StoredFacts, now: EpochMicros): boolean | null | undefined {
  switch (test.kind) {
    case 'key':
      return test.values.some((value) => isKey(value, key))
    case 'size':
      return isOrdered(sizeBytes - test.bytes, test.operator)
    case 'expires':
      return expireDate === null ? null : isOrdered(expireDate - instantOf(test.moment, now), test.operator)
    default:
      return undefined
  }
}

function testRow({ test }: Term, row: RowFacts, now: EpochMicros): boolean | null | undefined {
  switch (test.kind) {
    case 'state':
      return test.values.includes(row.state)
    case 'login': {
      const login = loginState(row)
      return login === null ? null : test.values.includes(login)
    }
    case 'signed':
      return test.values.some((value) => isSigned(value, row))
    case 'is':
      return anyOf(test.values.map((value) => isSuch(value, row, now)))
    case 'serializer':
      return row.serializer === null ? null : test.values.includes(row.serializer)
    case 'user':
      return row.topLevelKeys === null ? null : test.values.some((value) => isUser(value, row.userId))
    default:
      return undefined
  }
}

function isSigned(value: SignedValue, { signature: { state, verifiedBy, reason } }: RowFacts): boolean {
  const isAccepted = state === 'valid' && reason === null
  if (value === 'none') return !isAccepted
  if (value === 'key') return isAccepted && verifiedBy === 'SECRET_KEY'
  if (value === 'fallback') return state === 'valid' && verifiedBy !== null && verifiedBy !== 'SECRET_KEY'
  return value.startsWith('fallback') ? isAccepted && verifiedBy === `SECRET_KEY_FALLBACKS[${Number(value.slice('fallback'.length)) - 1}]` : state === value
}

const DAY_MICROS = 86_400_000_000

/** null: not known, as its data cannot be read. */
function isSuch(value: IsValue, row: RowFacts, now: EpochMicros): boolean | null {
  if (value === 'ending') return row.state === 'live' && row.expireDate !== null && row.expireDate - now < DAY_MICROS
  const visitor = visitorOf(row)
  return visitor === null ? null : visitor === (value === 'bot' ? 'bot-like' : 'empty')
}

/** One that holds is enough; what is not known leaves the rest unknown. */
function anyOf(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(true)) return true
  return answers.includes(null) ? null : false
}

/** Names were made ids before. */
function isUser(value: UserValue, userId: string | null): boolean {
  switch (value.kind) {
    case 'none':
      return userId === null
    case 'any':
      return userId !== null
    case 'id':
      return userId === value.id
    case 'ids':
      return userId !== null && value.ids.has(userId)
    case 'name':
      return false
  }
}
