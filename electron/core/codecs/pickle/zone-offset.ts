import type { DatetimeParts } from '../../../../shared/values/zoned-text.ts'

/**
 * Offset from UTC of a wall time in a named zone, in microseconds, as Python's zoneinfo gives it (`fold` included).
 * null: this computer does not know the zone.
 */
export function zoneOffset(parts: DatetimeParts, key: string): number | null {
  const offsets = possibleOffsets(parts, key)
  return offsets === null ? null : parts.fold === 0 ? offsets.first : offsets.second
}

/** Both offsets of a wall time: they differ where clocks go back (it comes twice) or forward (it never comes). */
function possibleOffsets(parts: DatetimeParts, key: string): { readonly first: number; readonly second: number } | null {
  try {
    const wall = new Temporal.PlainDateTime(parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second)
    const wallMs = wall.toZonedDateTime('UTC').epochMilliseconds
    const early = wall.toZonedDateTime(key, { disambiguation: 'earlier' })
    const late = wall.toZonedDateTime(key, { disambiguation: 'later' })
    const [a, b] = [(wallMs - early.epochMilliseconds) * 1000, (wallMs - late.epochMilliseconds) * 1000]
    // Where it comes twice, both are that wall time; where it never comes, neither is, and the later instant has the offset before the gap.
    return early.toPlainDateTime().equals(wall) ? { first: a, second: b } : { first: b, second: a }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
