import { formatDate, formatDatetime, formatTime, isDate, isNotable } from '../../../../shared/values/zoned-text.ts'
import type { DateParts, DatetimeParts, TimeParts, Zone } from '../../../../shared/values/zoned-text.ts'
import type { Made } from './shapes.ts'
import type { Value } from './values.ts'
import { zoneOffset } from './zone-offset.ts'

/** The bytes that Python's datetime types put into a pickle (Modules/_datetimemodule.c), read and written. */

const FOLD = 0x80

/** `datetime(bytes[10][, tzinfo])` */
export function readDatetimeBytes([state, tzinfo, ...more]: readonly Value[]): Made | null {
  const bytes = stateBytes(state, 10)
  if (bytes === null || more.length > 0) return null
  const zone = readZone(tzinfo)
  const month = bytes.readUInt8(2)
  const fold = (month & FOLD) === 0 ? 0 : 1
  const date = { year: bytes.readUInt16BE(0), month: month & ~FOLD, day: bytes.readUInt8(3) }
  const time = { ...clock(bytes, 4), fold, zone: zone?.zone ?? null } as const
  if (zone === null || !isDate(date) || !isClock(time)) return null
  const parts: DatetimeParts = { ...date, ...time }
  if (!zone.isNotable) return { verdict: 'class' }
  const offset = parts.zone?.kind === 'zoneinfo' ? zoneOffset(parts, parts.zone.key) : null
  return { leaf: { kind: 'datetime', text: formatDatetime(parts, offset) } }
}

/** `date(bytes[4])` */
export function readDateBytes([state, ...more]: readonly Value[]): Made | null {
  const bytes = stateBytes(state, 4)
  if (bytes === null || more.length > 0) return null
  const date = { year: bytes.readUInt16BE(0), month: bytes.readUInt8(2), day: bytes.readUInt8(3) }
  return isDate(date) ? { leaf: { kind: 'date', text: formatDate(date) } } : null
}

/** `time(bytes[6][, tzinfo])` */
export function readTimeBytes([state, tzinfo, ...more]: readonly Value[]): Made | null {
  const bytes = stateBytes(state, 6)
  if (bytes === null || more.length > 0) return null
  const zone = readZone(tzinfo)
  const hour = bytes.readUInt8(0)
  const time = { ...clock(bytes, 0), hour: hour & ~FOLD, fold: (hour & FOLD) === 0 ? 0 : 1, zone: zone?.zone ?? null } as const
  if (zone === null || !isClock(time)) return null
  return zone.isNotable ? { leaf: { kind: 'time', text: formatTime(time) } } : { verdict: 'class' }
}

export function datetimeBytes(parts: DatetimeParts): Buffer {
  return Buffer.concat([dateBytes(parts, parts.fold), timeBytes(parts, 0)])
}

export function dateBytes({ year, month, day }: DateParts, fold: 0 | 1 = 0): Buffer {
  return Buffer.from([year >> 8, year & 0xff, month | (fold * FOLD), day])
}

export function timeBytes({ hour, minute, second, micro }: TimeParts, fold: 0 | 1): Buffer {
  return Buffer.from([hour | (fold * FOLD), minute, second, micro >> 16, (micro >> 8) & 0xff, micro & 0xff])
}

/** Python 2 has them as text, and Python 3 takes that. */
function stateBytes(value: Value | undefined, length: number): Buffer | null {
  if (value?.type === 'bytes') return value.data.length === length ? Buffer.from(value.data) : null
  if (value?.type !== 'str' || value.value.length !== length || /[^\u0000-\u00ff]/.test(value.value)) return null
  return Buffer.from(value.value, 'latin1')
}

/** null: no tzinfo that is known, so that a stranger would run. */
function readZone(value: Value | undefined): { readonly zone: Zone | null; readonly isNotable: boolean } | null {
  if (value === undefined) return { zone: null, isNotable: true }
  if (value.type !== 'object' || value.verdict === 'call') return null
  if (value.leaf?.kind === 'zone') return { zone: value.leaf.zone, isNotable: isNotable(value.leaf.zone) }
  return value.leaf === null ? { zone: null, isNotable: false } : null
}

function clock(bytes: Buffer, at: number): { readonly hour: number; readonly minute: number; readonly second: number; readonly micro: number } {
  return { hour: bytes.readUInt8(at), minute: bytes.readUInt8(at + 1), second: bytes.readUInt8(at + 2), micro: bytes.readUIntBE(at + 3, 3) }
}

function isClock({ hour, minute, second, micro }: TimeParts): boolean {
  return hour < 24 && minute < 60 && second < 60 && micro < 1_000_000
}
