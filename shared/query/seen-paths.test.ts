import { expect, test } from 'vitest'
import { parseNotation } from '../values/notation.ts'
import { MOST_PATHS, SeenPaths } from './seen-paths.ts'

function paths(...sessions: readonly unknown[]): readonly unknown[] {
  const seen = new SeenPaths()
  for (const session of sessions) {
    const parsed = parseNotation(JSON.stringify(session))
    if (!parsed.ok) throw new Error(parsed.message)
    seen.learn(parsed.node)
  }
  return seen.all
}

test.each([
  ['outer paths come first, and each once', { cart: { items: [{ sku: 'A1', qty: 1 }, { sku: 'B2', note: null }], 'odd key': 1 }, a: 1 }, [
    ['cart'], ['a'], ['cart', 'items'], ['cart', 'odd key'], ['cart', 'items', null], ['cart', 'items', null, 'sku'], ['cart', 'items', null, 'qty'], ['cart', 'items', null, 'note'],
  ]],
  ['keys that are ids are data, and stand as each', { carts: { 17: { qty: 1 }, 18: { sku: 1 } } }, [['carts'], ['carts', null], ['carts', null, 'qty'], ['carts', null, 'sku']]],
  ['a dict of very many keys is a map', { m: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`name${index}`, 1])) }, [['m'], ['m', null]]],
  ['what pickle alone has', { pair: { $tuple: [1] }, keyed: { $dict: [[{ $tuple: [1, 2] }, { x: 1 }]] }, same: { $ref: '#/pair' } }, [['pair'], ['keyed'], ['same'], ['pair', null], ['keyed', null], ['keyed', null, 'x']]],
  ['a key that is a secret by its form is not named', { by: { 'ghp_0123456789abcdef': 1, name: 1 } }, [['by'], ['by', 'name']]],
  ['no dict', [1, 2], [[null]]],
])('%s', (_, data, expected) => {
  expect(paths(data)).toEqual(expected)
})

test('sessions add up, within bounds', () => {
  expect(paths({ a: 1 }, { b: 1, a: { c: 1 } })).toEqual([['a'], ['b'], ['a', 'c']])
  const wide = Array.from({ length: 30 }, (_, index) => Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${index}x${key}`, 1])))
  expect(paths(...wide)).toHaveLength(MOST_PATHS)
})
