import { formatList } from './count.ts'
import { locale, perLocale } from './locale.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** As sentences say a day: `Saturday 12 September`, in German `Samstag, 12. September`, with the year where it is not the year of `now`. UTC, milliseconds since 1970. */
export function formatDay(at: number, now: number): string {
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return String(at)
  const parts = Object.fromEntries(days().formatToParts(instant).map(({ type, value }) => [type, value]))
  const year = instant.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${parts['year']}`
  return locale() === 'de' ? `${parts['weekday']}, ${parts['day']}. ${parts['month']}${year}` : `${parts['weekday']} ${parts['day']} ${parts['month']}${year}`
}

/** As sentences say a span, in its two largest units: `10 days and 1 hour`, `48 minutes`; in German `10 Tage und 1 Stunde`, in the nominative. Seconds; the sign is dropped. */
export function formatSpan(seconds: number): string {
  const total = Math.floor(Math.abs(seconds))
  if (total < MINUTE) return unit('second', total)
  if (total < HOUR) return unit('minute', Math.floor(total / MINUTE))
  const [large, small, size] = total < DAY ? (['hour', 'minute', HOUR] as const) : (['day', 'hour', DAY] as const)
  const rest = Math.floor((total % size) / (size === HOUR ? MINUTE : HOUR))
  const first = unit(large, Math.floor(total / size))
  return rest === 0 ? first : formatList([first, unit(small, rest)])
}

/** Wall clock of an instant in UTC, `12 Sep 10:40`, in German `12. Sept. 10:40`, of another year than now `12 Sep 2031 10:40`; columns and axes need it short. */
export function formatShortUtc(at: number, now: number): string {
  const parts = Object.fromEntries(shorts().formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  const [year, thisYear] = [at, now].map((time) => new Date(time).getUTCFullYear())
  return `${parts['day']}${locale() === 'de' ? '.' : ''} ${parts['month']} ${year === thisYear ? '' : `${year} `}${parts['hour']}:${parts['minute']}`
}

const days = perLocale((language) => new Intl.DateTimeFormat(language, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }))
const shorts = perLocale((language) => new Intl.DateTimeFormat(language, { timeZone: 'UTC', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }))
const units = perLocale((language) => {
  const spell = (name: string): Intl.NumberFormat => new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'long' })
  return { second: spell('second'), minute: spell('minute'), hour: spell('hour'), day: spell('day') }
})

function unit(name: 'second' | 'minute' | 'hour' | 'day', count: number): string {
  return units()[name].format(count)
}
