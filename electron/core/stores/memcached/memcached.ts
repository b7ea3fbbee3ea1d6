import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { EpochMicros, PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import { unlessAborted } from '../../util/abort.ts'
import { addUp } from '../add-evictions.ts'
import { CacheServerStore } from '../cache-server/cache-server-store.ts'
import { BEHIND_TUNNEL, FAR_AWAY } from '../far-away.ts'
import { KeyLists } from '../key-lists.ts'
import type { PageRow } from '../page-rows.ts'
import type { SessionStore, StoreDescription, StoreImage, StoredSession } from '../session-store.ts'
import { ANOTHER_SERVER, WriteAccess } from '../cache-server/write-access.ts'
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

class MemcachedStore extends CacheServerStore {
  readonly #place: MemcachedPlace
  readonly #servers: readonly MemcachedServer[]
  readonly #facts: readonly ServerFacts[]
  readonly #items: MemcachedItems
  readonly #access: WriteAccess

  constructor(place: MemcachedPlace, servers: readonly MemcachedServer[], facts: readonly ServerFacts[]) {
    const items = new MemcachedItems(place, servers, facts)
    const access = new WriteAccess()
    super({ lists: new KeyLists(() => items.keys()), writer: new MemcachedWriter(items, access), pageKeys: DATA_KEYS, writesAtOnce: 1 })
    this.#place = place
    this.#servers = servers
    this.#facts = facts
    this.#items = items
    this.#access = access
    access.lockReason = this.#whyLocked()
  }

  async describe(signal: AbortSignal): Promise<StoreDescription> {
    this.begin(signal)
    const facts = await unlessAborted(Promise.all(this.#servers.map((server) => server.look())), signal)
    this.#access.readOnlyReason = this.#servers.some(({ isOther }) => isOther) ? ANOTHER_SERVER : null
    const mayWrite = this.#access.readOnlyReason === null
    const versions = [...new Set(facts.map(({ version }) => version))].join(', ')
    return {
      payload: { kind: 'cache-value', container: 'memcached', reader: this.#place.client, serializer: 'pickle', compressor: null },
      capabilities: { write: mayWrite, delete: mayWrite, sort: [], count: this.#mayList() ? 'estimate' : 'none', enumerate: this.#mayList() ? 'incomplete' : 'none', filter: ['key'], expiry: 'ttl' },
      server: `memcached ${versions}`,
      extraColumns: [],
      facts: this.#servers.flatMap(({ name }, index) => factsOf(name, facts[index])),
      readOnlyReason: this.#access.readOnlyReason,
      lockReason: this.#access.lockReason,
      ...addUp(facts.map(({ evictions }) => evictions)),
    }
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    this.begin(signal)
    const item = await unlessAborted(this.#items.find(key), signal)
    if (item === null) return null
    const { data, sizeBytes, flags, exptime } = item
    if (data === null) throw new CoatcheckError('SESSION_TOO_LARGE', reason('stores.tooLong', { size: sizeBytes, limit: LIMITS.storedValueBytes }))
    return { key, data, flags, expireDate: toMicros(exptime), etag: itemEtag(item), physical: physicalFacts(key, item), image: itemImage(key, item, data) }
  }

  protected async rowsOf(keys: readonly SessionKey[]): Promise<readonly (PageRow | null)[]> {
    return (await this.#items.listed(keys, 'data')).map((item, index) => (item === null ? null : toRow(keys[index] ?? '', item)))
  }

  protected async endsOf(keys: readonly SessionKey[], signal: AbortSignal): Promise<readonly (EpochMicros | null | undefined)[]> {
    const ends: (EpochMicros | null | undefined)[] = []
    for (let start = 0; start < keys.length; start += FACT_KEYS) {
      const items = await unlessAborted(this.#items.listed(keys.slice(start, start + FACT_KEYS), 'facts'), signal)
      for (const item of items) ends.push(item === null ? undefined : toMicros(item.exptime))
    }
    return ends
  }

  protected closeServers(): void {
    for (const server of this.#servers) server.close()
  }

  #mayList(): boolean {
    return this.#facts.every(({ mayList }) => mayList)
  }

  #whyLocked(): Reason | null {
    if (this.#place.allowWrites) return null
    if (!this.#place.servers.every(isHere)) return FAR_AWAY
    return this.#facts.some(({ isDirect }) => isDirect === false) ? BEHIND_TUNNEL : null
  }
}

function toRow(key: SessionKey, item: PlacedItem): PageRow {
  const { data, sizeBytes, flags, exptime } = item
  return { key, data, sizeBytes, flags, expireDate: toMicros(exptime), etag: () => itemEtag(item) }
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

const toMicros = (exptime: number | null): EpochMicros | null => (exptime === null ? null : exptime * 1_000_000)
