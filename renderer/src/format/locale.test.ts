import { afterEach, describe, expect, test } from 'vitest'
import { formatInstant, formatUtc } from './absolute-time.ts'
import { formatBin } from './bin-times.ts'
import { formatBytes } from './bytes.ts'
import { formatCount, formatDecimal, formatList } from './count.ts'
import { spellKeys } from './key-names.ts'
import { setLocale } from './locale.ts'
import { formatDuration, formatRelative } from './relative-time.ts'
import { formatDay, formatShortUtc, formatSpan } from './spoken-time.ts'

const NOW = Date.UTC(2026, 8, 2, 9, 12)
const DAY = 86_400_000

afterEach(() => setLocale('en'))

describe('each format follows the language', () => {
  const BOTH: readonly (readonly [what: string, say: () => string, english: string, german: string])[] = [
    ['a number', () => formatCount(1_000_000), '1,000,000', '1.000.000'],
    ['a list', () => formatList(['a', 'b', 'c']), 'a, b, and c', 'a, b und c'],
    ['bytes', () => formatBytes(1234), '1.2 kB', '1,2 kB'],
    ['whole bytes', () => formatBytes(24_400), '24 kB', '24 kB'],
    ['an instant', () => formatUtc(Date.UTC(2031, 0, 1, 0, 5), NOW), '1 Jan 2031, 00:05 UTC', '1. Jan. 2031, 00:05 UTC'],
    ['an instant of a zone', () => formatInstant(Date.UTC(2026, 8, 12, 22, 40, 7), { now: NOW, zone: 'Europe/Berlin', seconds: true }), 'Sun 13 Sep, 00:40:07', 'So 13. Sept., 00:40:07'],
    ['a short instant', () => formatShortUtc(Date.UTC(2026, 2, 12, 0, 5), NOW), '12 Mar 00:05', '12. März 00:05'],
    ['a day', () => formatDay(Date.UTC(2026, 8, 12), NOW), 'Saturday 12 September', 'Samstag, 12. September'],
    ['a day of another year', () => formatDay(Date.UTC(2027, 0, 1), NOW), 'Friday 1 January 2027', 'Freitag, 1. Januar 2027'],
    ['a span of a picture', () => formatBin({ from: Date.UTC(2026, 8, 1) * 1000, to: Date.UTC(2026, 8, 3) * 1000 }, NOW * 1000), '1 Sep to 2 Sep', '1. Sep bis 2. Sep'],
    ['two decimals', () => formatDecimal(1.257), '1.26', '1,26'],
    ['a span', () => formatSpan(10 * 86_400 + 3600), '10 days and 1 hour', '10 Tage und 1 Stunde'],
    ['one second', () => formatSpan(1), '1 second', '1 Sekunde'],
    ['a duration', () => formatDuration(1200 * 86_400), '3 y 105 d', '3 J 105 d'],
    ['what comes', () => formatRelative(NOW + 2 * DAY, NOW), 'in 2 d', 'in 2 d'],
    ['what was', () => formatRelative(NOW - 2 * DAY, NOW), '2 d ago', 'vor 2 d'],
    ['what is', () => formatRelative(NOW, NOW), 'now', 'jetzt'],
    ['keys', () => ['mod+k', 'PgUp', 'Delete', 'F6'].map((keys) => spellKeys(keys, false)).join(), 'Ctrl K,PgUp,Delete,F6', 'Strg K,Bild↑,Entf,F6'],
  ]

  test.each(BOTH)('%s', (_what, say, english, german) => {
    expect(say()).toBe(english)
    setLocale('de')
    expect(say()).toBe(german)
    setLocale('en')
    expect(say()).toBe(english)
  })
})
