import { expect, test } from 'vitest'
import type { EndBins } from '../../../shared/model/overview.ts'
import { binEnds, chooseBins, countListed, timeWindow } from './end-bins.ts'

const NOW = 1_788_000_000_000_000
const DAY = 86_400_000_000
const AGE = 14 * DAY

const binned = (ends: readonly number[]): Promise<EndBins[]> => Array.fromAsync(binEnds(countListed(ends), { now: NOW, ageMicros: AGE }, true))
const total = ({ bins, before, after }: EndBins): number => bins.reduce((sum, { live, expired }) => sum + live + expired, before + after)

test('what ends at this moment is over, what ends a microsecond later is live, and both stand in the same bin', async () => {
  const [picture] = await binned([NOW - DAY, NOW, NOW + 1, NOW + DAY])
  const bin = picture?.bins.find(({ from, to }) => from <= NOW && NOW < to)
  expect(bin).toMatchObject({ expired: 1, live: 1 })
})

test('bins follow each other without a gap, and hold every session with those before and after', async () => {
  const ends = Array.from({ length: 5000 }, (_, index) => NOW + ((index * 7919) % 60_000 - 40_000) * 60_000_000)
  for (const picture of await binned(ends)) {
    expect(total(picture)).toBe(5000)
    for (const [index, { from, to }] of picture.bins.entries()) {
      expect(from).toBe(picture.bins[index - 1]?.to ?? from)
      expect(picture.bins[index]).toMatchObject({
        expired: ends.filter((at) => at >= from && at < to && at <= NOW).length,
        live: ends.filter((at) => at >= from && at < to && at > NOW).length,
      })
    }
  }
})

test('a picture that leaves out a tenth is followed by a wider one; one that does not is the last', async () => {
  const recent = Array.from({ length: 95 }, (_, index) => NOW + index * 1_000_000)
  const old = (count: number, days: number) => Array.from({ length: count }, () => NOW - days * DAY)
  expect(await binned([...recent, ...old(5, 100)])).toHaveLength(1)
  expect((await binned([...recent, ...old(500, 100)])).map(({ before }) => before)).toEqual([500, 500, 0])
  expect((await binned([...recent, ...old(500, 4000)])).map(({ before }) => before)).toEqual([500, 500, 500, 0])
  expect(await binned([])).toEqual([])
})

test('a few that end years away are told, and do not press the others together', async () => {
  const recent = Array.from({ length: 300 }, (_, index) => NOW + (index % 14) * DAY + 1)
  const old = (count: number, days: number) => Array.from({ length: count }, () => NOW - days * DAY)
  // A third of them ended years ago: the picture stays one of a year.
  expect((await binned([...recent, ...old(150, 1500)])).at(-1)).toMatchObject({ before: 150 })
  // Most did, and one in 1970: it is not what the picture begins with.
  const last = (await binned([...recent, ...old(400, 1500), 0])).at(-1)
  expect(last).toMatchObject({ before: 1, after: 0 })
  expect(last?.bins[0]?.from).toBeGreaterThan(NOW - 2000 * DAY)
  expect(last === undefined ? 0 : total(last)).toBe(701)
})

test.each([
  [0, 60_000_000, 2], [0, 90 * 60_000_000, 91], [0, DAY, 25], [0, 44 * DAY, 89], [0, 104 * DAY, 53], [0, 365 * DAY, 53], [0, 8000 * 365 * DAY, 96],
])('a window from %d to %d has bins that people count in, and not too many', (from, to, count) => {
  const edges = chooseBins({ from, to })
  expect(edges.length - 1).toBeLessThanOrEqual(97)
  expect(edges.length - 1).toBeGreaterThanOrEqual(Math.min(count, 50))
  expect(edges[0]).toBeLessThanOrEqual(from)
  expect(edges.at(-1)).toBeGreaterThan(to)
})

test('a window widens on one side, is never wider than what there is, and leaves this moment only to tell everything', () => {
  const clock = { now: NOW, ageMicros: AGE }
  expect(timeWindow({ from: NOW - DAY, to: NOW + DAY }, clock, 0, 0)).toEqual({ from: NOW - DAY, to: NOW + DAY })
  expect(timeWindow({ from: NOW - 900 * DAY, to: NOW + 900 * DAY }, clock, 1, 0)).toEqual({ from: NOW - 90 * DAY, to: NOW + AGE })
  expect(timeWindow({ from: NOW - 900 * DAY, to: NOW - 800 * DAY }, clock, 2, 0)).toEqual({ from: NOW - 365 * DAY, to: NOW })
  expect(timeWindow({ from: NOW - 900 * DAY, to: NOW - 800 * DAY }, clock, 3, 3)).toEqual({ from: NOW - 900 * DAY, to: NOW - 800 * DAY })
})
