import { describe, expect, it } from 'vitest'
import { checkClock, formatDjangoDatetime, parseDjangoDatetime } from './django-datetime.ts'

const UTC = { useTz: true, timeZone: 'America/Chicago', origin: 'settings' } as const
const CHICAGO = { ...UTC, useTz: false }
const NOON = Date.UTC(2026, 10, 21, 10) * 1000

describe('formatDjangoDatetime', () => {
  it('has a fraction of six digits or none', () => {
    expect(formatDjangoDatetime(NOON, UTC)).toBe('2026-11-21 10:00:00')
    expect(formatDjangoDatetime(NOON + 1, UTC)).toBe('2026-11-21 10:00:00.000001')
    expect(formatDjangoDatetime(NOON + 500_000, UTC)).toBe('2026-11-21 10:00:00.500000')
  })

  it('is wall clock of TIME_ZONE where USE_TZ is off', () => {
    expect(formatDjangoDatetime(NOON, CHICAGO)).toBe('2026-11-21 04:00:00')
    expect(formatDjangoDatetime(Date.UTC(2026, 6, 1, 10) * 1000, CHICAGO)).toBe('2026-07-01 05:00:00')
  })

  it('refuses what Python has no date for', () => {
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 60, -Number.MAX_SAFE_INTEGER * 8]) expect(() => formatDjangoDatetime(at, UTC)).toThrow(/range|year/)
  })
})

describe('parseDjangoDatetime', () => {
  it('takes a wall clock that DST skips or repeats as Python does, with the offset before the change', () => {
    expect(parseDjangoDatetime('2026-03-08 02:30:00', CHICAGO)).toBe(Date.UTC(2026, 2, 8, 8, 30) * 1000)
    expect(parseDjangoDatetime('2026-11-01 01:30:00', CHICAGO)).toBe(Date.UTC(2026, 10, 1, 6, 30) * 1000)
  })

  it('believes an offset in the text before any setting', () => {
    for (const clock of [UTC, CHICAGO]) expect(parseDjangoDatetime('2026-11-21T11:30:00.5+0130', clock)).toBe(NOON + 500_000)
  })

  it('takes the short way for what Django writes, and comes to the same as by the long one', () => {
    const texts = [
      '2026-11-21 10:00:00', '2026-11-21 10:00:00.000001', '2026-11-21 23:59:59.999999', '0099-12-31 23:59:59.500000', '0100-01-01 00:00:00', '9999-12-31 23:59:59.999999', '2024-02-29 12:00:00',
      '1969-12-31 23:59:59.000001', '2026-02-29 10:00:00', '2026-00-10 10:00:00', '2026-13-10 10:00:00', '2026-11-21 24:00:00', '2026-11-21 10:60:00', '2026-11-21 10:00:60', '2026-11-21 1x:00:00',
      '2026-11-21 10:00:00.00000x', '2026-11-21 10:00:00,000001', '2026-11-21T10:00:00', '2026/11/21 10:00:00', '2026-11-21 10:00+01:00',
    ]
    // An offset keeps it from the short way.
    for (const text of texts) expect(parseDjangoDatetime(text, UTC), text).toBe(/[x/+]/.test(text) ? parseDjangoDatetime(text, { ...CHICAGO, timeZone: 'UTC' }) : parseDjangoDatetime(`${text}Z`, UTC))
  })

  it('is null for what is no date, however long', () => {
    for (const text of ['', 'x', '2026-02-29 00:00:00', '2026-11-21 24:00:00', '0000-01-01 00:00:00', '９'.repeat(4), `2026-11-21 10:00:00${' '.repeat(100_000)}`]) expect(parseDjangoDatetime(text, UTC)).toBeNull()
  })
})

it('checkClock names a zone that does not exist', () => {
  expect(() => { checkClock({ ...CHICAGO, timeZone: 'Nowhere' }) }).toThrow(/TIME_ZONE/)
  expect(() => { checkClock(CHICAGO) }).not.toThrow()
})
