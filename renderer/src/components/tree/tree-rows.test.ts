import { describe, expect, it } from 'vitest'
import type { DataNode } from '../../../../shared/values/node.ts'
import { searchTree } from './search-tree.ts'
import { idsTo, openAtFirst, treeRows } from './tree-rows.ts'

const str = (value: string): DataNode => ({ kind: 'str', value })
const dict = (...entries: [string, DataNode][]): DataNode => ({ kind: 'dict', entries: entries.map(([key, value]) => ({ key: str(key), value })) })
const list = (...items: DataNode[]): DataNode => ({ kind: 'list', items })
const root = dict(['cart', dict(['items', list(str('A1'))])], ['token', dict(['inner', str('x')])], ['a', str('1')], ['a', str('2')])

describe('the lines of the tree', () => {
  it('show what is open, with level, position and size for assistive technology', () => {
    const rows = treeRows(root, new Set(idsTo(root, [0])))
    expect(rows.map((row) => `${String(row.level)} ${row.label} ${String(row.position)}/${String(row.siblings)}`)).toEqual(['1 cart 1/4', '2 items 1/1', '1 token 2/4', '1 a 3/4', '1 a 4/4'])
  })

  it('mark every entry but the last of one key: Django keeps the last', () => {
    expect(treeRows(root, new Set()).map((row) => row.overridden)).toEqual([false, false, true, false])
  })

  it('hide everything below a secret-looking key', () => {
    expect(treeRows(root, new Set(idsTo(root, [1]))).filter((row) => row.secret).map((row) => row.label)).toEqual(['token', 'inner'])
  })

  it('keep their names when a sibling goes', () => {
    const without = dict(['token', dict(['inner', str('x')])])
    expect(idsTo(without, [0])).toEqual(idsTo(root, [1]))
  })

  it('are opened outer levels first, and never more than the budget', () => {
    const big = dict(...Array.from({ length: 50 }, (_, index): [string, DataNode] => [`k${String(index)}`, list(...Array.from({ length: 50 }, () => str('x')))]))
    const open = openAtFirst(big, 200)
    expect(treeRows(big, open).length).toBeLessThanOrEqual(200)
    expect(treeRows(root, openAtFirst(root)).length).toBe(7)
  })
})

describe('search in the tree', () => {
  it('finds keys and values in reading order, without regard to case', () => {
    expect(searchTree(root, 'a')).toEqual([[0], [0, 0, 0], [2], [3]])
    expect(searchTree(root, '  ')).toEqual([])
  })
})
