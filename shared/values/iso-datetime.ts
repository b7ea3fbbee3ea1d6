import type { EpochMicros } from '../model/session.ts'

/** What `datetime.fromisoformat` reads. */
export interface IsoDatetime {
  /** The wall clock, as if it were UTC. */
  readonly wall: EpochMicros
  /** Microseconds east of UTC; null: naive. */
  readonly offset: number | null
}

const EXTENDED = /^(\d{4})-(\d\d)-(\d\d)(?:.(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::\d\d(?::\d\d(?:[.,]\d+)?)?)?)?)?$/su
const BASIC = /^(\d{4})(\d\d)(\d\d)(?:.(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?:\d\d(?:\d\d(?:[.,]\d+)?)?)?)?)?$/su
const DAY_MICROS = 86_400_000_000

/**
 * A text as `datetime.fromisoformat` of Python 3.11 and later takes it (week dates left out); up to 3.10 it is stricter: no `Z`, no
 * basic format, three or six digits of fraction. Digits after the sixth do not count. null: ValueError.
 */
export function parseIsoDatetime(text: string): IsoDatetime | null {
  const match = EXTENDED.exec(text) ?? BASIC.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0))
  if (year < 1 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  if (day < 1 || date.getUTCDate() !== day) return null
  const offset = match[8] === undefined ? null : readOffset(match[8])
  if (offset !== null && Math.abs(offset) >= DAY_MICROS) return null
  return { wall: date.setUTCHours(hour, minute, second, 0) * 1000 + fraction(match[7]), offset }
}

function readOffset(text: string): number {
  if (text === 'Z') return 0
  const [whole = '', part] = text.slice(1).replaceAll(':', '').split(/[.,]/)
  const seconds = Number(whole.slice(0, 2)) * 3600 + Number(whole.slice(2, 4)) * 60 + Number(whole.slice(4, 6))
  const micros = seconds * 1_000_000 + fraction(part)
  return text.startsWith('-') ? -micros : micros
}

const fraction = (digits: string | undefined): number => Number((digits ?? '').slice(0, 6).padEnd(6, '0'))
