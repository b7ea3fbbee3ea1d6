import { SESSION_EXPIRY_KEY } from '../../../../shared/model/expiry.ts'
import type { EpochMicros, ExpiryFacts } from '../../../../shared/model/session.ts'
import type { StoreCapabilities } from '../../../../shared/model/store.ts'

/** One thing that can end a session. `why` and `name` are ids below `expiry.causes.*`. */
export interface ExpiryCause {
  readonly name: 'row' | 'ttl' | 'mtime' | 'stored' | 'cookie' | 'custom' | 'close' | 'cache'
  readonly why: string
  readonly params: Readonly<Record<string, string | number>>
  /** null: not bound to an instant. */
  readonly at: EpochMicros | null
  /** What stands in place of an instant. */
  readonly instead: 'never' | 'closeTime' | null
  /** It is what ends the session, or has ended it. */
  readonly isFirst: boolean
}

const MICROS = 1_000_000

/** Everything that can end a session, and which of it comes first. `formatAge` spells seconds; `kind`: what the store itself goes by. */
export function expiryCauses(facts: ExpiryFacts, formatAge: (seconds: number) => string, kind: StoreCapabilities['expiry']): readonly ExpiryCause[] {
  const cookie = cookieCause(facts, formatAge)
  const instants = [facts.expireDate, cookie.at].filter((at) => at !== null)
  const first = instants.length === 0 ? null : Math.min(...instants)
  const causes: Omit<ExpiryCause, 'isFirst'>[] = [
    storeCause(facts, kind, formatAge),
    cookie,
    customCause(facts),
    closeCause(facts),
    ...(kind === 'column' ? [copyCause(facts)] : []),
  ]
  // The row decides a tie: Django asks it, whatever a browser does.
  const winner = causes.find((cause) => first !== null && cause.at === first)
  return causes.map((cause) => ({ ...cause, isFirst: cause === winner }))
}

/** The copy in the cache of cached_db. */
function copyCause({ layers }: ExpiryFacts): Omit<ExpiryCause, 'isFirst'> {
  const base = { name: 'cache', params: {}, at: layers?.copy ?? null, instead: null } as const
  if (layers === undefined) return { ...base, why: 'cacheNone' }
  if (layers.copy === undefined) return { ...base, why: 'cacheMissing' }
  return { ...base, why: 'cacheFirst', instead: layers.copy === null ? 'never' : null }
}

function storeCause({ expireDate: end, custom, cookieAgeSeconds, layers }: ExpiryFacts, kind: StoreCapabilities['expiry'], formatAge: (seconds: number) => string): Omit<ExpiryCause, 'isFirst'> {
  const expireDate = layers === undefined ? end : (layers.row ?? null)
  const at = { at: expireDate, params: {}, instead: null }
  if (layers !== undefined && layers.row === undefined) return { ...at, name: 'row', why: 'rowGone' }
  if (kind === 'column') return { ...at, name: 'row', why: expireDate === null ? 'rowNone' : 'rowReason' }
  if (kind === 'mtime') {
    const isInData = custom !== null && !(custom.kind === 'seconds' && custom.seconds === 0)
    if (!isInData) return { ...at, name: 'mtime', why: 'mtimeReason', params: { age: formatAge(cookieAgeSeconds) } }
    return { ...at, name: 'mtime', why: expireDate === null ? 'mtimeNever' : 'mtimeCustom', instead: expireDate === null ? 'never' : null }
  }
  const name = kind === 'ttl' ? 'ttl' : 'stored'
  return { ...at, name, why: expireDate === null ? 'ttlNone' : 'rowReason', instead: expireDate === null ? 'never' : null }
}

/** The age that Django sent with the cookie at the last save: `get_expiry_age()`. null: not known, or sent without one. */
export function cookieAge(facts: ExpiryFacts): number | null {
  if (facts.endsAtBrowserClose) return null
  if (facts.custom === null) return facts.cookieAgeSeconds
  if (facts.custom.kind === 'seconds') return facts.custom.seconds
  return facts.custom.kind === 'date' && facts.custom.at !== null && facts.savedAt !== null ? (facts.custom.at - facts.savedAt) / MICROS : null
}

function cookieCause(facts: ExpiryFacts, formatAge: (seconds: number) => string): Omit<ExpiryCause, 'isFirst'> {
  const age = cookieAge(facts)
  if (facts.endsAtBrowserClose) return { name: 'cookie', why: 'cookieClose', params: {}, at: null, instead: null }
  if (facts.savedAt === null || age === null) return { name: 'cookie', why: 'cookieUnknown', params: {}, at: null, instead: null }
  const at = facts.savedAt + age * MICROS
  return facts.custom === null
    ? { name: 'cookie', why: 'cookieSetting', params: { age: formatAge(facts.cookieAgeSeconds) }, at, instead: null }
    : { name: 'cookie', why: 'cookieCustom', params: {}, at, instead: null }
}

function customCause({ custom }: ExpiryFacts): Omit<ExpiryCause, 'isFirst'> {
  const base = { name: 'custom', at: null, instead: null } as const
  if (custom === null) return { ...base, why: 'customNone', params: { key: SESSION_EXPIRY_KEY } }
  if (custom.kind === 'seconds') return { ...base, why: 'customSeconds', params: { seconds: custom.seconds } }
  if (custom.kind === 'date' && custom.at !== null) return { ...base, why: 'customDate', params: { text: custom.text } }
  return { ...base, why: 'customOdd', params: { text: custom.text } }
}

function closeCause({ endsAtBrowserClose, custom }: ExpiryFacts): Omit<ExpiryCause, 'isFirst'> {
  if (endsAtBrowserClose) return { name: 'close', why: 'closeOn', params: {}, at: null, instead: 'closeTime' }
  return { name: 'close', why: custom === null ? 'closeOff' : 'closeCustomOff', params: {}, at: null, instead: 'never' }
}
