import { expect, test } from 'vitest'
import { BatchSize } from './batch-size.ts'

test('a transaction grows to what fits, at most twice as large each time', () => {
  const size = new BatchSize()
  const sizes: number[] = []
  for (let turn = 0; turn < 5; turn++) {
    const rows = size.rows(40)
    sizes.push(rows)
    size.learn(rows, rows * 0.1)
  }
  expect(sizes).toEqual([100, 200, 400, 400, 400])
})

test('the slowest of the last six decides, and is forgotten after them', () => {
  const size = new BatchSize()
  const turn = (msPerRow: number): number => {
    const rows = size.rows(40)
    size.learn(rows, rows * msPerRow)
    return rows
  }
  for (let number = 0; number < 6; number++) turn(0.1)
  turn(0.4)
  expect(Array.from({ length: 6 }, () => turn(0.1))).toEqual([100, 100, 100, 100, 100, 100])
  expect([turn(0.1), turn(0.1), turn(0.1)]).toEqual([200, 400, 400])
})

test('however slow it is, some rows go at once; the few ones at the end of a list tell nothing', () => {
  const size = new BatchSize()
  size.learn(size.rows(40), 10_000)
  expect(size.rows(40)).toBe(50)
  const other = new BatchSize()
  for (let number = 0; number < 3; number++) other.learn(other.rows(40), 20)
  other.learn(3, 15)
  expect(other.rows(40)).toBe(200)
  expect(other.heldMs).toBe(15)
})
