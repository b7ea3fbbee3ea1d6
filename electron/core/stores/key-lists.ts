import { CoatcheckError } from '../../../shared/errors.ts'
import { reason } from '../../../shared/words/reason.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { SessionKey } from '../../../shared/model/session.ts'
import type { KeyValue } from '../../../shared/query/ast.ts'
import { isKey } from '../../../shared/query/plan.ts'
import { KeySnapshot } from './key-snapshot.ts'
import type { KeyPage } from './key-snapshot.ts'
import { invalidCursor } from './page-cursor.ts'
import type { PageQuery, WalkOrder } from './session-store.ts'

/** Lists that stand at once: somebody pages through one while another is counted. */
const MOST_LISTS = 8

/** Values of which one has to fit; null: every key fits. */
export type WantedKeys = readonly KeyValue[] | null

/**
 * The lists of a store without an order of its own. Reading from the start begins a new list; a tally goes through the one that
 * was begun last for all keys, so that its signposts are pages of what is on the screen.
 */
export class KeyLists {
  readonly #find: (wanted: WantedKeys) => AsyncIterable<readonly string[]>
  /** The newest last. `isWhole`: of all keys. */
  readonly #lists: { readonly list: KeySnapshot; readonly isWhole: boolean }[] = []

  /** `find`: all keys as the store tells of them, in batches, anew; those that are not wanted may be among them. */
  constructor(find: (wanted: WantedKeys) => AsyncIterable<readonly string[]>) {
    this.#find = find
  }

  /** @throws STORE_UNSUPPORTED for an order; REQUEST_INVALID for a page size out of bounds, or a cursor of no list that still stands */
  async page({ order, cursor, limit, filter = null }: PageQuery, signal: AbortSignal): Promise<KeyPage & { readonly list: KeySnapshot }> {
    refuseOrder(order)
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMITS.scanRows) throw new CoatcheckError('REQUEST_INVALID', reason('stores.pageRows', { most: LIMITS.scanRows, count: limit }))
    const list = cursor === null ? this.#begin(filter?.keys ?? []) : this.#lists.find((known) => known.list.owns(cursor))?.list
    if (list === undefined) throw invalidCursor()
    return { ...(await list.page(cursor, limit, signal)), list }
  }

  /** The list that a tally goes through. @throws STORE_UNSUPPORTED for an order */
  current(order: WalkOrder): KeySnapshot {
    refuseOrder(order)
    return this.#lists.findLast(({ isWhole }) => isWhole)?.list ?? this.#begin([])
  }

  async close(): Promise<void> {
    await Promise.all(this.#lists.splice(0).map(({ list }) => list.close()))
  }

  #begin(wanted: readonly (readonly KeyValue[])[]): KeySnapshot {
    const [first = null] = wanted
    const found = this.#find(first)
    const list = new KeySnapshot(first === null ? found : chosen(found, wanted))
    this.#lists.push({ list, isWhole: first === null })
    if (this.#lists.length > MOST_LISTS) void this.#lists.shift()?.list.close().catch(() => undefined)
    return list
  }
}

/** An iterator, not a generator: a batch that failed may be asked for again. */
function chosen(found: AsyncIterable<readonly SessionKey[]>, wanted: readonly (readonly KeyValue[])[]): AsyncIterable<readonly SessionKey[]> {
  const fits = (key: SessionKey): boolean => wanted.every((values) => values.some((value) => isKey(value, key)))
  return {
    [Symbol.asyncIterator]() {
      const batches = found[Symbol.asyncIterator]()
      return {
        async next() {
          const batch = await batches.next()
          return batch.done === true ? batch : { done: false, value: batch.value.filter(fits) }
        },
        return: async () => batches.return?.() ?? { done: true, value: undefined },
      }
    },
  }
}

function refuseOrder({ by, direction }: WalkOrder): void {
  if (by === 'stored' && direction === 'asc') return
  throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.noOrder', { hint: 'next.listAsStored' })
}
