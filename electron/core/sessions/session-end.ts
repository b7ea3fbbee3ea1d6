import type { ExpirySetting } from '../../../shared/model/change.ts'
import { customExpiry } from '../../../shared/model/expiry.ts'
import type { EpochMicros, ExpiryFacts, SessionState, Signature } from '../../../shared/model/session.ts'
import type { DataNode } from '../../../shared/values/node.ts'
import type { SessionSource } from './session-source.ts'
import { toMicros } from './session-source.ts'

/**
 * When Django ends a stored session. `ownExpiry`: `_session_expiry` of its data. null: never, or what is stored is not a date.
 * Only the file engine looks into the data: it has no other place for a date.
 */
export function sessionEnd({ settings, expiry }: SessionSource, stored: EpochMicros | null, ownExpiry: DataNode | null): EpochMicros | null {
  if (expiry !== 'mtime' || stored === null) return stored
  const custom = customExpiry(ownExpiry, settings.clock)
  return fileEnd(custom, stored - settings.cookieAgeSeconds * MICROS_PER_SECOND, settings.cookieAgeSeconds)
}

/**
 * `load` of the file engine (django/contrib/sessions/backends/file.py): a date in the data is the end; without one, the last change of
 * the file and SESSION_COOKIE_AGE are. A number of seconds counts from every reading anew, so it never ends, or, below zero, always has.
 */
export function fileEnd(custom: ExpiryFacts['custom'], modifiedAt: EpochMicros, cookieAgeSeconds: number): EpochMicros | null {
  const byAge = modifiedAt + cookieAgeSeconds * MICROS_PER_SECOND
  if (custom?.kind === 'date') return custom.at ?? byAge
  if (custom?.kind !== 'seconds' || custom.seconds === 0) return byAge
  return custom.seconds > 0 ? null : modifiedAt
}

/**
 * The setting in the form that ends a session of this store when it says. In files of the file engine a date has to be in the data:
 * seconds there never run out, and where the data has an end of its own, nobody looks at the file's.
 */
export function settingFor({ settings, expiry }: SessionSource, setting: ExpirySetting, ownExpiry: DataNode | null, now: number): ExpirySetting {
  if (expiry !== 'mtime') return setting
  if (setting.kind === 'in') return { kind: 'at', at: now + setting.seconds * 1000 }
  return setting.kind === 'now' && isInData(customExpiry(ownExpiry, settings.clock)) ? { kind: 'at', at: now - 1000 } : setting
}

/** Whether the store's own date decides nothing, now that the data has one. */
export function endsByData({ settings, expiry }: SessionSource, ownExpiry: DataNode | null): boolean {
  return expiry === 'mtime' && isInData(customExpiry(ownExpiry, settings.clock))
}

function isInData(custom: ExpiryFacts['custom']): boolean {
  return custom !== null && !(custom.kind === 'seconds' && custom.seconds === 0)
}

/** What was made of a stored session's data. */
export interface Judged {
  readonly readable: boolean
  readonly signature: Signature
}

/**
 * Unreadable outranks expired: Django would start an empty session either way, but only one of them is a fault.
 * No date is a fault in a column for it, and nothing but an endless life elsewhere.
 */
export function sessionState({ expiry }: SessionSource, { readable, signature }: Judged, end: EpochMicros | null, now: number): SessionState {
  // A cookie has no date but its age, which was judged with its signature.
  if (expiry === 'signature') return signature.reason === 'too-old' ? 'expired' : readable ? 'live' : 'undecodable'
  if (!readable || (end === null && expiry === 'column')) return 'undecodable'
  return end === null || end > toMicros(now) ? 'live' : 'expired'
}

const MICROS_PER_SECOND = 1_000_000
