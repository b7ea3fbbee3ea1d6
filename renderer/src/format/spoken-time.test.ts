import { describe, expect, it } from 'vitest'
import { formatDay, formatShortUtc, formatSpan } from './spoken-time.ts'

const now = Date.UTC(2026, 8, 2, 9, 12)

describe('time as sentences say it', () => {
  it('names the day, and the year only where it is another one', () => {
    expect(formatDay(Date.UTC(2026, 8, 12, 10, 40), now)).toBe('Saturday 12 September')
    expect(formatDay(Date.UTC(2027, 0, 1), now)).toBe('Friday 1 January 2027')
  })

  it('gives a span in its two largest units', () => {
    expect(formatSpan(10 * 86_400 + 3600 + 59)).toBe('10 days and 1 hour')
    expect(formatSpan(14 * 86_400)).toBe('14 days')
    expect(formatSpan(-48 * 60)).toBe('48 minutes')
    expect(formatSpan(3600 * 5 + 60)).toBe('5 hours and 1 minute')
    expect(formatSpan(1)).toBe('1 second')
  })

  it('gives a short instant for columns', () => {
    expect(formatShortUtc(Date.UTC(2026, 8, 12, 0, 5), now)).toBe('12 Sep 00:05')
    expect(formatShortUtc(Date.UTC(2031, 8, 12, 0, 5), now)).toBe('12 Sep 2031 00:05')
  })
})
