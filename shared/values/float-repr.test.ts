import { expect, test } from 'vitest'
import { floatRepr, floatValue } from './float-repr.ts'

const REPRS: readonly (readonly [number, string])[] = [
  [0, '0.0'], [-0, '-0.0'], [1, '1.0'], [-1.5, '-1.5'], [0.1, '0.1'], [100_000, '100000.0'], [0.0001, '0.0001'], [0.00001, '1e-05'],
  [1e-7, '1e-07'], [1.5e-10, '1.5e-10'], [1e15, '1000000000000000.0'], [1e16, '1e+16'], [1.2345678901234567e16, '1.2345678901234568e+16'], [1e21, '1e+21'],
  [1e100, '1e+100'], [5e-324, '5e-324'], [1.7976931348623157e308, '1.7976931348623157e+308'], [Number.NaN, 'nan'], [Infinity, 'inf'], [-Infinity, '-inf'],
]

test.each(REPRS)('%s is %s in Python, both ways', (value, repr) => {
  expect(floatRepr(value)).toBe(repr)
  expect(floatValue(repr)).toBe(value)
})
