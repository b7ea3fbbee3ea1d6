import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { yieldToLoop } from '../../util/abort.ts'
import { KeyLists } from '../key-lists.ts'
import type { CacheColumns, PageQuery, SessionStore, StoreDescription, StorePage, StoredSession, TallyQuery, TallyStep } from '../session-store.ts'
import type { LayerRead } from './pair-form.ts'
import { etagsOf, joinEtags, joinImages } from './pair-form.ts'

/** Reads of the cache in flight at once: its client sends them in one go. */
const AT_ONCE = 200
const TALLY_KEYS = 2000
const STORED = { by: 'stored', direction: 'asc' } as const

/** Both layers, each read as its own driver reads it. A cache that fails leaves the rows readable: Django 5.1 goes on with them, too. */
export class PairReader {
  readonly #rows: SessionStore
  readonly #cache: SessionStore
  readonly #rowless: KeyLists

  constructor(rows: SessionStore, cache: SessionStore) {
    this.#rows = rows
    this.#cache = cache
    this.#rowless = new KeyLists(() => this.#findRowless())
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    const { row, cache } = await this.readLayers(key, signal)
    const first = row.kind === 'present' ? row.session : cache.kind === 'present' ? cache.session : null
    return first === null ? null : joinLayers(first, row, cache)
  }

  async readLayers(key: SessionKey, signal: AbortSignal): Promise<{ readonly row: LayerRead; readonly cache: LayerRead }> {
    // The cache first: what Django saves in between is then seen as a newer row, and not as a newer copy.
    const cache = await this.readCache(key, signal)
    const session = await this.#rows.read(key, signal)
    return { row: session === null ? { kind: 'missing' } : { kind: 'present', session }, cache }
  }

  async readCache(key: SessionKey, signal: AbortSignal): Promise<LayerRead> {
    try {
      const session = await this.#cache.read(key, signal)
      return session === null ? { kind: 'missing' } : { kind: 'present', session }
    } catch (error) {
      if (!(error instanceof CoatcheckError) || error.code === 'CANCELLED') throw error
      return { kind: 'failed', reason: error.reason }
    }
  }

  async page({ filter = null, ...asked }: PageQuery, signal: AbortSignal): Promise<StorePage> {
    // What a copy says may outrank its row, but for the key.
    const query = { ...asked, filter: filter === null ? null : { keys: filter.keys, expires: [], sizes: [] } }
    if (query.order.by === 'rowless') return this.#rowlessPage(query, signal)
    const page = await this.#rows.listPage(query, signal)
    const reads = await this.#readCaches(page.keys, signal)
    const etags = page.etags?.map((db, index) => joinEtags({ ...etagsOf({ kind: 'missing' }, reads[index] ?? { kind: 'missing' }), db })) ?? null
    return { ...page, etags, cache: toColumns(reads, false) }
  }

  async* tally(query: TallyQuery, signal: AbortSignal): AsyncGenerator<TallyStep> {
    if (query.order.by !== 'rowless') {
      yield* this.#rows.tally(query, signal)
      return
    }
    const list = this.#rowless.current(STORED)
    let [examined, signposted, isAll] = [0, 0, false]
    while (!isAll) {
      await list.fill(examined + TALLY_KEYS, signal)
      isAll = list.isComplete
      examined = list.size
      const signposts = []
      for (let at = signposted + query.every; at < examined; at += query.every) {
        signposts.push(list.cursorAt(at))
        signposted = at
      }
      // What a cache still holds has not expired.
      yield { examined, live: examined, expired: 0, signposts }
      await yieldToLoop(signal)
    }
  }

  close(): Promise<void> {
    return this.#rowless.close()
  }

  async #rowlessPage(query: PageQuery, signal: AbortSignal): Promise<StorePage> {
    const { keys, next } = await this.#rowless.page({ ...query, order: { ...query.order, by: 'stored' } }, signal)
    const reads = await this.#readCaches(keys, signal)
    const here = keys.flatMap((key, index) => {
      const read = reads[index]
      return read?.kind === 'present' ? [{ key, read }] : []
    })
    const empty = { bytes: new Uint8Array(), ends: new Uint32Array(here.length) }
    return {
      keys: here.map(({ key }) => key),
      expireDates: here.map(() => null),
      data: empty,
      sizes: here.map(() => 0),
      etags: query.withEtags === true ? here.map(({ read }) => joinEtags(etagsOf({ kind: 'missing' }, read))) : null,
      next,
      examined: keys.length,
      cache: toColumns(here.map(({ read }) => read), true),
    }
  }

  async #readCaches(keys: readonly SessionKey[], signal: AbortSignal): Promise<readonly LayerRead[]> {
    const reads: LayerRead[] = []
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      throwIfAborted(signal)
      const part = keys.slice(from, from + AT_ONCE)
      // A cache that did not answer at all is not asked again for each of a thousand keys.
      const down = reads.length > 0 && reads.every((read) => read.kind === 'failed') ? reads[0] : undefined
      reads.push(...(down === undefined ? await Promise.all(part.map((key) => this.readCache(key, signal))) : part.map(() => down)))
    }
    return reads
  }

  /** Keys of the cache without a row. A row that Django is about to add is one moment late. */
  async* #findRowless(): AsyncGenerator<readonly SessionKey[]> {
    const { signal } = new AbortController()
    if (!listsCopies(await this.#cache.describe(signal))) throw new CoatcheckError('STORE_UNSUPPORTED', 'stores.pairKeysUntold', { hint: 'next.lookUpStill' })
    let cursor: string | null = null
    do {
      const page: StorePage = await this.#cache.listPage({ order: STORED, cursor, limit: AT_ONCE }, signal)
      const rows = await Promise.all(page.keys.map((key) => this.#rows.read(key, signal)))
      yield page.keys.filter((_, index) => rows[index] === null)
      cursor = page.next
    } while (cursor !== null)
  }
}

/** A folder of FileBasedCache tells hashes of keys and no keys. */
export function listsCopies({ capabilities, payload }: StoreDescription): boolean {
  return capabilities.enumerate !== 'none' && !(payload.kind === 'cache-value' && payload.container === 'file-cache')
}

export function joinLayers(first: StoredSession, row: LayerRead, cache: LayerRead): StoredSession {
  const sessionOf = (read: LayerRead): StoredSession | null => (read.kind === 'present' ? read.session : null)
  const reasonOf = (read: LayerRead): Reason | null => (read.kind === 'failed' ? read.reason : null)
  return {
    key: first.key,
    data: first.data,
    expireDate: first.expireDate,
    etag: joinEtags(etagsOf(row, cache)),
    physical: first.physical,
    image: joinImages(first.key, { ...(row.kind === 'present' ? { db: row.session } : {}), ...(cache.kind === 'present' ? { cache: cache.session } : {}) }),
    layers: [
      { layer: 'db', session: sessionOf(row), reason: reasonOf(row) },
      { layer: 'cache', session: sessionOf(cache), reason: reasonOf(cache) },
    ],
  }
}

function toColumns(reads: readonly LayerRead[], rowless: boolean): CacheColumns {
  const values = reads.map((read) => (read.kind === 'present' ? read.session.data : new Uint8Array()))
  const flags = reads.map((read) => (read.kind === 'present' ? read.session.flags : undefined))
  let end = 0
  return {
    rowless,
    found: reads.map(({ kind }) => (kind === 'present' ? 'hit' : kind === 'missing' ? 'miss' : 'failed')),
    expireDates: reads.map((read) => (read.kind === 'present' ? read.session.expireDate : null)),
    sizes: values.map((value) => value.length),
    data: { bytes: new Uint8Array(Buffer.concat(values)), ends: Uint32Array.from(values, (value) => (end += value.length)) },
    ...(flags.some((flag) => flag !== undefined) ? { flags: flags.map((flag) => flag ?? 0) } : {}),
  }
}
