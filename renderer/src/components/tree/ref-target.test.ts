import { describe, expect, it } from 'vitest'
import { parseNotation } from '../../../../shared/values/notation.ts'
import { refTarget } from './ref-target.ts'

function target(text: string, pointer: string) {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return refTarget(parsed.node, pointer)
}

describe('the place that a reference names', () => {
  it('is found by names, positions and escapes', () => {
    expect(target('{"a":1,"cart":{"items":[[1]]}}', '#/cart/items/0')).toEqual([1, 0, 0])
    expect(target('{"a/b":{"c~d":[]}}', '#/a~1b/c~0d')).toEqual([0, 0])
    expect(target('{"a":[]}', '#')).toEqual([])
  })

  it('is found by pairs where a dict has keys that are no texts; a key has no line', () => {
    expect(target('{"$dict":[[7,[[1]]],["b",2]]}', '#/0/1/0')).toEqual([0, 0])
    expect(target('{"$dict":[[{"$tuple":[1]},2]]}', '#/0/0/0')).toBeNull()
  })

  it('is nowhere when the path leads nowhere', () => {
    expect(target('{"a":[1]}', '#/a/7')).toBeNull()
    expect(target('{"a":[1]}', '#/b/0/0')).toBeNull()
  })

  it('leads into the state of an object', () => {
    expect(target('{"o":{"$opaque":"shop.C","state":{"x":[1]},"raw":""}}', '#/o/state/x')).toEqual([0, 0, 0])
  })
})
