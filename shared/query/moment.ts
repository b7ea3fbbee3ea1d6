import type { EpochMicros } from '../model/session.ts'
import { readDate, readDatetime } from '../values/zoned-text.ts'
import type { DatetimeParts } from '../values/zoned-text.ts'
import type { Moment } from './ast.ts'

const RELATIVE = /^([+-])([0-9]{1,6})([smhdw])$/
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const LARGEST_FIRST = ['w', 'd', 'h', 'm', 's'] as const

/** null: neither `now`, nor `+2h`, nor an ISO 8601 date or time. */
export function readMoment(text: string): Moment | null {
  if (text === 'now') return { kind: 'relative', seconds: 0 }
  const [, sign, count, unit = ''] = RELATIVE.exec(text) ?? []
  if (count !== undefined) return { kind: 'relative', seconds: Number(`${sign ?? ''}${count}`) * (UNIT_SECONDS[unit] ?? 1) + 0 }
  return readInstant(text) === null ? null : { kind: 'absolute', text }
}

export function formatMoment(moment: Moment): string {
  if (moment.kind === 'absolute') return moment.text
  if (moment.seconds === 0) return 'now'
  const size = Math.abs(moment.seconds)
  const unit = LARGEST_FIRST.find((each) => size % (UNIT_SECONDS[each] ?? 1) === 0) ?? 's'
  return `${moment.seconds < 0 ? '-' : '+'}${size / (UNIT_SECONDS[unit] ?? 1)}${unit}`
}

export function instantOf(moment: Moment, now: EpochMicros): EpochMicros {
  return moment.kind === 'relative' ? now + moment.seconds * 1_000_000 : (readInstant(moment.text) ?? Number.NaN)
}

/** A day is its first moment. What names no offset is UTC. null: no date, or one whose offset is not known. */
export function readInstant(text: string): EpochMicros | null {
  const day = readDate(text)
  if (day !== null) return microsOf({ ...day, hour: 0, minute: 0, second: 0, micro: 0 })
  const parts = readDatetime(text)
  if (parts === null || (parts.offset === null && parts.zone !== null && !isUtc(parts))) return null
  return microsOf(parts) - (parts.offset ?? 0)
}

const isUtc = ({ zone }: DatetimeParts): boolean => zone?.kind === 'zoneinfo' && (zone.key === 'UTC' || zone.key === 'Etc/UTC')

function microsOf({ year, month, day, hour, minute, second, micro }: Omit<DatetimeParts, 'fold' | 'zone'>): EpochMicros {
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  return date.setUTCHours(hour, minute, second, 0) * 1000 + micro
}
