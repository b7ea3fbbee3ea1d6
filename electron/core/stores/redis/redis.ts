import { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { EpochMicros, Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { StorePayload } from '../../../../shared/model/store.ts'
import { unlessAborted } from '../../util/abort.ts'
import { addUp } from '../add-evictions.ts'
import { CacheServerStore } from '../cache-server/cache-server-store.ts'
import { BEHIND_TUNNEL, FAR_AWAY } from '../far-away.ts'
import { KeyLists } from '../key-lists.ts'
import { KeySnapshot } from '../key-snapshot.ts'
import type { PageRow } from '../page-rows.ts'
import { packImages } from '../image-bytes.ts'
import type { SessionStore, StoreDescription, StoredSession, StoreImage, StoreImages } from '../session-store.ts'
import { ANOTHER_SERVER, WriteAccess } from '../cache-server/write-access.ts'
import { factsOf, findEndCommand, lookAt } from './redis-facts.ts'
import type { RedisFacts } from './redis-facts.ts'
import { redisKeys } from './redis-keys.ts'
import { SAMPLE, choosePayload } from './redis-payload.ts'
import { isHere } from './redis-place.ts'
import type { RedisPlace } from './redis-place.ts'
import { RedisServers } from './redis-servers.ts'
import { RedisSessions } from './redis-sessions.ts'
import type { ReadItem, RedisItem } from './redis-sessions.ts'
import { physicalFacts } from './redis-physical.ts'
import { RedisWriter } from './redis-writer.ts'

const DATA_KEYS = 500
/** Writes that are on their way at once. */
const WRITES = 200

/**
 * Sessions in Redis: those of Django's RedisCache (django/core/cache/backends/redis.py) and of django-redis, and those of a site's
 * own engine under a pattern of keys.
 * @throws CONNECT_*, STORE_*
 */
export async function openRedis(place: RedisPlace): Promise<SessionStore> {
  const servers = new RedisServers(place)
  try {
    const keys = redisKeys(place)
    const [first] = await servers.masters()
    if (first === undefined) throw new CoatcheckError('STORE_NOT_FOUND', 'redis.noServer')
    const { version } = await servers.watched(() => lookAt(first))
    const sessions = new RedisSessions(servers, keys, await findEndCommand(first, keys.wholeKeys('0')[0] ?? ''))
    const store = new RedisStore(place, sessions, { keepsTtl: version === null || version[0] >= 6 })
    await store.look()
    return store
  } catch (error) {
    servers.close()
    throw error
  }
}

class RedisStore extends CacheServerStore {
  readonly #place: RedisPlace
  readonly #sessions: RedisSessions
  readonly #access: WriteAccess
  #payload: StorePayload | null = null

  constructor(place: RedisPlace, sessions: RedisSessions, { keepsTtl }: { readonly keepsTtl: boolean }) {
    const access = new WriteAccess()
    super({ lists: new KeyLists((wanted) => sessions.scan(wanted)), writer: new RedisWriter(sessions, { keepsTtl, access }), pageKeys: DATA_KEYS, writesAtOnce: WRITES })
    this.#place = place
    this.#sessions = sessions
    this.#access = access
  }

  async describe(signal: AbortSignal): Promise<StoreDescription> {
    this.begin(signal)
    const facts = await unlessAborted(this.look(), signal)
    this.#payload ??= await this.#findPayload(signal)
    const mayWrite = this.#access.readOnlyReason === null
    const { topology, db, tls, readsReplicas } = this.#place
    return {
      payload: this.#payload,
      capabilities: { write: mayWrite, delete: mayWrite, sort: [], count: 'none', enumerate: 'unordered', filter: ['key'], expiry: 'ttl' },
      server: [...new Set(facts.map(({ server }) => server))].join(', '),
      extraColumns: [],
      facts: [
        { name: 'topology', value: topology.kind === 'sentinel' ? `Sentinel, master ${topology.master}` : topology.kind === 'cluster' ? `Cluster of ${facts.length} masters` : 'one server' },
        ...facts.flatMap((one) => one.facts),
        ...(readsReplicas ? [{ name: 'read from', value: 'replicas, where a master has one' }] : []),
        { name: 'database', value: String(db) },
        { name: 'TLS', value: tls === 'verify' ? 'verified' : 'off' },
        { name: 'key', value: this.#sessions.keys.shown },
        { name: 'end of life', value: this.#sessions.endCommand === 'PEXPIRETIME' ? 'told by the server, to the millisecond' : 'reckoned from the time that is left (PTTL)' },
      ],
      readOnlyReason: this.#access.readOnlyReason,
      lockReason: this.#access.lockReason,
      ...addUp(facts.map(({ evictions }) => evictions)),
    }
  }

  /** Asks every master what it is, and finds out whether sessions may be written. */
  async look(): Promise<readonly (RedisFacts & Pick<StoreDescription, 'facts'>)[]> {
    const masters = await this.#sessions.servers.masters()
    const facts = await Promise.all(masters.map(async (node) => {
      const found = await this.#sessions.servers.watched(() => lookAt(node))
      return { ...found, facts: factsOf(node, found) }
    }))
    const isNamedHere = this.#place.via === null && this.#place.addresses.every(isHere) && masters.every(({ address }) => isHere(address))
    // A tunnel or a container ends here too, and leads elsewhere.
    const isLocal = isNamedHere && (await Promise.all(masters.map((node) => this.#sessions.servers.watched(() => node.isDirect())))).every((direct) => direct !== false)
    this.#access.readOnlyReason = facts.some(({ role }) => role === 'slave') ? reason('redis.replicaMaster') : masters.some(({ isOther }) => isOther) ? ANOTHER_SERVER : null
    this.#access.lockReason = isLocal || this.#place.allowWrites ? null : isNamedHere ? BEHIND_TUNNEL : FAR_AWAY
    return facts
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    this.begin(signal)
    const item = await unlessAborted(this.#sessions.find(key, 'reader'), signal)
    if (item === null) return null
    const { wholeKey, data, sizeBytes, end } = item
    const etag = this.#sessions.etag(item)
    if (data === null || etag === null) throw new CoatcheckError('SESSION_TOO_LARGE', reason('stores.tooLong', { size: sizeBytes, limit: LIMITS.storedValueBytes }))
    const physical = await unlessAborted(physicalFacts(this.#sessions, this.#place, item, key), signal)
    return { key, data, expireDate: toMicros(end), etag, physical, image: imageOf(key, { wholeKey, data, end }) }
  }

  async images(keys: readonly SessionKey[], signal: AbortSignal): Promise<StoreImages> {
    this.begin(signal)
    const etags: StoreImages['etags'][number][] = []
    const images: (StoreImage | null)[] = []
    const known: { readonly key: SessionKey; readonly etag: Etag; readonly item: ReadItem }[] = []
    for (let start = 0; start < keys.length; start += DATA_KEYS) {
      const part = keys.slice(start, start + DATA_KEYS).map((key) => ({ key, wholeKeys: this.#sessions.keys.wholeKeys(key) }))
      const found = new Map((await unlessAborted(this.#sessions.items(part.flatMap(({ wholeKeys }) => wholeKeys)), signal)).flatMap((item) => (item === null ? [] : [[item.wholeKey, item]])))
      for (const { key, wholeKeys } of part) {
        const item = wholeKeys.map((wholeKey) => found.get(wholeKey)).find((one) => one !== undefined)
        const { wholeKey = '', data = null, end = null } = item ?? {}
        const etag = item === undefined ? null : this.#sessions.etag(item)
        etags.push(etag)
        images.push(data === null ? null : imageOf(key, { wholeKey, data, end }))
        if (data !== null && etag !== null) known.push({ key, etag, item: { wholeKey, data, sizeBytes: data.length, end } })
      }
    }
    this.#sessions.remember(known)
    return { etags, data: packImages(images) }
  }

  protected async rowsOf(keys: readonly SessionKey[]): Promise<readonly (PageRow | null)[]> {
    return (await this.#sessions.listed(keys)).map((item, index) => (item === null ? null : this.#toRow(keys[index] ?? '', item)))
  }

  protected async endsOf(keys: readonly SessionKey[]): Promise<readonly (EpochMicros | null | undefined)[]> {
    return (await this.#sessions.ends(keys)).map((end) => (end === undefined ? undefined : toMicros(end)))
  }

  protected closeServers(): void {
    this.#sessions.servers.close()
  }

  async #findPayload(signal: AbortSignal): Promise<StorePayload> {
    const { format, pattern } = this.#place
    if (format !== 'auto') return choosePayload(format, pattern !== null, [])
    const some = new KeySnapshot(this.#sessions.scan())
    const { keys } = await unlessAborted(some.page(null, SAMPLE, signal), signal)
    const items = await unlessAborted(this.#sessions.listed(keys), signal)
    return choosePayload(format, pattern !== null, items.flatMap((item) => (item === null || item.data === null ? [] : [item.data])))
  }

  #toRow(key: SessionKey, item: RedisItem): PageRow {
    const { data, sizeBytes, end } = item
    return { key, data, sizeBytes, expireDate: toMicros(end), etag: () => this.#sessions.etag(item) ?? '' }
  }
}

const imageOf = (key: SessionKey, { wholeKey, data, end }: { readonly wholeKey: string; readonly data: Uint8Array; readonly end: number | null }): StoreImage => ({ key, columns: { redis_key: wholeKey, data, end: end === null ? null : BigInt(end) } })
const toMicros = (end: number | null): number | null => (end === null ? null : end * 1000)
