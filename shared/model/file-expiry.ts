import type { DataNode, DictNode } from '../values/node.ts'
import { getItem } from '../values/node.ts'
import { parseIsoDatetime } from '../values/iso-datetime.ts'
import type { ExpirySetting } from './change.ts'
import type { DjangoVersion } from './django.ts'
import { readsIsoText, SESSION_EXPIRY_KEY, setExpiry } from './expiry.ts'
import type { ExpiryPolicy, NewExpiry } from './expiry.ts'
import type { EpochMicros } from './session.ts'
import type { StoreClock } from './store.ts'

/**
 * What ends a session of Django's file engine.
 * - `at`: an instant. Django counts whole seconds: see `isFileSessionOver`.
 * - `never`: an empty file, or a positive number under `_session_expiry`, which the file engine takes for seconds still left, whenever it looks.
 * - `over`: a negative number there: ended, whenever it was saved.
 * - `error`: Django fails on it (HTTP 500), and does not end it either.
 * - `unknown`: it takes Python to tell.
 */
export type FileEnd =
  | { readonly kind: 'at'; readonly at: EpochMicros }
  | { readonly kind: 'never' | 'over' | 'error' | 'unknown' }

export interface FilePolicy extends ExpiryPolicy {
  /** null: not known, and judged as the current one. */
  readonly djangoVersion: DjangoVersion | null
}

/** A session file as far as its end depends on it. */
export interface FileState {
  /** Last change of the file, in the microseconds that Python sees. */
  readonly mtime: EpochMicros
  readonly isEmpty: boolean
  /** null: not readable, which is an empty session to Django. */
  readonly data: DataNode | null
}

const SECOND = 1_000_000

/** When `load()` would delete the file (django/contrib/sessions/backends/file.py, `_expiry_date`; base.py, `get_expiry_age`). */
export function fileExpiry({ mtime, isEmpty, data }: FileState, policy: FilePolicy): FileEnd {
  if (isEmpty) return { kind: 'never' }
  const byDefault: FileEnd = { kind: 'at', at: addWallTime(mtime, policy.cookieAgeSeconds * SECOND, policy.clock) }
  if (data === null) return byDefault
  // A list has no get(); Django does not ask before.
  if (data.kind !== 'dict') return { kind: 'error' }
  const own = getItem(data, SESSION_EXPIRY_KEY)
  return own === undefined || isFalsy(own) ? byDefault : ownEnd(own, policy)
}

/** `age <= 0` of whole seconds, rounded down: a session ends up to a second before its date. */
export function isFileSessionOver(end: FileEnd, now: EpochMicros): boolean {
  return end.kind === 'over' || (end.kind === 'at' && Math.floor((end.at - now) / SECOND) <= 0)
}

/**
 * What makes a session of the file engine end as asked. A number of seconds would make it last for ever, so `in` writes the date, as
 * `set_expiry(timedelta)` does; before 4.1, which knows no dates in JSON, nothing but the time of the file is left to tell it.
 * `expireDate` is the file's: last change + SESSION_COOKIE_AGE.
 */
export function setFileExpiry(data: DictNode, setting: ExpirySetting, policy: FilePolicy, now: EpochMicros): NewExpiry {
  const byTime = (expireDate: EpochMicros): NewExpiry => ({ ...setExpiry(data, { kind: 'default' }, policy, now), expireDate })
  switch (setting.kind) {
    case 'now': {
      const own = getItem(data, SESSION_EXPIRY_KEY)
      return own === undefined || isFalsy(own) ? setExpiry(data, setting, policy, now) : byTime(now - SECOND)
    }
    case 'in':
    case 'at': {
      const at = setting.kind === 'at' ? setting.at : Math.ceil(now / 1000) + setting.seconds * 1000
      return readsIsoText(policy.djangoVersion) ? setExpiry(data, { kind: 'at', at }, policy, now) : byTime(at * 1000)
    }
    default:
      return setExpiry(data, setting, policy, now)
  }
}

function ownEnd(own: DataNode, { clock, djangoVersion }: FilePolicy): FileEnd {
  switch (own.kind) {
    case 'bool':
      return { kind: 'never' }
    case 'int':
      return { kind: own.digits.startsWith('-') ? 'over' : 'never' }
    case 'float':
      return { kind: own.repr.startsWith('-') ? 'over' : 'never' }
    case 'decimal':
      // Decimal('sNaN') <= 0 raises, and so does Decimal('NaN').
      return { kind: /nan/i.test(own.text) ? 'error' : own.text.startsWith('-') ? 'over' : 'never' }
    case 'str':
      return readsIsoText(djangoVersion) ? dateEnd(own.value, clock) : { kind: 'error' }
    case 'datetime':
      return datetimeEnd(own.text, clock)
    case 'opaque':
    case 'ref':
      return { kind: 'unknown' }
    default:
      return { kind: 'error' }
  }
}

/** The brackets after a datetime tell of its zone; the offset before them is what counts. */
function datetimeEnd(text: string, clock: StoreClock): FileEnd {
  const bracket = text.indexOf('[')
  const plain = bracket < 0 ? text : text.slice(0, bracket)
  const hasZoneOnly = bracket >= 0 && text[bracket + 1] !== 'f' && parseIsoDatetime(plain)?.offset === null
  return hasZoneOnly ? { kind: 'unknown' } : dateEnd(plain, clock)
}

/** An aware date where times are naive, or the reverse, cannot be subtracted: TypeError. */
function dateEnd(text: string, clock: StoreClock): FileEnd {
  if (/^\d{4}-?W\d\d/.test(text)) return { kind: 'unknown' }
  const date = parseIsoDatetime(text)
  if (date === null || (date.offset === null) === clock.useTz) return { kind: 'error' }
  return { kind: 'at', at: date.offset === null ? fromWallTime(date.wall, clock) : date.wall - date.offset }
}

/** `bool(value)` of Python. */
function isFalsy(node: DataNode): boolean {
  switch (node.kind) {
    case 'none':
      return true
    case 'bool':
      return !node.value
    case 'int':
      return /^-?0+$/.test(node.digits)
    case 'float':
      return Number(node.repr) === 0
    case 'decimal':
      return !/[1-9]|nan|inf/i.test(node.text.replace(/e.*$/i, ''))
    case 'complex':
      return !/[1-9]|nan|inf/i.test(node.text)
    case 'timedelta':
      return !/[1-9]/.test(node.text)
    case 'str':
      return node.value === ''
    case 'bytes':
    case 'bytearray':
      return node.base64 === ''
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return node.items.length === 0
    case 'dict':
      return node.entries.length === 0
    default:
      return false
  }
}

/** Under USE_TZ=False the file engine adds to a naive time: across a change of clocks it ends an hour off. */
function addWallTime(at: EpochMicros, micros: number, clock: StoreClock): EpochMicros {
  if (clock.useTz) return at + micros
  const offset = Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1000)).toZonedDateTimeISO(clock.timeZone).offsetNanoseconds / 1000
  return fromWallTime(at + offset + micros, clock)
}

function fromWallTime(wall: EpochMicros, { timeZone }: StoreClock): EpochMicros {
  const ms = Math.floor(wall / 1000)
  const plain = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDateTime()
  return plain.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds * 1000 + (wall - ms * 1000)
}
