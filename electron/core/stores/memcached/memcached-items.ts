import { createHash } from 'node:crypto'
import { CoatcheckError } from '../../../../shared/errors.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import { CACHE_KEY_PREFIXES, makeCacheKey, readCacheKey, sessionCacheKey } from '../cache-key.ts'
import type { CacheEngine } from '../cache-key.ts'
import type { MemcachedPlace } from './memcached-place.ts'
import type { MemcachedItem, MemcachedServer, ServerFacts } from './memcached-server.ts'
import { chooseServer } from './server-choice.ts'

export interface PlacedItem extends MemcachedItem {
  readonly server: MemcachedServer
  /** Longest item that its server takes. */
  readonly itemSizeMax: number
}

/** Longest key that memcached has, in bytes. */
const KEY_BYTES = 250

/** Which item of which server is the session of a key. */
export class MemcachedItems {
  readonly #place: MemcachedPlace
  readonly #servers: readonly MemcachedServer[]
  readonly #facts: readonly ServerFacts[]
  /** Where a listing found a session: the number of its server, and its whole key. */
  readonly #listed = new Map<SessionKey, { readonly server: number; readonly cacheKey: string }>()

  constructor(place: MemcachedPlace, servers: readonly MemcachedServer[], facts: readonly ServerFacts[]) {
    this.#place = place
    this.#servers = servers
    this.#facts = facts
  }

  /** Session keys in batches, server by server. @throws STORE_UNSUPPORTED where a server does not allow it */
  async* keys(): AsyncGenerator<readonly SessionKey[]> {
    if (this.#facts.some(({ mayList }) => !mayList)) {
      throw new CoatcheckError('STORE_UNSUPPORTED', 'memcached.noList', { hint: 'next.lookUpByKey' })
    }
    for (const [number, server] of this.#servers.entries()) {
      for await (const batch of server.keys((cacheKey) => readCacheKey(this.#place, cacheKey) !== null)) yield batch.flatMap((cacheKey) => this.#keep(number, cacheKey))
    }
  }

  /**
   * The server that the site's library chooses is right where several hold the key; but all are asked, because a library can be set
   * up to choose by other rules. The engine `cache` comes before `cached_db`.
   */
  async find(key: SessionKey): Promise<PlacedItem | null> {
    for (const cacheKey of this.cacheKeys(key)) {
      const found = await Promise.all(this.#servers.map(async (_, number) => (await this.#read(number, [cacheKey], 'data'))[0] ?? null))
      const item = found[chooseServer(this.#place.client, this.#names(), cacheKey)] ?? found.find((one) => one !== null)
      if (item !== null && item !== undefined) return item
    }
    return null
  }

  /** Sessions where the listing found them, in order; null: not there any more. */
  async listed(keys: readonly SessionKey[], what: 'data' | 'facts'): Promise<readonly (PlacedItem | null)[]> {
    const items = new Map<SessionKey, PlacedItem | null>()
    await Promise.all(this.#servers.map(async (_, number) => {
      const here = keys.flatMap((key) => {
        const place = this.#listed.get(key)
        return place?.server === number ? [{ key, cacheKey: place.cacheKey }] : []
      })
      const found = await this.#read(number, here.map(({ cacheKey }) => cacheKey), what)
      for (const [index, { key }] of here.entries()) items.set(key, found[index] ?? null)
    }))
    return keys.map((key) => items.get(key) ?? null)
  }

  async reread({ server, cacheKey, itemSizeMax }: PlacedItem): Promise<PlacedItem | null> {
    const [item = null] = await server.items([cacheKey], 'data', itemSizeMax)
    return item === null ? null : { ...item, server, itemSizeMax }
  }

  /** Whole keys under which the session of a key may stand; empty: memcached has no such keys. */
  cacheKeys(key: SessionKey): readonly string[] {
    return key === '' ? [] : CACHE_KEY_PREFIXES.map((prefix) => makeCacheKey(this.#place, `${prefix}${key}`)).filter(isMemcachedKey)
  }

  /** Where the site's library would put a new session; null: memcached has no such key. */
  placeOf(key: SessionKey, engine: CacheEngine): { readonly server: MemcachedServer; readonly cacheKey: string; readonly itemSizeMax: number } | null {
    const cacheKey = sessionCacheKey(this.#place, engine, key)
    const number = chooseServer(this.#place.client, this.#names(), cacheKey)
    const server = this.#servers[number]
    return server === undefined || key === '' || !isMemcachedKey(cacheKey) ? null : { server, cacheKey, itemSizeMax: this.#facts[number]?.itemSizeMax ?? 0 }
  }

  /** By the name that an image tells; null: it is none of this place any more. */
  serverOf(name: string): MemcachedServer | null {
    return this.#servers.find((server) => server.name === name) ?? null
  }

  get servers(): readonly MemcachedServer[] {
    return this.#servers
  }

  #names(): readonly string[] {
    return this.#servers.map(({ name }) => name)
  }

  #keep(server: number, cacheKey: string): readonly SessionKey[] {
    const key = readCacheKey(this.#place, cacheKey)?.key
    if (key === undefined) return []
    const known = this.#listed.get(key)
    const isBetter = known === undefined || known.cacheKey !== cacheKey || server === chooseServer(this.#place.client, this.#names(), cacheKey)
    if (isBetter) this.#listed.set(key, { server, cacheKey })
    return [key]
  }

  async #read(number: number, cacheKeys: readonly string[], what: 'data' | 'facts'): Promise<readonly (PlacedItem | null)[]> {
    const server = this.#servers[number]
    const itemSizeMax = this.#facts[number]?.itemSizeMax ?? 0
    if (server === undefined || cacheKeys.length === 0) return []
    return (await server.items(cacheKeys, what, itemSizeMax)).map((item) => (item === null ? null : { ...item, server, itemSizeMax }))
  }
}

/** Flags, end and bytes; not the server's number, which changes when the same is written again. */
export function itemEtag({ flags, exptime, data }: MemcachedItem): Etag {
  return createHash('sha256').update(`${flags}:${exptime}:`).update(data ?? '').digest('base64url').slice(0, 22)
}

/** Django's rule (`memcache_key_warnings`): no control characters, no space, 250 bytes. */
function isMemcachedKey(key: string): boolean {
  return ![...key].some((character) => character <= ' ' || character === '\u007f') && Buffer.byteLength(key) <= KEY_BYTES && key.isWellFormed()
}
