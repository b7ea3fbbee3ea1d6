import { expect, test } from 'vitest'
import type { DecodeContext } from '../decoder.ts'
import { findPaths } from './find-paths.ts'

const CONTEXT: DecodeContext = { keyring: [], place: 'row', salt: null, maxAgeSeconds: 1, now: 0 }

test('paths of all stored values that can be read, whatever their signature says', () => {
  const payload = (data: unknown): string => Buffer.from(JSON.stringify(data)).toString('base64url')
  const texts = [`${payload({ cart: [{ sku: 'A1' }] })}:1r31eq:forged`, '!!!:1r31eq:x', '', `${payload([1])}:1r31eq:x`, `${payload({ cart: [{ qty: 1 }], a: 1 })}:1r31eq:x`]
  let end = 0
  const ends = Uint32Array.from(texts, ({ length }) => (end += length))
  expect(findPaths({ bytes: new TextEncoder().encode(texts.join('')), ends }, CONTEXT)).toEqual([['cart'], ['cart', null], ['cart', null, 'sku'], ['a'], ['cart', null, 'qty']])
})
