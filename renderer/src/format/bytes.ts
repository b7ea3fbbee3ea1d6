const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes, in thousands: `318 B`, `1.2 kB`, `24 kB`, `8.4 MB`. One decimal below ten. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.5 would round to 1000 of the smaller unit.
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  if (unit === 0) return `${bytes} B`
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}
