import { locale } from './locale.ts'

/** Milliseconds since 1970 → `Sat 12 Sep, 10:40`, in German `Sa 12. Sept., 10:40`; of another year than `now`, the year in place of the weekday: `12 Sep 2031, 10:40`. */
export function formatInstant(at: number, options: { readonly now: number; readonly zone: string; readonly seconds?: boolean }): string {
  const { now, zone, seconds = false } = options
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return String(at)
  const part = formatter(zone)
  const parts = Object.fromEntries(part.formatToParts(instant).map(({ type, value }) => [type, value]))
  const isThisYear = parts['year'] === String(yearIn(zone, now))
  // Browsers differ in whether "Sa" has a point.
  const weekday = isThisYear ? `${parts['weekday']?.replace('.', '')} ` : ''
  const day = locale() === 'de' ? `${parts['day']}.` : `${parts['day']}`
  return `${weekday}${day} ${parts['month']}${isThisYear ? '' : ` ${parts['year']}`}, ${parts['hour']}:${parts['minute']}${seconds ? `:${parts['second']}` : ''}`
}

/** As sentences say it: `Sat 12 Sep, 10:40 UTC`. */
export function formatUtc(at: number, now: number): string {
  return `${formatInstant(at, { now, zone: 'UTC' })} UTC`
}

/** The zone of this computer, an IANA name. Asked for once: to find it out costs more than a row of the table. */
export function localZone(): string {
  zoneHere ??= Intl.DateTimeFormat().resolvedOptions().timeZone
  return zoneHere
}
let zoneHere: string | undefined

export function isTimeZone(name: string): boolean {
  try {
    formatter(name)
    return true
  } catch {
    return false
  }
}

// Making a formatter costs more than a hundred uses of it.
const formatters = new Map<string, Intl.DateTimeFormat>()
function formatter(zone: string): Intl.DateTimeFormat {
  const name = `${locale()} ${zone}`
  let made = formatters.get(name)
  if (made === undefined) {
    made = new Intl.DateTimeFormat(locale(), { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
    formatters.set(name, made)
  }
  return made
}

function yearIn(zone: string, at: number): number {
  return Number(formatter(zone).formatToParts(new Date(at)).find(({ type }) => type === 'year')?.value)
}
