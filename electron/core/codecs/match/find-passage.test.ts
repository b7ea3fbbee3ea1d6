import { expect, test } from 'vitest'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { findPassage } from './find-passage.ts'

const DATA = `{
  "api_token": "a mug", "login": {"password": [{"cup": "a cup"}]}, "link": "https://ana:cup@example.com/",
  "visits": 1742, "cart": {"items": [{"name": "Blue Mug\\n0.3 l", "note": "${'long '.repeat(40)}and a saucer, ${'long '.repeat(40)}"}], "blue_plate": 1}, "blue": true,
  "when": {"$datetime": "2026-01-09T12:00:00+00:00"}, "bytes": {"$bytes": "bXVn"}
}`

/** The name, and the text with its hits in brackets. */
function passage(...texts: readonly string[]): string | null {
  const parsed = parseNotation(DATA)
  if (!parsed.ok) throw new Error(parsed.message)
  const found = findPassage(parsed.node, texts)
  if (found === null) return null
  let shown = found.text ?? found.name
  for (const [start, end] of found.spans.toReversed()) shown = `${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`
  return found.text === null ? shown : `${found.name}: ${shown}`
}

test.each([
  ['mug', 'cart: Blue [Mug] 0.3 l'],
  ['blue mug', 'cart: [Blue Mug] 0.3 l'],
  ['mug\n0.3', 'cart: Blue [Mug 0.3] l'],
  ['plate', 'cart: blue_[plate]'],
  ['card', null],
  ['car', '[car]t'],
  ['742', 'visits: 1[742]'],
  ['2026-01', 'when: [2026-01]-09T12:00:00+00:00'],
  ['token', 'api_[token]'],
  ['bxvn', null],
])('%s: %s', (text, expected) => {
  expect(passage(text)).toBe(expected)
})

test('a long value is cut around the hit', () => {
  expect(passage('saucer')).toMatch(/^cart: …ong and a \[saucer\], long .*…$/)
})

test('what is shown only on demand is not shown, by name, by form, or within another', () => {
  expect(passage('cup')).toBe(null)
  expect(passage('cup', 'plate')).toBe('cart: blue_[plate]')
})
