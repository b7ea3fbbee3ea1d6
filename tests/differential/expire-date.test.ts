import { describe, expect, it } from 'vitest'
import { formatDjangoDatetime, parseDjangoDatetime } from '../../electron/core/stores/database/django-datetime.ts'
import { currentDjango } from '../support/django.ts'
import { runDjango } from './django-peer.ts'

const python = currentDjango()
/** Zones whose rules have long been settled: two systems need not have the same edition of the zone database. */
const CLOCKS = [
  { useTz: true, timeZone: 'America/Chicago' },
  ...['UTC', 'America/Chicago', 'Europe/Paris', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'America/Sao_Paulo', 'Pacific/Apia', 'Europe/Dublin'].map((timeZone) => ({ useTz: false, timeZone })),
]

/** Around every quarter of an hour of the days on which clocks change, and far away from them. */
function instants(): number[] {
  const changes = [[2026, 2, 8], [2026, 2, 29], [2026, 9, 25], [2026, 10, 1], [2026, 3, 5], [2026, 9, 4], [2018, 10, 4], [2011, 11, 30], [1999, 11, 31], [1970, 0, 1]]
  const quarters = changes.flatMap(([year = 0, month = 0, day = 0]) => Array.from({ length: 96 }, (_, index) => Date.UTC(year, month, day, 0, index * 15) * 1000))
  return [...quarters, ...quarters.slice(0, 20).map((at) => at + 1), ...quarters.slice(0, 20).map((at) => at + 999_999), ...quarters.slice(0, 20).map((at) => at + 120_000), -1, 1, Date.UTC(1900, 0, 1) * 1000, Date.UTC(2254, 0, 1) * 1000 + 7]
}

const TEXTS = [
  '2026-11-21 10:00:00', '2026-11-21 10:00:00.5', '2026-11-21 10:00:00.123456', '2026-11-21 10:00:00.1234567', '2026-11-21T10:00:00', '2026-11-21 10:00', '2026-11-21',
  '2026-11-21 10:00:00Z', '2026-11-21 10:00:00+00:00', '2026-11-21 10:00:00.25-0530', '2026-11-21 10:00:00+05', '2026-1-2 3:04:05', '2026-03-08 02:30:00', '2026-11-01 01:30:00',
  '2026-03-29 02:30:00', '2026-10-25 02:30:00', '2026-02-30 10:00:00', '2026-13-01 10:00:00', '2026-11-21 25:00:00', '2026-11-21 10:60:00', '2026-11-21 10:00:61', '0000-01-01 00:00:00', '0001-01-02 00:00:00',
  '', 'never', 'None', '2026', '2026-11', '2026-11-21 10:00:00 +02:00', ' 2026-11-21 10:00:00', '2026-11-21 10:00:00,5', '2026-11-21 10:00:00+24:00', '2024-02-29 23:59:59.999999', '2026-11-21 10:00:00.',
]

describe.skipIf(python === null)('expire_date as Django writes and reads it (skipped: no Python with Django)', () => {
  it.each(CLOCKS)('USE_TZ $useTz, TIME_ZONE $timeZone: same text for the same instant, same instant for the same text', async (clock) => {
    if (python === null) return
    const all = instants()
    const seen = await runDjango<{ written: string[]; read: (number | null)[]; lenient: (number | null)[] }>(python, clock, ':memory:', `
def write(at):
    # As DatabaseOperations.adapt_datetimefield_value does for a row.
    return connection.ops.adapt_datetimefield_value(moment(at))
def read(text):
    try:
        value = connection.ops.convert_datetimefield_value(text, None, connection) if text else None
        return None if value is None else micros(value)
    except (ValueError, TypeError, OverflowError, AttributeError):
        # AttributeError: under USE_TZ Django asks None whether it is aware.
        return None
written = [write(at) for at in arg["instants"]]
answer({"written": written, "read": [read(text) for text in written], "lenient": [read(text) for text in arg["texts"]]})`, { instants: all, texts: TEXTS })
    const storeClock = { ...clock, origin: 'settings' } as const
    expect(all.map((at) => formatDjangoDatetime(at, storeClock))).toEqual(seen.written)
    expect(seen.written.map((text) => parseDjangoDatetime(text, storeClock))).toEqual(seen.read)
    const ours = TEXTS.map((text) => [text, parseDjangoDatetime(text, storeClock)])
    expect(ours).toEqual(TEXTS.map((text, index) => [text, seen.lenient[index]]))
  })
})
