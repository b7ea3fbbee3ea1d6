import type { ExpirySetting } from '../../../shared/model/change.ts'
import { SESSION_EXPIRY_KEY, setExpiry } from '../../../shared/model/expiry.ts'
import type { NewExpiry } from '../../../shared/model/expiry.ts'
import { fileExpiry, isFileSessionOver, setFileExpiry } from '../../../shared/model/file-expiry.ts'
import type { EpochMicros, SessionState, Signature } from '../../../shared/model/session.ts'
import type { DataNode, DictNode } from '../../../shared/values/node.ts'
import type { SessionSource } from './session-source.ts'
import { toMicros } from './session-source.ts'

/** When Django ends a session, and what it makes of that now. */
export interface SessionEnd {
  /** null: never, not known, or what is stored is not a date. */
  readonly at: EpochMicros | null
  /** `fails`: Django raises over it (HTTP 500), or the date is none. */
  readonly now: 'live' | 'over' | 'fails'
}

/** A stored session as far as its end depends on it. */
export interface StoredEnd {
  /** As the driver told it; see `StorePage.expireDates`. */
  readonly expireDate: EpochMicros | null
  readonly sizeBytes: number
  /** `_session_expiry` of its data. null: there is none, or it is not readable. */
  readonly ownExpiry: DataNode | null
}

const MICROS_PER_SECOND = 1_000_000

/** Only the file engine looks into the data: it has no other place for a date. `now` in milliseconds. */
export function sessionEnd(source: SessionSource, stored: StoredEnd, now: number): SessionEnd {
  const { expireDate } = stored
  if (source.expiry === 'mtime' && expireDate !== null) return fileEnd(source, { ...stored, expireDate }, now)
  // Elsewhere than in a column for it, no date is an endless life.
  if (expireDate === null) return { at: null, now: source.expiry === 'column' ? 'fails' : 'live' }
  return { at: expireDate, now: expireDate > toMicros(now) ? 'live' : 'over' }
}

function fileEnd({ settings }: SessionSource, { expireDate, sizeBytes, ownExpiry }: StoredEnd & { readonly expireDate: EpochMicros }, now: number): SessionEnd {
  const mtime = expireDate - settings.cookieAgeSeconds * MICROS_PER_SECOND
  const data: DictNode = { kind: 'dict', entries: ownExpiry === null ? [] : [{ key: { kind: 'str', value: SESSION_EXPIRY_KEY }, value: ownExpiry }] }
  const end = fileExpiry({ mtime, isEmpty: sizeBytes === 0, data }, settings)
  switch (end.kind) {
    case 'at':
      return { at: end.at, now: isFileSessionOver(end, toMicros(now)) ? 'over' : 'live' }
    case 'over':
      return { at: mtime, now: 'over' }
    case 'error':
      return { at: null, now: 'fails' }
    case 'never':
    case 'unknown':
      return { at: null, now: 'live' }
  }
}

/** An empty file is an empty session to the file engine; anywhere else it is damaged. */
export function isEmptySession({ expiry }: SessionSource, sizeBytes: number): boolean {
  return expiry === 'mtime' && sizeBytes === 0
}

/** What was made of a stored session's data. */
export interface Judged {
  readonly readable: boolean
  readonly signature: Signature
}

/** Unreadable outranks expired: Django would start an empty session either way, but only one of them is a fault. */
export function sessionState({ expiry }: SessionSource, { readable, signature }: Judged, end: SessionEnd): SessionState {
  // A cookie has no date but its age, which was judged with its signature.
  if (expiry === 'signature') return signature.reason === 'too-old' ? 'expired' : readable ? 'live' : 'undecodable'
  if (!readable || end.now === 'fails') return 'undecodable'
  return end.now === 'live' ? 'live' : 'expired'
}

/** What a setting leaves behind in this store. */
export function newExpiry({ expiry, settings }: SessionSource, data: DictNode, setting: ExpirySetting, now: number): NewExpiry {
  return (expiry === 'mtime' ? setFileExpiry : setExpiry)(data, setting, settings, toMicros(now))
}
