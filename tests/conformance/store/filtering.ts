import { describe, expect, it } from 'vitest'
import type { FilterField } from '../../../shared/model/store.ts'
import type { OrderOperator } from '../../../shared/query/ast.ts'
import type { Bound, StoreFilter } from '../../../shared/query/plan.ts'
import { fitsFilter } from '../../../shared/query/plan.ts'
import type { PageQuery, SessionStore, StorePage, WalkOrder } from '../../../electron/core/stores/session-store.ts'
import type { Subject } from './harness.ts'
import { NOON, never } from './harness.ts'

const OPERATORS: readonly OrderOperator[] = ['<', '<=', '>', '>=']
/** Dozens of listings, each of which memcached takes its time for. */
const SLOW_MS = 60_000
const NOTHING: StoreFilter = { keys: [], expires: [], sizes: [] }
const key = (text: string, isPrefix = false): StoreFilter => ({ ...NOTHING, keys: [[{ text, isPrefix }]] })

/** A store leaves out what does not fit by the fields that it names, never what fits, and nothing by the others. */
export function describeFiltering(harness: Subject): void {
  const { traits } = harness
  const can = (field: FilterField): boolean => traits.filter.includes(field)

  /** Keys that a store gives, and of all that it has those that fit. */
  async function both(store: SessionStore, filter: StoreFilter, order: WalkOrder, limit: number): Promise<readonly [readonly string[], readonly string[]]> {
    const fitting = (await pages(store, { order, limit: 500 })).flatMap((page) => page.keys.filter((each, index) => fitsFilter(filter, { key: each, sizeBytes: page.sizes[index] ?? 0, expireDate: page.expireDates[index] ?? null })))
    const given = (await pages(store, { order, limit, filter })).flatMap(({ keys }) => keys)
    if (order.by === 'stored') return [[...given].sort(), [...fitting].sort()]
    return [given, fitting]
  }

  describe('filtering', () => {
    it.each(harness.orders)('by keys gives those that fit, in order, by $by $direction', async (order) => {
      await harness.put(harness.rows(120))
      const store = await harness.open()
      for (const filter of [key('key00000000000000000000000000', true), key('key000000000000000000000000000791', true), key('key1', true), key('nobody'), { ...NOTHING, keys: [[{ text: 'key0000000000000000000000000079', isPrefix: true }, { text: harness.rows(120)[7]?.key ?? '', isPrefix: false }]] }]) {
        const [given, fitting] = await both(store, filter, order, 7)
        expect(given).toEqual(can('key') ? fitting : expect.arrayContaining([...fitting]))
      }
    })

    it('takes every character of a key for itself', async () => {
      const odd = ['a*b', 'a?b', 'a[b', 'a%b', 'a_b', 'axb', 'a|b', 'a\\b', 'A*b', "a'b", 'ab', 'zz', '~~', 'é', 'e\u0301x', '🔑k', '0', '1e3', "x'41'"].filter((each) => harness.holdsKey?.(each) ?? true)
      await harness.put(odd.map((each) => ({ key: each, data: 'x', expireDate: NOON })))
      const store = await harness.open()
      // A collation may take two of them for one key.
      const held = (await pages(store, { order: harness.order, limit: 100 })).flatMap(({ keys }) => keys)
      for (const text of odd) {
        for (const isPrefix of [true, false]) {
          for (const beginning of isPrefix ? [text, text.slice(0, 2)].filter((each) => each.isWellFormed()) : [text]) {
            const filter = key(beginning, isPrefix)
            const found = await pages(store, { order: harness.order, limit: 100, filter })
            const given = found.flatMap(({ keys }) => keys).filter((each) => fitsFilter(filter, { key: each, sizeBytes: 0, expireDate: 0 }))
            expect(given.sort()).toEqual(held.filter((each) => (isPrefix ? each.startsWith(beginning) : each === beginning)).sort())
          }
        }
      }
    }, SLOW_MS)

    it.each(harness.orders)('by expire date and by size, each way of comparing, by $by $direction', async (order) => {
      await harness.put(harness.rows(60))
      const store = await harness.open()
      const [some] = await pages(store, { order, limit: 30 })
      for (const operator of OPERATORS) {
        for (const [field, bounds] of [['expires', { expires: [{ operator, value: some?.expireDates[17] ?? 0 }] }], ['size', { sizes: [{ operator, value: some?.sizes[17] ?? 0 }] }]] satisfies [FilterField, { expires?: Bound[]; sizes?: Bound[] }][]) {
          const [given, fitting] = await both(store, { ...NOTHING, ...bounds }, order, 9)
          expect(given).toEqual(can(field) ? fitting : expect.arrayContaining([...fitting]))
          if (!can(field)) expect(given).toHaveLength(60)
        }
      }
    })

    it('bounds that nothing is beyond are no error', async () => {
      await harness.put(harness.rows(3))
      const store = await harness.open()
      const years = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59Z'), -8e12, 8e12].map((ms) => ms * 1000)
      // Where neither is chosen by, once is enough: each way of comparing is a listing of its own.
      for (const operator of can('expires') || can('size') ? OPERATORS : OPERATORS.slice(0, 1)) {
        for (const value of years) await both(store, { ...NOTHING, expires: [{ operator, value }] }, harness.order, 10).then(([given, fitting]) => expect(given).toEqual(expect.arrayContaining([...fitting])))
        for (const value of [0, 2 ** 31, 2 ** 53 - 1]) await both(store, { ...NOTHING, sizes: [{ operator, value }] }, harness.order, 10).then(([given, fitting]) => expect(given).toEqual(expect.arrayContaining([...fitting])))
      }
    })

    it('leaves a tally and its signposts to all sessions', async () => {
      await harness.put(harness.rows(20))
      const store = await harness.open()
      await pages(store, { order: harness.order, limit: 10 })
      await pages(store, { order: harness.order, limit: 10, filter: key('nobody') })
      const steps = await Array.fromAsync(store.tally({ order: harness.order, every: 10, now: NOON }, never))
      expect(steps.at(-1)).toMatchObject({ examined: 20 })
    })

    it('gives the same keys, dates and sizes where the data is not asked for', async () => {
      await harness.put(harness.rows(20))
      const store = await harness.open()
      const [whole] = await pages(store, { order: harness.order, limit: 20 })
      const [bare] = await pages(store, { order: harness.order, limit: 20, isBare: true })
      expect([bare?.keys, bare?.sizes]).toEqual([whole?.keys, whole?.sizes])
      expect(bare?.data.ends).toHaveLength(20)
      if (traits.expiry !== 'ttl') expect(bare?.expireDates).toEqual(whole?.expireDates)
    })
  })
}

async function pages(store: SessionStore, query: Omit<PageQuery, 'cursor'>): Promise<StorePage[]> {
  const all: StorePage[] = []
  let cursor: string | null = null
  do {
    const page: StorePage = await store.listPage({ ...query, cursor }, never)
    all.push(page)
    cursor = page.next
  } while (cursor !== null)
  return all
}
