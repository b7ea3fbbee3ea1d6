import { expect, test } from 'vitest'
import type { DataNode } from './node.ts'
import { formatPath, sameData } from './walk.ts'

test.each([
  [[], ''], [['cart', 'items', 0, 'sku'], 'cart.items[0].sku'], [['_auth_user_id'], '_auth_user_id'], [['a b', 'c'], '["a b"].c'], [['7'], '["7"]'], [['a', '"'], 'a["\\""]'], [['', 1], '[""][1]'],
])('%j is %s', (path, text) => {
  expect(formatPath(path)).toBe(text)
})

test('sameData sees kinds, spelling, order and length', () => {
  const list = (...items: DataNode[]): DataNode => ({ kind: 'list', items })
  const one: DataNode = { kind: 'int', digits: '1' }
  const different: readonly DataNode[] = [one, { kind: 'float', repr: '1.0' }, { kind: 'str', value: '1' }, { kind: 'bool', value: true }, { kind: 'none' }, list(), list(one), list(one, one), { kind: 'dict', entries: [] }]
  for (const [index, a] of different.entries()) for (const [other, b] of different.entries()) expect(sameData(a, b)).toBe(index === other)
})
