import { expect, test } from 'vitest'
import { EndMonths } from './end-months.ts'

const NOW = Date.UTC(2026, 10, 21)
const at = (text: string): number => Date.parse(text) * 1000

test('within two years ends are counted by month, without a gap, to the last moment of each', () => {
  const months = new EndMonths()
  for (const end of ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z', '2026-04-15T12:00:00Z']) months.see(at(end))
  months.match(at('2026-01-31T23:59:59.999Z'))
  months.see(null)
  expect(months.ends(NOW, true)).toEqual({
    unit: 'month', before: { matched: 0, stays: 0 }, after: { matched: 0, stays: 0 },
    bins: [[0, 1, 0], [1, 0, 1], [2, 0, 0], [3, 0, 1]].map(([month = 0, matched, stays]) => ({ from: Date.UTC(2026, month, 1), matched, stays })),
  })
})

test('over more time by year; what lies decades away is counted outside of the picture', () => {
  const months = new EndMonths()
  for (const end of ['1970-01-01T00:00:00Z', '2019-03-14T00:00:00Z', '2026-12-31T00:00:00Z', '9999-12-31T00:00:00Z']) {
    months.see(at(end))
    if (!end.startsWith('2026')) months.match(at(end))
  }
  const ends = months.ends(NOW, false)
  expect(ends).toMatchObject({ unit: 'year', before: { matched: 1, stays: null }, after: { matched: 1, stays: null } })
  expect(ends?.bins).toHaveLength(24)
  expect(ends?.bins.reduce((sum, { matched }) => sum + matched, 0)).toBe(1)
  expect(ends?.bins.find(({ matched }) => matched === 1)?.from).toBe(Date.UTC(2019, 0, 1))
})

test('a few of other years do not make a picture of empty years', () => {
  const months = new EndMonths()
  for (let day = 1; day <= 28; day++) months.see(at(`2026-${day % 2 === 0 ? '10' : '12'}-${String(day).padStart(2, '0')}T00:00:00Z`))
  for (const end of ['2019-03-14T00:00:00Z', '2031-11-20T00:00:00Z']) months.see(at(end))
  expect(months.ends(NOW, true)).toMatchObject({ unit: 'month', bins: [{ from: Date.UTC(2026, 9, 1), stays: 14 }, { stays: 0 }, { stays: 14 }], before: { stays: 1 }, after: { stays: 1 } })
  months.match(at('2019-03-14T00:00:00Z'))
  expect(months.ends(NOW, true)?.unit).toBe('year')
})

test('without an end there is no picture', () => {
  expect(new EndMonths().ends(NOW, true)).toBeNull()
})
