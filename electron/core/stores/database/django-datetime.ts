import { CoatcheckError } from '../../../../shared/errors.ts'
import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { StoredValue } from './stored-value.ts'

/**
 * `expire_date` as Django writes it where the database has no time zones (django/db/backends/sqlite3/operations.py,
 * `adapt_datetimefield_value`): Python's `str(datetime)`, in UTC under USE_TZ, else in the wall clock of TIME_ZONE.
 * @throws REQUEST_INVALID for years that Python has no dates in
 */
export function formatDjangoDatetime(at: EpochMicros, clock: StoreClock): string {
  const zoned = toZoned(at, clock)
  if (zoned.year < 1 || zoned.year > 9999) throw new CoatcheckError('REQUEST_INVALID', 'stores.noYears')
  const date = `${pad(zoned.year, 4)}-${pad(zoned.month, 2)}-${pad(zoned.day, 2)}`
  const time = `${pad(zoned.hour, 2)}:${pad(zoned.minute, 2)}:${pad(zoned.second, 2)}`
  const micros = zoned.millisecond * 1000 + zoned.microsecond
  return micros === 0 ? `${date} ${time}` : `${date} ${time}.${pad(micros, 6)}`
}

/**
 * The instant that Django reads from such a text; as lenient as `django.utils.dateparse.parse_datetime`.
 * An offset in the text outranks the clock. null: no date to Django.
 * A wall clock that DST skips or repeats is taken as Python takes it (`fold=0`): the offset before the change.
 */
export function parseDjangoDatetime(text: string, clock: StoreClock): EpochMicros | null {
  const plain = clock.useTz ? parsePlainUtc(text) : null
  if (plain !== null) return plain
  const parts = matchDatetime(text)
  if (parts === null || !isRealDate(parts)) return null
  const { year, month, day, hour, minute, second, micros, offset } = parts
  const wall = utcMs(year, month, day, hour, minute, second) * 1000 + micros
  if (offset !== null) return wall - offset * 1_000_000
  if (clock.useTz) return wall
  return zonedMicros(parts, clock.timeZone)
}

/** Only text can be a date: Django never stores another kind. */
export function instantOf(stored: StoredValue, clock: StoreClock): EpochMicros | null {
  return stored.kind === 'text' && typeof stored.value === 'string' ? parseDjangoDatetime(stored.value, clock) : null
}

/** @throws REQUEST_INVALID for a TIME_ZONE that is not in the system's zone list */
export function checkClock(clock: StoreClock): void {
  try {
    toZoned(0, clock)
  } catch (cause) {
    if (cause instanceof CoatcheckError) throw cause
    throw new CoatcheckError('REQUEST_INVALID', 'stores.noTimeZone', { hint: 'next.useTimeZone', subject: clock.timeZone }, cause)
  }
}

interface DatetimeParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly micros: number
  /** Seconds east of UTC; null: the text names none. */
  readonly offset: number | null
}

const ZERO = 0x30

/** The text of nearly every row, as Django writes it: two digits each, no offset. A scan reads a million. null: it has to be looked at closely. */
function parsePlainUtc(text: string): EpochMicros | null {
  if (text.length !== 19 && text.length !== 26) return null
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== ' ' || text[13] !== ':' || text[16] !== ':' || (text.length === 26 && text[19] !== '.')) return null
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 7)
  const day = digitsAt(text, 8, 10)
  const hour = digitsAt(text, 11, 13)
  const minute = digitsAt(text, 14, 16)
  const second = digitsAt(text, 17, 19)
  const micros = text.length === 26 ? digitsAt(text, 20, 26) : 0
  // Every month has 28 days; `Date.UTC` takes the years below 100 for others.
  const isPlain = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59 && micros >= 0
  return isPlain && hour >= 0 && minute >= 0 && second >= 0 ? Date.UTC(year, month - 1, day, hour, minute, second) * 1000 + micros : null
}

/** Below zero: something there is no digit. */
function digitsAt(text: string, start: number, end: number): number {
  let number = 0
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - ZERO
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

const DATETIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/

function matchDatetime(text: string): DatetimeParts | null {
  const match = text.length <= 64 ? DATETIME.exec(text) : null
  if (match === null) return null
  const number = (index: number): number => Number(match[index] ?? '0')
  return {
    year: number(1), month: number(2), day: number(3), hour: number(4), minute: number(5), second: number(6),
    micros: Number((match[7] ?? '').padEnd(6, '0')),
    offset: match[8] === undefined ? null : offsetSeconds(match[8]),
  }
}

function offsetSeconds(text: string): number {
  if (text === 'Z') return 0
  const digits = text.slice(1).replace(':', '')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || '0') * 60
  return text.startsWith('-') ? -seconds : seconds
}

function isRealDate({ year, month, day, hour, minute, second, offset }: DatetimeParts): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false
  // Python's offsets are shorter than a day.
  if (offset !== null && Math.abs(offset) >= 86_400) return false
  return new Date(utcMs(year, month, day, 0, 0, 0)).getUTCDate() === day
}

function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  return date.setUTCHours(hour, minute, second, 0)
}

function zonedMicros({ year, month, day, hour, minute, second, micros }: DatetimeParts, timeZone: string): EpochMicros {
  const wall = new Temporal.PlainDateTime(year, month, day, hour, minute, second)
  return wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds * 1000 + micros
}

function toZoned(at: EpochMicros, clock: StoreClock): Temporal.ZonedDateTime {
  if (!Number.isSafeInteger(at)) throw new CoatcheckError('REQUEST_INVALID', 'stores.inexactInstant')
  return new Temporal.ZonedDateTime(BigInt(at) * 1000n, clock.useTz ? 'UTC' : clock.timeZone)
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
