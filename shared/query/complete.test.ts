import { expect, test } from 'vitest'
import { completeQuery } from './complete.ts'
import { parseQuery } from './parse.ts'

const PATHS = [['cart'], ['checkout'], ['odd key'], ['size'], ['cart', 'items'], ['cart', 'odd key'], ['cart', 'Total'], ['cart', null], ['cart', 'items', null], ['cart', 'items', null, 'sku'], ['cart', 'items', null, 'qty'], ['odd key', 'x.y'], ['carts'], ['carts', null], ['carts', null, 'sku']]
const NAMES = { paths: PATHS, users: ['ana', 'admin'] }
const at = (text: string): readonly [number, readonly string[]] => {
  const { from, options } = completeQuery(text, text.length, NAMES)
  return [from, options.map((option) => option.text)]
}

test.each([
  ['', 0, ['user:', 'login:', 'state:', 'expires<', 'expires>', 'key:', 'size>', 'has:', 'signed:', 'serializer:', 'is:']],
  ['s', 0, ['state:', 'size>', 'signed:', 'serializer:', '["size"]', 'cart.items[].sku', 'carts[].sku']],
  ['c', 0, ['cart', 'carts', 'checkout']],
  ['-st', 1, ['state:']],
  ['has:cart st', 9, ['state:']],
  ['state:', 6, ['live', 'expired', 'undecodable']],
  ['state:live|e', 11, ['expired']],
  ['user:a', 5, ['any', 'ana', 'admin']],
  ['-has:c', 5, ['cart', 'carts', 'checkout']],
  ['expires<=', 9, ['now', '+2h', '+1d', '-3d']],
  ['is:', 3, ['empty', 'bot', 'ending']],
  ['a|b', 0, []],
  ['nope:x', 0, []],
  ['l', 0, ['login:']],
  ['-login:valid|re', 13, ['refused']],
  ['has:cart|si', 9, ['size']],
  ['cart', 0, ['carts', 'cart[]', 'cart.Total', 'cart.items', 'cart["odd key"]']],
  ['cart.', 0, ['cart.Total', 'cart.items', 'cart["odd key"]', 'cart[]']],
  ['-cart.t', 1, ['cart.Total']],
  ['x cart.items[', 2, ['cart.items[]']],
  ['cart.items[]', 0, ['cart.items[].qty', 'cart.items[].sku']],
  ['cart.items[0].s', 0, ['cart.items[0].sku']],
  ['cart.items.0.q', 0, ['cart.items.0.qty']],
  ['["cart"].i', 0, ['["cart"].items']],
  ['cart[', 0, ['cart[]', 'cart["Total"]', 'cart["items"]', 'cart["odd key"]']],
  ['cart["odd k', 0, ['cart["odd key"]']],
  ['has:["odd key"].', 4, ['["odd key"]["x.y"]']],
  ['odd', 0, ['["odd key"]', 'cart["odd key"]']],
  ['qt', 0, ['cart.items[].qty']],
  ['cart.items[].qty>', 0, []],
  ['cart.items[].sku="A', 0, []],
  ['"cart.', 0, []],
  ['"a b" cart.to', 6, ['cart.Total']],
  ['cart..', 0, []],
  ['user:"Ana L', 5, []],
])('%s goes on', (text, from, options) => {
  expect(at(text)).toEqual([from, options])
})

test('each path that is offered is one of the language', () => {
  for (const text of ['c', 'o', 's', 'cart.', 'cart[', 'cart.items[].', 'has:o', 'has:["odd key"][']) {
    for (const option of completeQuery(text, text.length, NAMES).options.filter(({ kind }) => kind === 'name')) {
      expect(parseQuery(text.startsWith('has:') ? `has:${option.text}` : `${option.text}=1`)).toMatchObject({ ok: true })
    }
  }
})
