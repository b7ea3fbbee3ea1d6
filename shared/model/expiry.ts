import type { DataNode, DictNode } from '../values/node.ts'
import { getItem } from '../values/node.ts'
import type { ExpirySetting } from './change.ts'
import type { DjangoVersion } from './django.ts'
import type { EpochMicros, ExpiryFacts } from './session.ts'
import type { StoreClock } from './store.ts'

/** Key under which `set_expiry` keeps a session's own expiry (django/contrib/sessions/backends/base.py). */
export const SESSION_EXPIRY_KEY = '_session_expiry'

const MICROS_PER_SECOND = 1_000_000

export interface ExpiryPolicy {
  /** SESSION_COOKIE_AGE, in seconds. */
  readonly cookieAgeSeconds: number
  readonly clock: StoreClock
  /** null or missing: not known, and taken for the current one. */
  readonly djangoVersion?: DjangoVersion | null
}

export interface NewExpiry {
  /** Session data with `_session_expiry` set or removed; null: the data stays as it is. */
  readonly data: DictNode | null
  readonly expireDate: EpochMicros
}

/**
 * What `request.session.set_expiry(…)` and the save after it would leave behind.
 * `now` ends the session instead, which Django has no call for: only the expire date moves, to one second ago,
 * so that `load` (`>`) refuses it and `clear_expired` (`<`) takes it.
 */
export function setExpiry(data: DictNode, setting: ExpirySetting, policy: ExpiryPolicy, now: EpochMicros): NewExpiry {
  const byDefault = now + policy.cookieAgeSeconds * MICROS_PER_SECOND
  switch (setting.kind) {
    case 'now':
      return { data: null, expireDate: now - MICROS_PER_SECOND }
    case 'in':
      return { data: withExpiry(data, { kind: 'int', digits: String(setting.seconds) }), expireDate: now + setting.seconds * MICROS_PER_SECOND }
    case 'at':
      return { data: withExpiry(data, dateValue(setting.at * 1000, policy, now)), expireDate: setting.at * 1000 }
    case 'browser-close':
      return { data: withExpiry(data, { kind: 'int', digits: '0' }), expireDate: byDefault }
    case 'default':
      return { data: withExpiry(data, null), expireDate: byDefault }
  }
}

/** `set_expiry` stores dates as text since 4.1, and `get_expiry_age` reads them since. */
export function readsIsoText(version: DjangoVersion | null | undefined): boolean {
  if (version === null || version === undefined) return true
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 4 || (major === 4 && minor >= 1)
}

/** A date, or, for a Django that fails over dates in JSON, the seconds until then. */
function dateValue(at: EpochMicros, { clock, djangoVersion }: ExpiryPolicy, now: EpochMicros): DataNode {
  if (readsIsoText(djangoVersion)) return { kind: 'str', value: isoText(at, clock) }
  return { kind: 'int', digits: String(Math.max(1, Math.ceil((at - now) / MICROS_PER_SECOND))) }
}

/** The value under `_session_expiry`; null: there is none. */
export function ownExpiry(data: DataNode | null): DataNode | null {
  return (data?.kind === 'dict' ? getItem(data, SESSION_EXPIRY_KEY) : undefined) ?? null
}

/** What a value of `_session_expiry` says; null: nothing. Pickled sessions may hold a datetime. */
export function customExpiry(value: DataNode | null, clock: StoreClock): ExpiryFacts['custom'] {
  if (value === null) return null
  switch (value.kind) {
    case 'none':
      return null
    case 'int':
      return { kind: 'seconds', seconds: Number(value.digits) }
    case 'float':
      return { kind: 'seconds', seconds: Number(value.repr) }
    case 'str':
      return { kind: 'date', text: value.value, at: readIso(value.value, clock) }
    case 'datetime':
      return { kind: 'date', text: value.text, at: readIso(value.text, clock) }
    default:
      return { kind: 'odd', text: value.kind }
  }
}

/** Whether the browser drops the cookie when it closes: `get_expire_at_browser_close`. */
export function endsAtBrowserClose(custom: ExpiryFacts['custom'], setting: boolean): boolean {
  return custom === null ? setting : custom.kind === 'seconds' && custom.seconds === 0
}

function withExpiry(data: DictNode, value: DataNode | null): DictNode {
  const isExpiry = (key: DataNode): boolean => key.kind === 'str' && key.value === SESSION_EXPIRY_KEY
  if (value === null) return { kind: 'dict', entries: data.entries.filter((entry) => !isExpiry(entry.key)) }
  if (!data.entries.some((entry) => isExpiry(entry.key))) {
    return { kind: 'dict', entries: [...data.entries, { key: { kind: 'str', value: SESSION_EXPIRY_KEY }, value }] }
  }
  return { kind: 'dict', entries: data.entries.map((entry) => (isExpiry(entry.key) ? { key: entry.key, value } : entry)) }
}

/** `datetime.isoformat()`: aware with `+00:00` under USE_TZ, naive wall clock without; the fraction has six digits or none. */
function isoText(at: EpochMicros, clock: StoreClock): string {
  const instant = Temporal.Instant.fromEpochNanoseconds(BigInt(at) * 1000n)
  const wall = instant.toZonedDateTimeISO(clock.useTz ? 'UTC' : clock.timeZone).toPlainDateTime()
  const fraction = at % MICROS_PER_SECOND === 0 ? 0 : 6
  return wall.toString({ fractionalSecondDigits: fraction }) + (clock.useTz ? '+00:00' : '')
}

function readIso(text: string, clock: StoreClock): EpochMicros | null {
  const aware = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text)
  try {
    const instant = aware ? Temporal.Instant.from(text) : Temporal.PlainDateTime.from(text).toZonedDateTime(clock.useTz ? 'UTC' : clock.timeZone).toInstant()
    return Number(instant.epochNanoseconds / 1000n)
  } catch {
    return null
  }
}
