import { CoatcheckError } from '../../../shared/errors.ts'
import { LIMITS } from '../../../shared/limits.ts'
import { KeySnapshot } from './key-snapshot.ts'
import type { KeyPage } from './key-snapshot.ts'
import { invalidCursor } from './page-cursor.ts'
import type { PageQuery, WalkOrder } from './session-store.ts'

/** Lists that stand at once: somebody pages through one while another is counted. */
const MOST_LISTS = 8

/**
 * The lists of a store without an order of its own. Reading from the start begins a new list; a tally goes through the one that
 * was begun last, so that its signposts are pages of what is on the screen.
 */
export class KeyLists {
  readonly #find: () => AsyncIterable<readonly string[]>
  /** The newest last. */
  readonly #lists: KeySnapshot[] = []

  /** `find`: all keys as the store tells of them, in batches, anew. */
  constructor(find: () => AsyncIterable<readonly string[]>) {
    this.#find = find
  }

  /** @throws STORE_UNSUPPORTED for an order; REQUEST_INVALID for a page size out of bounds, or a cursor of no list that still stands */
  async page({ order, cursor, limit }: PageQuery, signal: AbortSignal): Promise<KeyPage & { readonly list: KeySnapshot }> {
    refuseOrder(order)
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMITS.scanRows) throw new CoatcheckError('REQUEST_INVALID', `A page has 1 to ${LIMITS.scanRows} rows; ${limit} were asked for.`)
    const list = cursor === null ? this.#begin() : this.#lists.find((known) => known.owns(cursor))
    if (list === undefined) throw invalidCursor()
    return { ...(await list.page(cursor, limit, signal)), list }
  }

  /** The list that a tally goes through. @throws STORE_UNSUPPORTED for an order */
  current(order: WalkOrder): KeySnapshot {
    refuseOrder(order)
    return this.#lists.at(-1) ?? this.#begin()
  }

  async close(): Promise<void> {
    await Promise.all(this.#lists.splice(0).map((list) => list.close()))
  }

  #begin(): KeySnapshot {
    const list = new KeySnapshot(this.#find())
    this.#lists.push(list)
    if (this.#lists.length > MOST_LISTS) void this.#lists.shift()?.close().catch(() => undefined)
    return list
  }
}

function refuseOrder({ by, direction }: WalkOrder): void {
  if (by === 'stored' && direction === 'asc') return
  throw new CoatcheckError('STORE_UNSUPPORTED', 'This store keeps its sessions in no order, so it cannot sort them.', { hint: 'List them as they are stored.' })
}
