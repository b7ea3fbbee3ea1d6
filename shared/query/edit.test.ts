import { expect, test } from 'vitest'
import { dropTerms, endsOf, hasTerms, setEnds, toggleTerms } from './edit.ts'

const NOW = Date.UTC(2026, 10, 21, 10) * 1000
const DAY = 86_400_000_000

test('a term is added, taken out again, and takes the place of one that contradicts it', () => {
  expect(toggleTerms('', 'state:live', [])).toBe('state:live')
  expect(toggleTerms('user:ana', 'size>=1k size<=4k', [])).toBe('user:ana size>=1k size<=4k')
  expect(toggleTerms('user:ana size>=1024 size<=4k', 'size>=1k size<=4k', [])).toBe('user:ana')
  expect(toggleTerms('state:live  cart.sku="A 1"', 'state:expired', ['state:live', 'is:ending'])).toBe('cart.sku="A 1" state:expired')
  expect(dropTerms('a -b', '-b')).toBe('a')
  expect(hasTerms('-state:live', 'state:live')).toBe(false)
  expect(hasTerms('size>=1k', 'size>=1k size<=4k')).toBe(false)
  expect(toggleTerms('not a (query', 'is:bot', [])).toBe('is:bot')
})

test('a range takes the place of every term about the end, and reads back', () => {
  const range = { from: NOW, to: NOW + DAY }
  const text = setEnds('user:ana expires<now -expires>+2d', range)
  expect(text).toBe('user:ana expires>=2026-11-21T10:00Z expires<2026-11-22T10:00Z')
  expect(endsOf(text, NOW)).toEqual(range)
  expect(setEnds(text, null)).toBe('user:ana')
  expect(setEnds('', { from: null, to: Date.UTC(2026, 11, 1) * 1000 })).toBe('expires<2026-12-01')
  expect(endsOf(setEnds('', { from: NOW + 1, to: null }), NOW)).toEqual({ from: NOW + 1, to: null })
  expect(endsOf('expires>-1d expires<now expires<+1d', NOW)).toEqual({ from: NOW - DAY, to: NOW })
  expect(endsOf('state:live', NOW)).toBeNull()
  expect(endsOf('-expires<now', NOW)).toBeNull()
})
