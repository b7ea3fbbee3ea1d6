import { perLocale } from './locale.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']
const tenths = perLocale((language) => new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }))

/** Bytes, in thousands: `318 B`, `1.2 kB`, `24 kB`, `8.4 MB`; in German `1,2 kB`. One decimal below ten. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.5 would round to 1000 of the smaller unit.
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  if (unit === 0) return `${bytes} B`
  return `${value < 9.95 ? tenths().format(value) : Math.round(value)} ${UNITS[unit]}`
}
