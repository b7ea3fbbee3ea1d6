import { expect, test } from 'vitest'
import { veilQuery } from './veil-query.ts'

test.each([
  ['state:live expires<+2h size>2k has:cart.items[].sku is:bot serializer:pickle signed:fallback', 'state:live expires<+2h size>2k has:cart.items[].sku is:bot serializer:pickle signed:fallback'],
  ['user:none -user:any', 'user:none -user:any'],
  ['user:ana -user:#42|none', 'user:•••••• -user:••••••'],
  ['key:ab12*', 'key:••••••'],
  ['cart.items[0].sku="A=1" -price>=10 a["x=y"]!=3', 'cart.items[0].sku=•••••• -price>=•••••• a["x=y"]!=••••••'],
  ['ana "two words"', '•••••• ••••••'],
  ['user:ana state:dead', '••••••'],
  ['', ''],
])('others see of %s: %s', (query, seen) => {
  expect(veilQuery(query)).toBe(seen)
})
