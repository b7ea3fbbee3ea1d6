import { describe, expect, it } from 'vitest'
import type { DataNode } from '../../../../shared/values/node.ts'
import { formatNotation, parseNotation } from '../../../../shared/values/notation.ts'
import { append, insertItem, remove, setKey, setValue } from './edit-data.ts'
import { editedKey, isKeyTaken, parseKey } from './key-text.ts'
import { namesInOpcodes } from './opcode-names.ts'

function node(text: string): DataNode {
  const parsed = parseNotation(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.node
}
const text = (data: DataNode): string => formatNotation(data, { interchange: false })
const str = (value: string): DataNode => ({ kind: 'str', value })

describe('references go with what they name', () => {
  const shared = node('{"cart":[[1],[2]],"same":{"$ref":"#/cart"},"second":{"$ref":"#/cart/1"}}')

  it('when its key is renamed', () => {
    expect(text(setKey(shared, [0], str('a/b')))).toBe('{"a/b":[[1],[2]],"same":{"$ref":"#/a~1b"},"second":{"$ref":"#/a~1b/1"}}')
  })

  it('when something before it comes or goes', () => {
    expect(text(remove(shared, [0, 0]))).toBe('{"cart":[[2]],"same":{"$ref":"#/cart"},"second":{"$ref":"#/cart/0"}}')
    expect(text(insertItem(shared, [0], 1, node('0')))).toBe('{"cart":[[1],0,[2]],"same":{"$ref":"#/cart"},"second":{"$ref":"#/cart/2"}}')
    expect(text(insertItem(shared, [0], 2, node('0')))).toBe('{"cart":[[1],[2],0],"same":{"$ref":"#/cart"},"second":{"$ref":"#/cart/1"}}')
  })

  it('when the dict gets a key that is no text, or a second one, so that places are counted', () => {
    expect(text(setKey(shared, [1], node('7')))).toBe('{"$dict":[["cart",[[1],[2]]],[7,{"$ref":"#/0/1"}],["second",{"$ref":"#/0/1/1"}]]}')
    const back = setKey(setKey(shared, [1], node('7')), [1], str('same'))
    expect(text(back)).toBe(text(shared))
    expect(text(append(shared, [], 'same', node('1')))).toBe('{"cart":[[1],[2]],"same":{"$ref":"#/0/1"},"second":{"$ref":"#/0/1/1"},"same":1}')
  })

  it('the first of them holds it, where its own place is gone', () => {
    expect(text(remove(shared, [0]))).toBe('{"same":[[1],[2]],"second":{"$ref":"#/same/1"}}')
    expect(text(setValue(shared, [0], str('x')))).toBe('{"cart":"x","same":[[1],[2]],"second":{"$ref":"#/same/1"}}')
    const parts = node('{"cart":[[1],[2]],"second":{"$ref":"#/cart/1"},"third":{"$ref":"#/cart/1"},"whole":{"$ref":"#/cart"}}')
    expect(text(remove(parts, [0]))).toBe('{"second":[2],"third":{"$ref":"#/second"},"whole":[[1],{"$ref":"#/second"}]}')
  })

  it('a cycle stays a cycle', () => {
    const cycle = node('{"a":[1,{"$ref":"#/a"},{"$ref":"#"}],"b":{"$ref":"#/a"}}')
    expect(text(remove(cycle, [0]))).toBe('{"b":[1,{"$ref":"#/b"},{"$ref":"#"}]}')
    expect(text(remove(cycle, [1]))).toBe('{"a":[1,{"$ref":"#/a"},{"$ref":"#"}]}')
  })

  it('and bytes that were changed are the same bytes everywhere', () => {
    const bytes = node('{"a":{"$bytearray":"AA=="},"b":{"$ref":"#/a"}}')
    expect(text(setValue(bytes, [0], node('{"$bytearray":"AQ=="}')))).toBe('{"a":{"$bytearray":"AQ=="},"b":{"$ref":"#/a"}}')
  })

  it('also into a key, which has no line', () => {
    const inKey = node('{"$dict":[["x",1],[{"$opaque":"shop.C","state":[],"raw":"gAQpLg=="},{"$ref":"#/1/0"}]]}')
    expect(text(remove(inKey, [0]))).toBe('{"$dict":[[{"$opaque":"shop.C","state":[],"raw":"gAQpLg=="},{"$ref":"#/0/0"}]]}')
  })

  it('data without references is shared as it is, and a hundred thousand of them take no time', () => {
    const plain = node('{"a":[1],"b":[2]}')
    const edited = remove(plain, [0])
    expect(edited.kind === 'dict' && plain.kind === 'dict' && edited.entries[0]?.value === plain.entries[1]?.value).toBe(true)
    const many: DataNode = { kind: 'dict', entries: [{ key: str('a'), value: node('[1]') }, { key: str('all'), value: { kind: 'list', items: Array.from({ length: 100_000 }, () => ({ kind: 'ref' as const, path: '#/a' })) } }] }
    const started = performance.now()
    expect(text(setKey(many, [0], str('b')))).toContain('{"$ref":"#/b"},{"$ref":"#/b"}')
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('objects whose opcodes name a place', () => {
  // BINPUT-free opcodes: EMPTY_TUPLE, then the name '#/cart/1' as a persistent id.
  const raw = btoa('\x80\x04)\x8c\x08#/cart/1Q.')
  const root = node(`{"cart":[[1],[2]],"o":{"$opaque":"shop.C","state":[],"raw":"${raw}"}}`)

  it('are found in every protocol', () => {
    expect(namesInOpcodes(raw)).toEqual(['#/cart/1'])
    expect(namesInOpcodes(btoa('V#/c\\u0061rt\np0\n.'))).toEqual(['#/cart'])
    expect(namesInOpcodes(btoa('\x80\x02X\x06\x00\x00\x00#/cartq\x00.'))).toEqual(['#/cart'])
  })

  it('stay as they are while the place does, and are not written any more when it moves', () => {
    const rawOf = (data: DataNode): unknown => (data.kind === 'dict' ? data.entries.map(({ value }) => (value.kind === 'opaque' ? value.raw : undefined)).find((value) => value !== undefined) : undefined)
    expect(rawOf(append(root, [], 'n', node('1')))).toBe(raw)
    expect(rawOf(remove(root, [0, 1]))).toBeNull()
    expect(rawOf(remove(root, [0, 0]))).toBeNull()
    expect(rawOf(setKey(root, [0], str('basket')))).toBeNull()
  })
})

describe('keys that are no texts', () => {
  it('are edited in the typed notation, and stay what can be a key', () => {
    const key = node('{"$tuple":[1,"a"]}')
    expect(editedKey(key)).toBe('{"$tuple":[1,"a"]}')
    expect(parseKey('{"$date":"2026-01-02"}', key)).toEqual({ kind: 'date', text: '2026-01-02' })
    expect(parseKey('"5"', node('5'))).toEqual(str('5'))
    expect(parseKey('5', str('x'))).toEqual(str('5'))
    for (const wrong of ['', '[1]', '{"a":1}', '{"$tuple":[[1]]}', '{"$set":[]}', '{"$bytearray":""}', '{"$ref":"#"}']) expect(parseKey(wrong, key), wrong).toBeNull()
  })

  it('are told apart from texts', () => {
    const root = node('{"$dict":[[5,1],["5",2],["a",3]]}')
    expect(isKeyTaken(root, [2], str('5'))).toBe(true)
    expect(isKeyTaken(root, [2], node('5'))).toBe(true)
    expect(isKeyTaken(root, [2], node('6'))).toBe(false)
  })
})
