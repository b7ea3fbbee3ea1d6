import { expect, it } from 'vitest'
import { KeyLists } from './key-lists.ts'

const never = new AbortController().signal
const stored = { by: 'stored', direction: 'asc' } as const

function listsOf(keys: readonly string[]): { readonly lists: KeyLists; readonly begun: () => number } {
  let begun = 0
  async function* find(): AsyncGenerator<readonly string[]> {
    begun += 1
    yield keys
  }
  return { lists: new KeyLists(find), begun: () => begun }
}

it('begins a list at each start, and goes on in the one that a cursor is of', async () => {
  const { lists, begun } = listsOf(['a', 'b', 'c'])
  const first = await lists.page({ order: stored, cursor: null, limit: 2 }, never)
  await lists.page({ order: stored, cursor: null, limit: 2 }, never)
  expect(await lists.page({ order: stored, cursor: first.next, limit: 2 }, never)).toMatchObject({ keys: ['c'], next: null })
  expect(begun()).toBe(2)
})

it('counts the list that was begun last', async () => {
  const { lists, begun } = listsOf(['a', 'b'])
  const page = await lists.page({ order: stored, cursor: null, limit: 1 }, never)
  expect(lists.current(stored).cursorAt(1)).toBe(page.next)
  expect(begun()).toBe(1)
})

it('refuses orders, sizes, and cursors of lists that are gone', async () => {
  const { lists } = listsOf(['a', 'b'])
  for (const order of [{ by: 'key', direction: 'asc' }, { by: 'expireDate', direction: 'desc' }, { by: 'stored', direction: 'desc' }] as const) {
    await expect(lists.page({ order, cursor: null, limit: 1 }, never)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    expect(() => lists.current(order)).toThrow('no order')
  }
  for (const limit of [0, 2001, 1.5]) await expect(lists.page({ order: stored, cursor: null, limit }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  const { next } = await lists.page({ order: stored, cursor: null, limit: 1 }, never)
  for (let begun = 0; begun < 8; begun += 1) await lists.page({ order: stored, cursor: null, limit: 1 }, never)
  await expect(lists.page({ order: stored, cursor: next, limit: 1 }, never)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})
