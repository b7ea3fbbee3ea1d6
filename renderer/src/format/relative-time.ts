import { formatCount } from './count.ts'
import { locale } from './locale.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** From here on, hours tell nothing more. */
const HUNDRED_DAYS = 100 * DAY

/** Of no language: `d`, `h`, `min` and `s` are units. A span of time in its two largest, or one below a day: `10 d 1 h`, `3 h`, `48 min`, `20 s`. Seconds; the sign is dropped. */
export function formatDuration(seconds: number): string {
  const total = Math.floor(Math.abs(seconds))
  if (total < MINUTE) return `${total} s`
  if (total < HOUR) return `${Math.floor(total / MINUTE)} min`
  if (total < DAY) return `${Math.floor(total / HOUR)} h`
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
  const days = Math.floor(seconds / DAY)
  return `${days < 1000 ? days : formatCount(days)} d`
}
