import { describe, expect, it } from 'vitest'
import type { DataNode } from '../../../../shared/values/node.ts'
import { dataChanges } from './data-changes.ts'

const str = (value: string): DataNode => ({ kind: 'str', value })
const int = (digits: string): DataNode => ({ kind: 'int', digits })
const dict = (...entries: [string, DataNode][]): DataNode => ({ kind: 'dict', entries: entries.map(([key, value]) => ({ key: str(key), value })) })
const list = (...items: DataNode[]): DataNode => ({ kind: 'list', items })
const kinds = (before: DataNode, after: DataNode): string[] => dataChanges(before, after).map((change) => change.kind)

describe('the differences of two states of session data', () => {
  it('are none between equal data, however built', () => {
    expect(dataChanges(dict(['a', list(int('1'))]), dict(['a', list(int('1'))]))).toEqual([])
  })

  it('name a changed value with its place before and after', () => {
    const [change] = dataChanges(dict(['x', int('0')], ['cart', dict(['qty', int('2')])]), dict(['cart', dict(['qty', int('3')])]))
    expect(change).toEqual({ kind: 'changed', path: [0, 0], beforePath: [1, 0], before: int('2'), after: int('3') })
  })

  it('see a number that became text, and a float that became an int', () => {
    expect(kinds(dict(['a', int('1')]), dict(['a', str('1')]))).toEqual(['changed'])
    expect(kinds(dict(['a', { kind: 'float', repr: '1.0' }]), dict(['a', int('1')]))).toEqual(['changed'])
  })

  it('tell a rename from a removal and an addition', () => {
    expect(kinds(dict(['a', int('1')]), dict(['b', int('1')]))).toEqual(['renamed'])
    expect(kinds(dict(['a', int('1')]), dict(['b', int('2')]))).toEqual(['added', 'removed'])
  })

  it('treat each of two equal keys as its own entry', () => {
    expect(kinds(dict(['a', int('1')], ['a', int('2')]), dict(['a', int('1')], ['a', int('3')]))).toEqual(['changed'])
    expect(kinds(dict(['a', int('1')], ['a', int('2')]), dict(['a', int('1')]))).toEqual(['removed'])
  })

  it('find the one item that left the middle of a list', () => {
    expect(dataChanges(list(int('1'), int('2'), int('3')), list(int('1'), int('3')))).toEqual([{ kind: 'removed', beforePath: [1], before: int('2') }])
  })

  it('are found in data nested deeper than the stack', () => {
    const nest = (inner: DataNode): DataNode => {
      let node = inner
      for (let level = 0; level < 3_000; level += 1) node = dict(['n', node])
      return node
    }
    expect(kinds(nest(int('1')), nest(int('2')))).toEqual(['changed'])
    expect(kinds(nest(int('1')), nest(int('1')))).toEqual([])
  })
})
