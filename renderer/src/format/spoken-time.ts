const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** As sentences say a day: `Saturday 12 September`, with the year where it is not the year of `now`. UTC, milliseconds since 1970. */
export function formatDay(at: number, now: number): string {
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return String(at)
  const parts = Object.fromEntries(DAY_PARTS.formatToParts(instant).map(({ type, value }) => [type, value]))
  const year = instant.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${parts['year']}`
  return `${parts['weekday']} ${parts['day']} ${parts['month']}${year}`
}

/** As sentences say a span, in its two largest units: `10 days and 1 hour`, `48 minutes`. Seconds; the sign is dropped. */
export function formatSpan(seconds: number): string {
  const total = Math.floor(Math.abs(seconds))
  if (total < MINUTE) return unit('second', total)
  if (total < HOUR) return unit('minute', Math.floor(total / MINUTE))
  const [large, small, size] = total < DAY ? (['hour', 'minute', HOUR] as const) : (['day', 'hour', DAY] as const)
  const rest = Math.floor((total % size) / (size === HOUR ? MINUTE : HOUR))
  const first = unit(large, Math.floor(total / size))
  return rest === 0 ? first : `${first} and ${unit(small, rest)}`
}

/** Wall clock of an instant in UTC, `12 Sep 10:40`; columns and axes need it short. */
export function formatShortUtc(at: number): string {
  const parts = Object.fromEntries(SHORT_PARTS.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${parts['day']} ${parts['month']} ${parts['hour']}:${parts['minute']}`
}

// Making a formatter costs more than a hundred uses of it.
const DAY_PARTS = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const SHORT_PARTS = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const UNITS = { second: spell('second'), minute: spell('minute'), hour: spell('hour'), day: spell('day') }

function spell(name: string): Intl.NumberFormat {
  return new Intl.NumberFormat('en', { style: 'unit', unit: name, unitDisplay: 'long' })
}

function unit(name: keyof typeof UNITS, count: number): string {
  return UNITS[name].format(count)
}
