import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Cursor, SessionKey } from '../../../../shared/model/session.ts'
import type { StorePayload } from '../../../../shared/model/store.ts'
import { unlessAborted, yieldToLoop } from '../../util/abort.ts'
import { createQueue } from '../../util/serial.ts'
import { BEHIND_TUNNEL, FAR_AWAY } from '../far-away.ts'
import { KeyLists } from '../key-lists.ts'
import { KeySnapshot } from '../key-snapshot.ts'
import type { KeyPage } from '../key-snapshot.ts'
import { packImages } from '../image-bytes.ts'
import { PageRows } from '../page-rows.ts'
import type { DeleteTarget, NewSession, PageQuery, SessionStore, StoreDescription, StoredSession, StoreEdit, StoreImage, StoreImages, StorePage, TallyQuery, TallyStep } from '../session-store.ts'
import { addUp } from '../add-evictions.ts'
import { factsOf, findEndCommand, lookAt } from './redis-facts.ts'
import type { RedisFacts } from './redis-facts.ts'
import { ANOTHER_SERVER } from './redis-identity.ts'
import { redisKeys } from './redis-keys.ts'
import { SAMPLE, choosePayload } from './redis-payload.ts'
import { isHere } from './redis-place.ts'
import type { RedisPlace } from './redis-place.ts'
import { RedisServers } from './redis-servers.ts'
import { RedisSessions } from './redis-sessions.ts'
import type { RedisItem } from './redis-sessions.ts'
import { physicalFacts } from './redis-physical.ts'
import { RedisWriter } from './redis-writer.ts'

const DATA_KEYS = 500
const TALLY_KEYS = 5000
/** Writes that are on their way at once. */
const WRITES = 50

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
    if (first === undefined) throw new CoatcheckError('STORE_NOT_FOUND', 'There is no server.')
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

class RedisStore implements SessionStore {
  readonly #place: RedisPlace
  readonly #sessions: RedisSessions
  readonly #writer: RedisWriter
  readonly #lists: KeyLists
  readonly #writing = createQueue()
  #readOnlyReason: string | null = null
  #lockReason: string | null = null
  #payload: StorePayload | null = null
  #isClosed = false

  constructor(place: RedisPlace, sessions: RedisSessions, { keepsTtl }: { readonly keepsTtl: boolean }) {
    this.#place = place
    this.#sessions = sessions
    this.#writer = new RedisWriter(sessions, { keepsTtl, whyReadOnly: () => this.#readOnlyReason ?? this.#lockReason })
    this.#lists = new KeyLists((wanted) => sessions.scan(wanted))
  }

  async describe(signal: AbortSignal): Promise<StoreDescription> {
    this.#begin(signal)
    const facts = await unlessAborted(this.look(), signal)
    this.#payload ??= await this.#findPayload(signal)
    const mayWrite = this.#readOnlyReason === null
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
      readOnlyReason: this.#readOnlyReason,
      lockReason: this.#lockReason,
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
    this.#readOnlyReason = facts.some(({ role }) => role === 'slave') ? 'The server is a replica, which cannot be written to. Connect to its master to change sessions.' : masters.some(({ isOther }) => isOther) ? ANOTHER_SERVER : null
    this.#lockReason = isLocal || this.#place.allowWrites ? null : isNamedHere ? BEHIND_TUNNEL : FAR_AWAY
    return facts
  }

  async listPage(query: PageQuery, signal: AbortSignal): Promise<StorePage> {
    this.#begin(signal)
    const { keys, from, list, next } = await unlessAborted(this.#lists.page(query, signal), signal)
    const page = new PageRows(query)
    for (let start = 0; start < keys.length; start += DATA_KEYS) {
      const part = keys.slice(start, start + DATA_KEYS)
      const items = await unlessAborted(this.#sessions.listed(part), signal)
      for (const [index, key] of part.entries()) {
        const item = items[index] ?? null
        if (item !== null && !page.add(this.#toRow(key, item))) return page.finish(list.cursorAt(from + start + index), start + index)
      }
    }
    throwIfAborted(signal)
    return page.finish(next, keys.length)
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    this.#begin(signal)
    const item = await unlessAborted(this.#sessions.find(key, 'reader'), signal)
    if (item === null) return null
    const { wholeKey, data, sizeBytes, end } = item
    const etag = this.#sessions.etag(item)
    if (data === null || etag === null) throw new CoatcheckError('SESSION_TOO_LARGE', `This session is ${sizeBytes} bytes long; Coatcheck reads up to ${LIMITS.storedValueBytes}.`)
    const physical = await unlessAborted(physicalFacts(this.#sessions, this.#place, item, key), signal)
    return { key, data, expireDate: toMicros(end), etag, physical, image: imageOf(key, { wholeKey, data, end }) }
  }

  async images(keys: readonly SessionKey[], signal: AbortSignal): Promise<StoreImages> {
    this.#begin(signal)
    const etags: StoreImages['etags'][number][] = []
    const images: (StoreImage | null)[] = []
    for (let start = 0; start < keys.length; start += DATA_KEYS) {
      const part = keys.slice(start, start + DATA_KEYS).map((key) => ({ key, wholeKeys: this.#sessions.keys.wholeKeys(key) }))
      const found = new Map((await unlessAborted(this.#sessions.items(part.flatMap(({ wholeKeys }) => wholeKeys)), signal)).flatMap((item) => (item === null ? [] : [[item.wholeKey, item]])))
      for (const { key, wholeKeys } of part) {
        const item = wholeKeys.map((wholeKey) => found.get(wholeKey)).find((one) => one !== undefined)
        const { wholeKey = '', data = null, end = null } = item ?? {}
        etags.push(item === undefined ? null : this.#sessions.etag(item))
        images.push(data === null ? null : imageOf(key, { wholeKey, data, end }))
      }
    }
    return { etags, data: packImages(images) }
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
      for (const end of await unlessAborted(this.#sessions.ends(keys), signal)) {
        if (end === undefined) continue
        examined += 1
        if (end === null || end * 1000 > query.now) live += 1
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
    this.#sessions.servers.close()
  }

  #begin(signal: AbortSignal): void {
    throwIfAborted(signal)
    if (this.#isClosed) throw new CoatcheckError('CONNECT_LOST', 'This store is closed.', { hint: 'Open it again.' })
  }

  async #findPayload(signal: AbortSignal): Promise<StorePayload> {
    const { format, pattern } = this.#place
    if (format !== 'auto') return choosePayload(format, pattern !== null, [])
    const some = new KeySnapshot(this.#sessions.scan())
    const { keys } = await unlessAborted(some.page(null, SAMPLE, signal), signal)
    const items = await unlessAborted(this.#sessions.listed(keys), signal)
    return choosePayload(format, pattern !== null, items.flatMap((item) => (item === null || item.data === null ? [] : [item.data])))
  }

  async #each<Item extends { readonly key: SessionKey }>(items: readonly Item[], work: (item: Item) => Promise<KeyOutcome>, signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    this.#begin(signal)
    const outcomes: KeyOutcome[] = []
    for (let start = 0; start < items.length; start += WRITES) {
      throwIfAborted(signal)
      const part = items.slice(start, start + WRITES)
      const settled = await this.#writing(() => Promise.allSettled(part.map(work)))
      const [first] = settled
      if (start === 0 && first?.status === 'rejected' && settled.every(({ status }) => status === 'rejected')) throw first.reason
      // Of those that went through before the server was lost, somebody must be told.
      for (const [index, { key }] of part.entries()) outcomes.push(outcomeOf(key, settled[index]))
    }
    return outcomes
  }

  #toRow(key: SessionKey, item: RedisItem): Parameters<PageRows['add']>[0] {
    const { data, sizeBytes, end } = item
    return { key, data, sizeBytes, expireDate: toMicros(end), etag: () => this.#sessions.etag(item) ?? '' }
  }
}

function outcomeOf(key: SessionKey, settled: PromiseSettledResult<KeyOutcome> | undefined): KeyOutcome {
  if (settled?.status === 'fulfilled') return settled.value
  if (settled?.reason instanceof CoatcheckError) return { key, outcome: 'failed', etag: null, reason: settled.reason.message }
  throw settled?.reason
}

const imageOf = (key: SessionKey, { wholeKey, data, end }: { readonly wholeKey: string; readonly data: Uint8Array; readonly end: number | null }): StoreImage => ({ key, columns: { redis_key: wholeKey, data, end: end === null ? null : BigInt(end) } })
const toMicros = (end: number | null): number | null => (end === null ? null : end * 1000)
