import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { computed, ref } from 'vue'
import { useJump } from '../../renderer/src/composables/use-jump.ts'
import type { JumpResult } from '../../renderer/src/composables/use-jump.ts'
import type { SessionList } from '../../renderer/src/composables/use-session-list.ts'
import type { Search } from '../../renderer/src/composables/use-search.ts'
import { readJumpTarget } from '../../renderer/src/format/jump-target.ts'
import type { SessionRow, SortField, WalkOrder } from '../../shared/model/session.ts'
import { withSetup } from './mount-app.ts'
import { sessionRow } from './session-rows.ts'

const NOW = Date.UTC(2026, 10, 21)
const HOUR = 3_600_000
beforeEach(() => vi.useFakeTimers({ now: NOW, toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

/** A table of rows that end an hour after each other, the last one first; by key they stand the other way round. */
const ROWS = Array.from({ length: 10_000 }, (_, index) => sessionRow({ key: `k${String(9_999 - index).padStart(5, '0')}`, expireDate: (NOW + (5_000 - index) * HOUR) * 1000 }))

function open(sortable: readonly SortField[] = ['expireDate', 'key'], rows: readonly SessionRow[] = ROWS) {
  const order = ref<WalkOrder>({ by: 'expireDate', direction: 'desc' })
  const reads: number[] = []
  const sorted = computed(() => (order.value.by === 'key' ? rows.toReversed() : rows))
  const list = {
    tally: ref({ done: true }), order, rowCount: computed(() => rows.length), failure: computed(() => null), sortBy: (next: WalkOrder) => { order.value = next },
    readRange: async (first: number, last: number) => {
      reads.push(first)
      return sorted.value.slice(first, last + 1)
    },
  } as unknown as SessionList
  const search = { query: ref(null) } as unknown as Search
  const { result, unmount } = withSetup(() => useJump(() => list, () => search, () => sortable))
  return { find: (typed: string): Promise<JumpResult> => result.find(typed), order, reads, unmount }
}

test.each([
  ['now', 5_000], ['+2h', 4_998], ['-3d', 5_072], ['2026-11-21', 5_000], ['2026-11-21 10:30', 4_990], ['2026-11-21T10:30Z', 4_990], ['2036-01-01', 0],
])('%s is row %i of those sorted by their end', async (typed, index) => {
  const { find, reads, unmount } = open()
  expect(await find(typed)).toMatchObject({ kind: 'found', index, fits: true })
  // Halved again and again, not scrolled through.
  expect(reads.length).toBeLessThan(17)
  unmount()
})

test('the beginning of a key sorts by the key, and what nobody has is told', async () => {
  const { find, order, unmount } = open()
  expect(await find('k0421')).toMatchObject({ kind: 'found', index: 4_210, fits: true })
  expect(order.value).toEqual({ by: 'key', direction: 'asc' })
  expect(await find('k04305x*')).toMatchObject({ kind: 'found', index: 4_306, fits: false })
  expect(await find('zz')).toMatchObject({ kind: 'found', index: 9_999, fits: false })
  unmount()
})

test('what ends before all of them goes to the last row, and says that nothing stands there', async () => {
  const { find, unmount } = open()
  expect(await find('2001-01-01')).toMatchObject({ kind: 'found', index: 9_999, fits: false })
  unmount()
})

test('a store that cannot sort so, an empty table, and what is no place say so', async () => {
  const byKey = open(['key'])
  expect(await byKey.find('+2h')).toMatchObject({ kind: 'no-order', target: { by: 'expireDate' } })
  expect(await byKey.find('two words')).toEqual({ kind: 'unreadable' })
  byKey.unmount()
  const empty = open(['expireDate'], [])
  expect(await empty.find('now')).toMatchObject({ kind: 'none' })
  expect(await empty.find('abc')).toMatchObject({ kind: 'no-order', target: { by: 'key' } })
  empty.unmount()
})

test.each([['', null], ['  ', null], ['a b', null], ['ab12*', { by: 'key', prefix: 'ab12' }], ['now', { by: 'expireDate', at: NOW * 1000 }]])('%j is read as %j', (typed, target) => {
  expect(readJumpTarget(typed, NOW)).toEqual(target)
})
