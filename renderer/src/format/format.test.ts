import { describe, expect, test } from 'vitest'
import { formatInstant, formatUtc, isTimeZone } from './absolute-time.ts'
import { formatBytes } from './bytes.ts'
import { formatCount } from './count.ts'
import { formatDuration, formatRelative } from './relative-time.ts'
import { maskKey } from './session-key.ts'
import { stateShape } from './session-state.ts'

const NOW = Date.UTC(2026, 8, 2, 9, 12)
const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('relative time', () => {
  test.each([
    [13 * DAY + 22 * HOUR, 'in 13 d 22 h'],
    [1824 * DAY + 22 * HOUR, 'in 4 y 364 d'],
    [10 * DAY + 59 * 60_000, 'in 10 d'],
    [3 * HOUR + 59 * 60_000, 'in 3 h'],
    [48 * 60_000, 'in 48 min'],
    [20_000, 'in 20 s'],
    [0, 'now'],
    [-20_000, '20 s ago'],
    [-12 * 60_000, '12 min ago'],
    [-2 * DAY - 5 * HOUR, '2 d ago'],
    [-1200 * DAY, '3 y ago'],
    [-729 * DAY, '729 d ago'],
  ])('%i ms from now is said as %s', (distance, text) => {
    expect(formatRelative(NOW + distance, NOW)).toBe(text)
  })

  test('a duration keeps the two largest units', () => {
    expect(formatDuration(10 * 86_400 + 3_700)).toBe('10 d 1 h')
  })
})

describe('absolute time', () => {
  test('leaves this year out and names any other', () => {
    expect(formatUtc(Date.UTC(2026, 8, 12, 10, 40), NOW)).toBe('Sat 12 Sep, 10:40 UTC')
    expect(formatUtc(Date.UTC(2031, 0, 1, 0, 5), NOW)).toBe('1 Jan 2031, 00:05 UTC')
  })

  test('is told in the zone that was asked for', () => {
    expect(formatInstant(Date.UTC(2026, 8, 12, 22, 40, 7), { now: NOW, zone: 'Europe/Berlin', seconds: true })).toBe('Sun 13 Sep, 00:40:07')
  })

  test('a date beyond the calendar stays a number', () => {
    expect(formatUtc(9e15, NOW)).toBe('9000000000000000 UTC')
  })

  test('knows zone names', () => {
    expect(isTimeZone('America/Chicago')).toBe(true)
    expect(isTimeZone('Mars/Olympus')).toBe(false)
  })
})

test.each([[0, '0 B'], [318, '318 B'], [999, '999 B'], [1000, '1.0 kB'], [1234, '1.2 kB'], [9960, '10 kB'], [24_400, '24 kB'], [999_600, '1.0 MB'], [8_400_000, '8.4 MB']])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('counts are exact', () => {
  expect(formatCount(1_000_000)).toBe('1,000,000')
})

describe('masked keys', () => {
  test('show six characters of what Django makes', () => {
    expect(maskKey('k3v9ta8q2m5x7c1b4n6l0p9o8i7u6y5t')).toBe('k3v9ta')
  })

  test('show at most half of a short key, and count characters, not code units', () => {
    expect(maskKey('abcd')).toBe('ab')
    expect(maskKey('a')).toBe('')
    expect(maskKey('🧥🧥🧥🧥')).toBe('🧥🧥')
  })
})

describe('state shape', () => {
  const at = (distance: number): number => (NOW + distance) * 1000
  test.each([
    ['live', 2 * DAY, 'live'],
    ['live', 3 * HOUR, 'soon'],
    ['live', 0, 'expired'],
    ['expired', -DAY, 'expired'],
    ['undecodable', 2 * DAY, 'undecodable'],
  ] as const)('%s with %i ms left is %s', (state, distance, shape) => {
    expect(stateShape({ state, expireDate: at(distance) }, NOW)).toBe(shape)
  })

  test('without a date the state of the store stands', () => {
    expect(stateShape({ state: 'live', expireDate: null }, NOW)).toBe('live')
  })
})
