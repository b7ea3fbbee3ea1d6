import { locale } from './locale.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** From here on, hours tell nothing more. */
const HUNDRED_DAYS = 100 * DAY
const YEAR = 365 * DAY
/** From here on, nobody counts in days. */
const MANY_DAYS = 2 * YEAR

/** `d`, `h`, `min` and `s` are units of no language; a year of 365 days is `y`, in German `J`. A span of time in its two largest, or one below a day: `4 y 364 d`, `10 d 1 h`, `3 h`, `48 min`, `20 s`. Seconds; the sign is dropped. */
export function formatDuration(seconds: number): string {
  const total = Math.floor(Math.abs(seconds))
  if (total < MINUTE) return `${total} s`
  if (total < HOUR) return `${Math.floor(total / MINUTE)} min`
  if (total < DAY) return `${Math.floor(total / HOUR)} h`
  if (total >= MANY_DAYS) {
    const days = Math.floor((total % YEAR) / DAY)
    return `${formatDays(total)}${days === 0 ? '' : ` ${days} d`}`
  }
  const hours = total < HUNDRED_DAYS ? Math.floor((total % DAY) / HOUR) : 0
  return `${formatDays(total)}${hours === 0 ? '' : ` ${hours} h`}`
}

/** As lists say it: `in 13 d 22 h`, `in 48 min`, `2 d ago`, `12 min ago`, `now`; in German `vor 2 d`, `jetzt`. Both in milliseconds since 1970. */
export function formatRelative(at: number, now: number): string {
  const seconds = (at - now) / 1000
  if (Math.abs(seconds) < 1) return locale() === 'de' ? 'jetzt' : 'now'
  if (seconds > 0) return `in ${formatDuration(seconds)}`
  const past = -seconds < DAY ? formatDuration(seconds) : formatDays(-seconds)
  return locale() === 'de' ? `vor ${past}` : `${past} ago`
}

function formatDays(seconds: number): string {
  if (seconds >= MANY_DAYS) return `${Math.floor(seconds / YEAR)} ${locale() === 'de' ? 'J' : 'y'}`
  return `${Math.floor(seconds / DAY)} d`
}
