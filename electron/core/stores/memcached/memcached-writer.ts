import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import type { SessionWrites } from '../cache-server/cache-server-store.ts'
import type { DeleteTarget, NewSession, StoreEdit, StoreImage } from '../session-store.ts'
import type { WriteAccess } from '../cache-server/write-access.ts'
import { itemEtag } from './memcached-items.ts'
import type { MemcachedItems, PlacedItem } from './memcached-items.ts'
import type { MemcachedServer } from './memcached-server.ts'

/** Failures of one item; others may still be written. */
const OF_ONE_ITEM: readonly ErrorCode[] = ['STORE_UNSUPPORTED', 'SESSION_TOO_LARGE', 'STORE_READ_ONLY']
/** The answer of a write did not come: it may be done or not. */
const NO_ANSWER: readonly ErrorCode[] = ['CONNECT_LOST', 'CONNECT_TIMEOUT']
/** Last second that memcached takes: its times have 32 bits. */
const LAST_SECOND = 2 ** 31 - 1
/** What memcached keeps beside key and value of an item, rounded up. */
const ITEM_OVERHEAD = 100

/** The writing half: every write names the very value that was read (`cas`). */
export class MemcachedWriter implements SessionWrites {
  readonly #items: MemcachedItems
  readonly #access: WriteAccess

  constructor(items: MemcachedItems, access: WriteAccess) {
    this.#items = items
    this.#access = access
  }

  async write(edit: StoreEdit): Promise<KeyOutcome> {
    const { key, ifEtag } = edit
    if (edit.data === undefined && edit.expireDate === undefined && edit.image === undefined) throw new CoatcheckError('NOTHING_TO_CHANGE', 'stores.nothingToWrite')
    this.#access.assert()
    const item = await this.#items.find(key)
    if (item === null) return gone(key)
    if (etagOf(item) !== ifEtag) return conflict(key, item)
    return this.#asOutcome(key, async () => {
      const next = revise(item, edit)
      if (isTooLong(next.data, item.cacheKey, item.itemSizeMax)) throw new CoatcheckError('SESSION_TOO_LARGE', tooLongFor(next.data, item.itemSizeMax))
      return this.#settle(key, item, await item.server.swap(item, next))
    })
  }

  async remove({ key, ifEtag }: DeleteTarget): Promise<KeyOutcome> {
    this.#access.assert()
    if (ifEtag === null) return this.#asOutcome(key, () => this.#removeWhatever(key))
    const item = await this.#items.find(key)
    if (item === null) return gone(key)
    if (etagOf(item) !== ifEtag) return conflict(key, item)
    return this.#asOutcome(key, async () => {
      const outcome = await item.server.remove(item.cacheKey, item.cas)
      return outcome === 'done' ? { key, outcome, etag: null, reason: null } : this.#settle(key, item, outcome)
    })
  }

  async restore(image: StoreImage): Promise<KeyOutcome> {
    const { key, columns: { cache_key: cacheKey, server: name, data, flags, exptime } } = image
    const isWhole = typeof cacheKey === 'string' && this.#items.cacheKeys(key).includes(cacheKey) && typeof name === 'string' && data instanceof Uint8Array && typeof flags === 'bigint' && (exptime === null || typeof exptime === 'bigint')
    if (!isWhole) throw new CoatcheckError('REQUEST_INVALID', 'stores.imageNotWhole')
    this.#access.assert()
    const server = this.#items.serverOf(name)
    if (server === null) return failed(key, reason('memcached.otherServer'))
    return this.#add(key, server, { cacheKey, data, flags: Number(flags), exptime: exptime === null ? null : Number(exptime) })
  }

  async create({ key, data, flags = 0, expireDate, engine }: NewSession): Promise<KeyOutcome> {
    this.#access.assert()
    const place = this.#items.placeOf(key, engine)
    if (place === null) return failed(key, reason('memcached.noKey'))
    const { server, cacheKey, itemSizeMax } = place
    if (isTooLong(data, cacheKey, itemSizeMax)) return failed(key, tooLongFor(data, itemSizeMax))
    return this.#add(key, server, { cacheKey, data, flags, exptime: Math.floor(expireDate / 1_000_000) })
  }

  async #add(key: SessionKey, server: MemcachedServer, item: Parameters<MemcachedServer['add']>[0]): Promise<KeyOutcome> {
    const standing = await this.#items.find(key)
    if (standing !== null) return { key, outcome: 'exists', etag: etagOf(standing), reason: null }
    return this.#asOutcome(key, async () => {
      if (item.exptime !== null && item.exptime > LAST_SECOND) throw tooLate()
      const isAdded = await server.add(item)
      const now = await this.#items.find(key)
      if (!isAdded) return now === null ? failed(key, reason('memcached.notTaken')) : { key, outcome: 'exists', etag: etagOf(now), reason: null }
      return now === null ? failed(key, reason('memcached.timePassed')) : { key, outcome: 'done', etag: etagOf(now), reason: null }
    })
  }

  async #removeWhatever(key: SessionKey): Promise<KeyOutcome> {
    // All or none of them are asked.
    for (const server of this.#items.servers) await server.ready()
    let isRemoved = false
    for (const cacheKey of this.#items.cacheKeys(key)) {
      for (const outcome of await Promise.all(this.#items.servers.map((server) => server.remove(cacheKey, null)))) isRemoved ||= outcome === 'done'
      if (isRemoved) break
    }
    return isRemoved ? { key, outcome: 'done', etag: null, reason: null } : gone(key)
  }

  async #settle(key: SessionKey, item: PlacedItem, outcome: 'done' | 'changed' | 'gone'): Promise<KeyOutcome> {
    const now = outcome === 'gone' ? null : await this.#items.reread(item)
    // Told to end in the past, it has ended.
    if (outcome === 'done') return { key, outcome, etag: now === null ? null : etagOf(now), reason: null }
    return now === null ? gone(key) : conflict(key, now)
  }

  async #asOutcome(key: SessionKey, work: () => Promise<KeyOutcome>): Promise<KeyOutcome> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof CoatcheckError)) throw error
      if (NO_ANSWER.includes(error.code)) return { key, outcome: 'unknown', etag: null, reason: reason('stores.doneUnknown'), code: error.code }
      if (OF_ONE_ITEM.includes(error.code)) return failed(key, error.reason)
      throw error
    }
  }
}

type Revised = Parameters<PlacedItem['server']['swap']>[1]

function revise(item: PlacedItem, { data, flags, expireDate, image }: StoreEdit): Revised {
  const before = image?.columns
  const exptime = typeof before?.['exptime'] === 'bigint' ? Number(before['exptime']) : before?.['exptime'] === null ? null : expireDate === undefined ? item.exptime : Math.floor(expireDate / 1_000_000)
  if (exptime !== null && exptime > LAST_SECOND) throw tooLate()
  return { data: data ?? item.data ?? new Uint8Array(), flags: typeof before?.['flags'] === 'bigint' ? Number(before['flags']) : flags ?? item.flags, exptime }
}

const isTooLong = (data: Uint8Array, cacheKey: string, itemSizeMax: number): boolean => data.length + cacheKey.length + ITEM_OVERHEAD > itemSizeMax
const tooLongFor = (data: Uint8Array, itemSizeMax: number): Reason => reason('memcached.itemTooLong', { size: data.length, limit: itemSizeMax })
const tooLate = (): CoatcheckError => new CoatcheckError('STORE_UNSUPPORTED', 'memcached.noTimes', { hint: 'next.earlierEnd' })

/** null: too long to be read, so nothing is written by it. */
const etagOf = (item: PlacedItem): string | null => (item.data === null ? null : itemEtag(item))
const gone = (key: SessionKey): KeyOutcome => ({ key, outcome: 'gone', etag: null, reason: null })
const conflict = (key: SessionKey, item: PlacedItem): KeyOutcome => ({ key, outcome: 'conflict', etag: etagOf(item), reason: null })
const failed = (key: SessionKey, reason: Reason): KeyOutcome => ({ key, outcome: 'failed', etag: null, reason })
