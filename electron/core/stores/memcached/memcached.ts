import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Cursor, PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import { unlessAborted, yieldToLoop } from '../../util/abort.ts'
import { createQueue } from '../../util/serial.ts'
import { BEHIND_TUNNEL, FAR_AWAY } from '../far-away.ts'
import { addUp } from '../add-evictions.ts'
import { KeyLists } from '../key-lists.ts'
import type { KeyPage } from '../key-snapshot.ts'
import { PageRows } from '../page-rows.ts'
import type { DeleteTarget, NewSession, PageQuery, SessionStore, StoreDescription, StoreEdit, StoreImage, StorePage, StoredSession, TallyQuery, TallyStep } from '../session-store.ts'
import { MemcachedItems, itemEtag } from './memcached-items.ts'
import type { PlacedItem } from './memcached-items.ts'
import type { MemcachedPlace } from './memcached-place.ts'
import { isHere } from './memcached-place.ts'
import { MemcachedServer } from './memcached-server.ts'
import type { ServerFacts } from './memcached-server.ts'
import { MemcachedWriter } from './memcached-writer.ts'

/** Values of one exchange: at 1 MB each, what a page may weigh twice over. */
const DATA_KEYS = 32
const FACT_KEYS = 500
const TALLY_KEYS = 5000

/**
 * Sessions in memcached, as Django's PyMemcacheCache and PyLibMCCache put them there (django/core/cache/backends/memcached.py).
 * @throws CONNECT_*; STORE_UNSUPPORTED for servers before 1.6
 */
export async function openMemcached(place: MemcachedPlace): Promise<SessionStore> {
  const servers = place.servers.map((address) => new MemcachedServer(address))
  try {
    return new MemcachedStore(place, servers, await Promise.all(servers.map((server) => server.look())))
  } catch (error) {
    for (const server of servers) server.close()
    throw error
  }
}

class MemcachedStore implements SessionStore {
  readonly #place: MemcachedPlace
  readonly #servers: readonly MemcachedServer[]
  readonly #facts: readonly ServerFacts[]
  readonly #items: MemcachedItems
  readonly #writer: MemcachedWriter
  readonly #lists: KeyLists
  readonly #writing = createQueue()
  #isClosed = false

  constructor(place: MemcachedPlace, servers: readonly MemcachedServer[], facts: readonly ServerFacts[]) {
    this.#place = place
    this.#servers = servers
    this.#facts = facts
    this.#items = new MemcachedItems(place, servers, facts)
    this.#writer = new MemcachedWriter(this.#items, () => this.#whyLocked())
    this.#lists = new KeyLists(() => this.#items.keys())
  }

  async describe(signal: AbortSignal): Promise<StoreDescription> {
    this.#begin(signal)
    const facts = await unlessAborted(Promise.all(this.#servers.map((server) => server.look())), signal)
    const versions = [...new Set(facts.map(({ version }) => version))].join(', ')
    return {
      payload: { kind: 'cache-value', container: 'memcached', reader: this.#place.client, serializer: 'pickle', compressor: null },
      capabilities: { write: true, delete: true, sort: [], count: this.#mayList() ? 'estimate' : 'none', enumerate: this.#mayList() ? 'incomplete' : 'none', filter: ['key'], expiry: 'ttl' },
      server: `memcached ${versions}`,
      extraColumns: [],
      facts: this.#servers.flatMap(({ name }, index) => factsOf(name, facts[index])),
      readOnlyReason: null,
      lockReason: this.#whyLocked(),
      ...addUp(facts.map(({ evictions }) => evictions)),
    }
  }

  async listPage(query: PageQuery, signal: AbortSignal): Promise<StorePage> {
    this.#begin(signal)
    const { keys, from, list, next } = await unlessAborted(this.#lists.page(query, signal), signal)
    const page = new PageRows(query)
    for (let start = 0; start < keys.length; start += DATA_KEYS) {
      const part = keys.slice(start, start + DATA_KEYS)
      const items = await unlessAborted(this.#items.listed(part, 'data'), signal)
      for (const [index, key] of part.entries()) {
        const item = items[index] ?? null
        if (item !== null && !page.add(toRow(key, item))) return page.finish(list.cursorAt(from + start + index), start + index)
      }
    }
    throwIfAborted(signal)
    return page.finish(next, keys.length)
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    this.#begin(signal)
    const item = await unlessAborted(this.#items.find(key), signal)
    if (item === null) return null
    const { data, sizeBytes, flags, exptime } = item
    if (data === null) throw new CoatcheckError('SESSION_TOO_LARGE', `This session is ${sizeBytes} bytes long; Coatcheck reads up to ${LIMITS.storedValueBytes}.`)
    return { key, data, flags, expireDate: exptime === null ? null : exptime * 1_000_000, etag: itemEtag(item), physical: physicalFacts(key, item), image: itemImage(key, item, data) }
  }

  async* tally(query: TallyQuery, signal: AbortSignal): AsyncGenerator<TallyStep> {
    this.#begin(signal)
    if (!Number.isSafeInteger(query.every) || query.every < 1) throw new CoatcheckError('REQUEST_INVALID', 'A part of a tally has at least one row.')
    const list = this.#lists.current(query.order)
    let [examined, live] = [0, 0]
    let cursor: Cursor | null = list.cursorAt(0)
    while (cursor !== null) {
      const { keys, from, next }: KeyPage = await unlessAborted(list.page(cursor, TALLY_KEYS, signal), signal)
      const signposts = keys.flatMap((_, index) => (from + index > 0 && (from + index) % query.every === 0 ? [list.cursorAt(from + index)] : []))
      for (let start = 0; start < keys.length; start += FACT_KEYS) {
        for (const item of await unlessAborted(this.#items.listed(keys.slice(start, start + FACT_KEYS), 'facts'), signal)) {
          if (item === null) continue
          examined += 1
          if (item.exptime === null || item.exptime * 1_000_000 > query.now) live += 1
        }
      }
      yield { examined, live, expired: examined - live, signposts }
      await yieldToLoop(signal)
      cursor = next
    }
  }

  async write(edit: StoreEdit, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writing(() => this.#writer.write(edit))
  }

  async writeMany(edits: readonly StoreEdit[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    return this.#each(edits, (edit) => this.#writer.write(edit), signal)
  }

  async deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    return this.#each(targets, (target) => this.#writer.remove(target), signal)
  }

  async restore(image: StoreImage, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writing(() => this.#writer.restore(image))
  }

  async create(session: NewSession, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writing(() => this.#writer.create(session))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#lists.close()
    for (const server of this.#servers) server.close()
  }

  #begin(signal: AbortSignal): void {
    throwIfAborted(signal)
    if (this.#isClosed) throw new CoatcheckError('CONNECT_LOST', 'This store is closed.', { hint: 'Open it again.' })
  }

  #mayList(): boolean {
    return this.#facts.every(({ mayList }) => mayList)
  }

  #whyLocked(): string | null {
    if (this.#place.allowWrites) return null
    if (!this.#place.servers.every(isHere)) return FAR_AWAY
    return this.#facts.some(({ isDirect }) => isDirect === false) ? BEHIND_TUNNEL : null
  }

  async #each<Item extends { readonly key: SessionKey }>(items: readonly Item[], work: (item: Item) => Promise<KeyOutcome>, signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    this.#begin(signal)
    const outcomes: KeyOutcome[] = []
    for (const item of items) {
      throwIfAborted(signal)
      outcomes.push(await this.#writing(() => work(item)))
    }
    return outcomes
  }
}

function toRow(key: SessionKey, item: PlacedItem): Parameters<PageRows['add']>[0] {
  const { data, sizeBytes, flags, exptime } = item
  return { key, data, sizeBytes, flags, expireDate: exptime === null ? null : exptime * 1_000_000, etag: () => itemEtag(item) }
}

function itemImage(key: SessionKey, { cacheKey, flags, exptime, server }: PlacedItem, data: Uint8Array): StoreImage {
  return { key, columns: { cache_key: cacheKey, data, flags: BigInt(flags), exptime: exptime === null ? null : BigInt(exptime), server: server.name } }
}

function physicalFacts(key: SessionKey, { server, cacheKey, sizeBytes, flags, exptime }: PlacedItem): readonly PhysicalFact[] {
  return [
    { name: 'server', value: server.name },
    { name: 'cache key', value: `${cacheKey.slice(0, -key.length)}<session key>` },
    { name: 'flags', value: String(flags) },
    { name: 'exptime', value: exptime === null ? '0 (never)' : String(exptime) },
    { name: 'size', value: `${sizeBytes} bytes` },
  ]
}

function factsOf(name: string, facts: ServerFacts | undefined): readonly PhysicalFact[] {
  if (facts === undefined) return []
  return [
    { name: 'server', value: `${name}, memcached ${facts.version}` },
    { name: 'longest item', value: `${facts.itemSizeMax} bytes` },
    { name: 'listing', value: facts.mayList ? 'lru_crawler metadump: what the server drops or takes in meanwhile may be missing' : 'not allowed by the server: sessions are found by their key only' },
  ]
}
