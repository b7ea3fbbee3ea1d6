import { expect, test } from 'vitest'
import { parseQuery } from './parse.ts'
import { findSpans, textsOf } from './text-hits.ts'

test('the texts of a query, without those that are turned around', () => {
  const parsed = parseQuery('Mug|cup -tea "Blue Mug" has:cart cart.sku=x')
  expect(parsed.ok && textsOf(parsed.query.terms)).toEqual(['mug', 'cup', 'blue mug'])
})

test.each([
  ['A blue Mug, mug', ['mug'], ['Mug', 'mug']],
  ['blue mug', ['blue mug', 'mug'], ['blue mug']],
  ['abc', ['ab', 'bc'], ['abc']],
  ['abab', ['ab'], ['abab']],
  ['none', ['mug', ''], []],
  ['İİ Größe mug İ', ['größe', 'mug'], ['Größe', 'mug']],
  ['xİy', ['i'], ['İ']],
  ['ΑΣ', ['ας'], ['ΑΣ']],
  ['😀 mug 😀', ['mug', '😀'], ['😀', 'mug', '😀']],
])('%s: %o stands at %o', (text, needles, expected) => {
  expect(findSpans(text, needles).map(([start, end]) => text.slice(start, end))).toEqual(expected)
})
