/**
 * The texts of Python's datetime, date and time. ISO 8601 as `isoformat()` writes it, then in brackets (the form of RFC 9557, which
 * JavaScript's Temporal writes) what the offset does not tell:
 * - `2026-01-02T03:04:05+01:00[Europe/Paris]`: a `ZoneInfo`. Its offset is there for people; the name decides.
 * - `2026-01-02T03:04:05+01:00[name=CET]`: a fixed offset that has a name.
 * - `2026-01-02T03:04:05+01:00[Europe/Paris][pytz=CET,3600,0]`: a zone of pytz: abbreviation, offset and daylight saving in seconds;
 *   `[Etc/GMT+5][pytz]` one that has one offset for ever; `+00:00[UTC][pytz]` its UTC.
 * - `[fold=1]`: the second of two equal times, when clocks go back.
 */
export type Zone =
  | { readonly kind: 'fixed'; readonly micros: number; readonly name: string | null }
  | { readonly kind: 'zoneinfo'; readonly key: string }
  | { readonly kind: 'pytz'; readonly key: string; readonly period: PytzPeriod | null }

/** What pytz keeps of the moment: seconds. */
export interface PytzPeriod {
  readonly utcoffset: number
  readonly dst: number
  readonly abbreviation: string
}

export interface DateParts {
  readonly year: number
  readonly month: number
  readonly day: number
}

export interface TimeParts {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly micro: number
  readonly fold: 0 | 1
  readonly zone: Zone | null
}

export type DatetimeParts = DateParts & TimeParts

export const DAY_MICROS = 86_400_000_000

export function formatDate({ year, month, day }: DateParts): string {
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`
}

/** `offset` in microseconds, where the zone alone does not tell it and it is known. */
export function formatTime({ hour, minute, second, micro, fold, zone }: TimeParts, offset: number | null = null): string {
  const fraction = micro === 0 ? '' : `.${pad(micro, 6)}`
  return `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${formatOffset(zoneOffset(zone) ?? offset)}${formatZone(zone)}${fold === 1 ? '[fold=1]' : ''}`
}

export function formatDatetime(parts: DatetimeParts, offset: number | null = null): string {
  return `${formatDate(parts)}T${formatTime(parts, offset)}`
}

/** Whether a zone can be said in a text; others stay objects. */
export function isNotable(zone: Zone): boolean {
  switch (zone.kind) {
    case 'fixed':
      return Number.isInteger(zone.micros) && Math.abs(zone.micros) < DAY_MICROS && (zone.name === null || PLAIN_NAME.test(zone.name))
    case 'zoneinfo':
      return KEY.test(zone.key)
    case 'pytz':
      return KEY.test(zone.key) && (zone.period === null || (isPeriod(zone.period) && PLAIN_NAME.test(zone.period.abbreviation)))
  }
}

/** The canonical text of a date; null: no such date. */
export function readDate(text: string): DateParts | null {
  const [, year, month, day] = DATE.exec(text) ?? []
  if (year === undefined) return null
  const parts = { year: Number(year), month: Number(month), day: Number(day) }
  return isDate(parts) ? parts : null
}

/** null: no such time. `offset` in microseconds: what the text says before the brackets; null: nothing. */
export function readTime(text: string): (TimeParts & { readonly offset: number | null }) | null {
  const [, hour, minute, second = '0', fraction = '', offsetText, tags = ''] = TIME.exec(text) ?? []
  if (hour === undefined) return null
  const offset = offsetText === undefined ? null : readOffset(offsetText)
  const found = readTags(tags, offset)
  const parts = { hour: Number(hour), minute: Number(minute), second: Number(second), micro: Number(fraction.padEnd(6, '0')) }
  if (found === null || Number.isNaN(offset) || parts.hour > 23 || parts.minute > 59 || parts.second > 59) return null
  return { ...parts, ...found, offset }
}

export function readDatetime(text: string): (DatetimeParts & { readonly offset: number | null }) | null {
  const date = readDate(text.slice(0, 10))
  const time = text.charAt(10) === 'T' || text.charAt(10) === ' ' ? readTime(text.slice(11)) : null
  return date === null || time === null ? null : { ...date, ...time }
}

const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/
const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[-+][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?)?((?:\[[^[\]]{1,255}\]){0,3})$/
const OFFSET = /^([-+])([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{6}))?)?$/
const KEY = /^[A-Za-z0-9_][A-Za-z0-9_+.-]{0,60}(?:\/[A-Za-z0-9_][A-Za-z0-9_+.-]{0,60}){0,3}$/
/** Neither brackets nor what is invisible. */
const PLAIN_NAME = /^[^[\]\p{C}\p{Zl}\p{Zp},]{0,80}$/u
const PERIOD = /^pytz=([^,]*),(-?[0-9]{1,6}),(-?[0-9]{1,6})$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export function isDate({ year, month, day }: DateParts): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return year >= 1 && year <= 9999 && day >= 1 && day <= (month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0))
}

/** What goes into the brackets decides the zone; a bare offset is a zone too. null: they contradict each other. */
function readTags(text: string, offset: number | null): { readonly zone: Zone | null; readonly fold: 0 | 1 } | null {
  const tags = text === '' ? [] : text.slice(1, -1).split('][')
  const fold = tags.at(-1) === 'fold=1' ? 1 : 0
  if (fold === 1) tags.pop()
  const zone = readZone(tags, offset)
  return zone === undefined || (zone !== null && !isNotable(zone)) ? null : { zone, fold }
}

function readZone([first, second, ...more]: readonly string[], offset: number | null): Zone | null | undefined {
  if (more.length > 0) return undefined
  if (first === undefined) return offset === null ? null : { kind: 'fixed', micros: offset, name: null }
  if (second === undefined) {
    if (!first.startsWith('name=')) return { kind: 'zoneinfo', key: first }
    return offset === null ? undefined : { kind: 'fixed', micros: offset, name: first.slice('name='.length) }
  }
  if (second === 'pytz') return { kind: 'pytz', key: first, period: null }
  const [, abbreviation, utcoffset, dst] = PERIOD.exec(second) ?? []
  if (abbreviation === undefined) return undefined
  const period = { utcoffset: Number(utcoffset), dst: Number(dst), abbreviation }
  return offset === null || offset === period.utcoffset * 1_000_000 ? { kind: 'pytz', key: first, period } : undefined
}

function formatZone(zone: Zone | null): string {
  if (zone === null) return ''
  switch (zone.kind) {
    case 'fixed':
      return zone.name === null ? '' : `[name=${zone.name}]`
    case 'zoneinfo':
      return `[${zone.key}]`
    case 'pytz':
      return zone.period === null ? `[${zone.key}][pytz]` : `[${zone.key}][pytz=${zone.period.abbreviation},${zone.period.utcoffset},${zone.period.dst}]`
  }
}

function zoneOffset(zone: Zone | null): number | null {
  if (zone?.kind === 'fixed') return zone.micros
  if (zone?.kind !== 'pytz') return null
  if (zone.period !== null) return zone.period.utcoffset * 1_000_000
  return zone.key === 'UTC' ? 0 : null
}

function isPeriod({ utcoffset, dst }: PytzPeriod): boolean {
  return [utcoffset, dst].every((seconds) => Number.isInteger(seconds) && Math.abs(seconds) < 86_400)
}

function formatOffset(micros: number | null): string {
  if (micros === null) return ''
  const size = Math.abs(micros)
  const seconds = Math.floor(size / 1_000_000)
  const fraction = size % 1_000_000
  const small = fraction === 0 ? '' : `.${pad(fraction, 6)}`
  const end = seconds % 60 === 0 && fraction === 0 ? '' : `:${pad(seconds % 60)}${small}`
  return `${micros < 0 ? '-' : '+'}${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}${end}`
}

/** NaN: no such offset. */
function readOffset(text: string): number {
  if (text === 'Z') return 0
  const [, sign, hours, minutes, seconds = '0', fraction = '0'] = OFFSET.exec(text) ?? []
  if (Number(minutes) > 59 || Number(seconds) > 59) return Number.NaN
  const micros = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000_000 + Number(fraction)
  if (micros >= DAY_MICROS) return Number.NaN
  return sign === '-' && micros !== 0 ? -micros : micros
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}
