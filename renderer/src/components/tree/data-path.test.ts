import { describe, expect, it } from 'vitest'
import type { DataNode } from '../../../../shared/values/node.ts'
import { appendTo, nodeAt, pathText, removeAt, renameAt, replaceAt } from './data-path.ts'

const str = (value: string): DataNode => ({ kind: 'str', value })
const int = (digits: string): DataNode => ({ kind: 'int', digits })
const dict = (...entries: [string, DataNode][]): DataNode => ({ kind: 'dict', entries: entries.map(([key, value]) => ({ key: str(key), value })) })
const list = (...items: DataNode[]): DataNode => ({ kind: 'list', items })

const root = dict(['cart', dict(['items', list(dict(['sku', str('A1')], ['qty', int('2')]))])], ['a b', int('1')])

describe('a path into session data', () => {
  it('is written in the spelling of the query language', () => {
    expect(pathText(root, [0, 0, 0, 1])).toBe('cart.items[0].qty')
    expect(pathText(root, [1])).toBe('["a b"]')
    expect(pathText(root, [])).toBe('')
  })

  it('replaces one value and shares everything beside it', () => {
    const changed = replaceAt(root, [0, 0, 0, 1], int('3'))
    expect(nodeAt(changed, [0, 0, 0, 1])).toEqual(int('3'))
    expect(nodeAt(changed, [0, 0, 0, 0])).toBe(nodeAt(root, [0, 0, 0, 0]))
    expect(nodeAt(root, [0, 0, 0, 1])).toEqual(int('2'))
  })

  it('renames a key in its place and keeps a second key of that name', () => {
    const twice = dict(['a', int('1')], ['b', int('2')])
    expect(renameAt(twice, [0], str('b'))).toEqual(dict(['b', int('1')], ['b', int('2')]))
  })

  it('removes entries and items, and adds at the end', () => {
    expect(removeAt(root, [1])).toEqual(dict(['cart', nodeAt(root, [0]) as DataNode]))
    expect(nodeAt(appendTo(root, [0, 0], '', str('x')), [0, 0, 1])).toEqual(str('x'))
    expect(nodeAt(appendTo(root, [], 'new', str('x')), [2])).toEqual(str('x'))
  })

  it('leaves the data alone when the path leads nowhere', () => {
    expect(replaceAt(root, [9, 9], int('1'))).toBe(root)
  })

  it('follows nesting that is deeper than the stack', () => {
    let deep: DataNode = int('1')
    for (let level = 0; level < 20_000; level += 1) deep = list(deep)
    const path = Array.from({ length: 20_000 }, () => 0)
    expect(nodeAt(replaceAt(deep, path, int('2')), path)).toEqual(int('2'))
  })
})
