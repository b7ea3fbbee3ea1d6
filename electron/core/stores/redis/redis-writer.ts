import { CoatcheckError } from '../../../../shared/errors.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import type { SessionWrites } from '../cache-server/cache-server-store.ts'
import type { DeleteTarget, NewSession, StoreEdit, StoreImage } from '../session-store.ts'
import type { WriteAccess } from '../cache-server/write-access.ts'
import type { Command } from './redis-link.ts'
import { RedisSwap } from './redis-swap.ts'
import type { RedisItem, RedisSessions } from './redis-sessions.ts'

/** Failures of one session; others may still be written. */
const OF_ONE_SESSION: readonly ErrorCode[] = ['STORE_UNSUPPORTED', 'STORE_PERMISSION', 'STORE_BUSY', 'STORE_READ_ONLY']
/** The answer of a write did not come: it may be done or not. */
const NO_ANSWER: readonly ErrorCode[] = ['CONNECT_LOST', 'CONNECT_TIMEOUT']

/** The writing half: every write names the very value that was read. */
export class RedisWriter implements SessionWrites {
  readonly #sessions: RedisSessions
  readonly #swap: RedisSwap
  readonly #access: WriteAccess
  /** `SET … KEEPTTL` (Redis 6). */
  readonly #keepsTtl: boolean

  constructor(sessions: RedisSessions, { keepsTtl, access }: { readonly keepsTtl: boolean; readonly access: WriteAccess }) {
    this.#sessions = sessions
    this.#swap = new RedisSwap(sessions)
    this.#keepsTtl = keepsTtl
    this.#access = access
  }

  async write(edit: StoreEdit): Promise<KeyOutcome> {
    const { key, ifEtag, data } = edit
    if (data === undefined && edit.expireDate === undefined && edit.image === undefined) throw new CoatcheckError('NOTHING_TO_CHANGE', 'stores.nothingToWrite')
    this.#access.assert()
    const item = await this.#sessions.find(key)
    if (item === null) return gone(key)
    if (!isRead(item) || this.#sessions.etag(item) !== ifEtag) return this.#conflict(key, item)
    const end = revisedEnd(edit)
    return this.#asOutcome(key, async () => {
      const outcome = await this.#swap.swap(item, this.#toCommand(item, data, end))
      if (outcome === 'changed' || outcome === 'gone') return this.#settle(key, item)
      // Not read again: what stands there a moment later may be the app’s.
      const next = { ...item, data: data === undefined ? item.data : Buffer.from(data), end: end === undefined ? item.end : end }
      return { key, outcome: 'done', etag: outcome === 'ended' ? null : this.#sessions.etag(next), reason: null }
    })
  }

  async remove({ key, ifEtag }: DeleteTarget): Promise<KeyOutcome> {
    this.#access.assert()
    if (ifEtag === null) {
      for (const wholeKey of this.#sessions.keys.wholeKeys(key)) await this.#sessions.servers.ready(wholeKey)
      return this.#asOutcome(key, () => this.#removeWhatever(key))
    }
    const item = this.#sessions.takeKnown(key, ifEtag) ?? (await this.#sessions.find(key))
    if (item === null) return gone(key)
    if (!isRead(item) || this.#sessions.etag(item) !== ifEtag) return this.#conflict(key, item)
    return this.#asOutcome(key, async () => {
      const outcome = await this.#swap.swap(item, ['UNLINK', item.wholeKey])
      return outcome === 'changed' || outcome === 'gone' ? this.#settle(key, item) : { key, outcome: 'done', etag: null, reason: null }
    })
  }

  async restore(image: StoreImage): Promise<KeyOutcome> {
    const { key, columns: { redis_key: wholeKey, data, end } } = image
    const isWhole = typeof wholeKey === 'string' && this.#sessions.keys.wholeKeys(key).includes(wholeKey) && data instanceof Uint8Array && (end === null || typeof end === 'bigint')
    if (!isWhole) throw new CoatcheckError('REQUEST_INVALID', 'stores.imageNotWhole')
    return this.#add(key, { wholeKey, data: Buffer.from(data), sizeBytes: data.length, end: end === null ? null : Number(end) })
  }

  async create({ key, data, expireDate, engine }: NewSession): Promise<KeyOutcome> {
    const [cacheKey, pairKey = cacheKey] = this.#sessions.keys.wholeKeys(key)
    const wholeKey = engine === 'cached_db' ? pairKey : cacheKey
    if (wholeKey === undefined) return failed(key, reason('redis.noKey'))
    return this.#add(key, { wholeKey, data: Buffer.from(data), sizeBytes: data.length, end: Math.floor(expireDate / 1000) })
  }

  async #add(key: SessionKey, item: RedisItem & { readonly data: Buffer }): Promise<KeyOutcome> {
    const { wholeKey } = item
    this.#access.assert()
    const standing = (await this.#sessions.isThere(key)) ? await this.#sessions.find(key) : null
    if (standing !== null) return this.#exists(key, standing)
    if (item.end !== null && item.end <= Date.now()) return failed(key, reason('redis.timePassed'))
    return this.#asOutcome(key, async () => {
      const isSet = (await this.#sessions.servers.ask(wholeKey, ['SET', wholeKey, item.data, ...this.#lifeOf(item.end), 'NX'])) !== null
      if (isSet) return { key, outcome: 'done', etag: this.#sessions.etag(item), reason: null }
      const now = await this.#sessions.find(key)
      return now === null ? failed(key, reason('redis.otherForAMoment')) : this.#exists(key, now)
    })
  }

  #toCommand({ wholeKey, end: before }: RedisItem, data: Uint8Array | undefined, end: number | null | undefined): Command {
    if (data !== undefined) {
      const life: Command | readonly [] = end === undefined && this.#keepsTtl ? ['KEEPTTL'] : this.#lifeOf(end === undefined ? before : end)
      return life.length > 0 && Number(life[1]) < 1 ? ['UNLINK', wholeKey] : ['SET', wholeKey, Buffer.from(data), ...life]
    }
    if (end === null || end === undefined) return ['PERSIST', wholeKey]
    return this.#sessions.endCommand === 'PEXPIRETIME' ? ['PEXPIREAT', wholeKey, end] : ['PEXPIRE', wholeKey, end - Date.now()]
  }

  /** Of SET. Servers that tell no instants are not told any: their clock may be another than ours. */
  #lifeOf(end: number | null): readonly [] | readonly [string, number] {
    if (end === null) return []
    return this.#sessions.endCommand === 'PEXPIRETIME' ? ['PXAT', end] : ['PX', end - Date.now()]
  }

  async #removeWhatever(key: SessionKey): Promise<KeyOutcome> {
    for (const wholeKey of this.#sessions.keys.wholeKeys(key)) {
      if ((await this.#swap.remove(wholeKey)) !== 'gone') return { key, outcome: 'done', etag: null, reason: null }
    }
    return gone(key)
  }

  async #settle(key: SessionKey, { wholeKey }: RedisItem): Promise<KeyOutcome> {
    const [now = null] = await this.#sessions.items([wholeKey])
    return now === null ? gone(key) : this.#conflict(key, now)
  }

  #conflict(key: SessionKey, item: RedisItem): KeyOutcome {
    return { key, outcome: 'conflict', etag: this.#sessions.etag(item), reason: null }
  }

  #exists(key: SessionKey, item: RedisItem): KeyOutcome {
    return { key, outcome: 'exists', etag: this.#sessions.etag(item), reason: null }
  }

  async #asOutcome(key: SessionKey, work: () => Promise<KeyOutcome>): Promise<KeyOutcome> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof CoatcheckError)) throw error
      if (NO_ANSWER.includes(error.code)) return { key, outcome: 'unknown', etag: null, reason: reason('stores.doneUnknown'), code: error.code }
      if (OF_ONE_SESSION.includes(error.code)) return failed(key, error.reason)
      throw error
    }
  }
}

/** Milliseconds since 1970 UTC; null: never; undefined: as it is. */
function revisedEnd({ expireDate, image }: StoreEdit): number | null | undefined {
  const before = image?.columns['end']
  if (before === null) return null
  if (typeof before === 'bigint') return Number(before)
  return expireDate === undefined ? undefined : Math.floor(expireDate / 1000)
}

const isRead = (item: RedisItem): item is RedisItem & { readonly data: Buffer } => item.data !== null
const gone = (key: SessionKey): KeyOutcome => ({ key, outcome: 'gone', etag: null, reason: null })
const failed = (key: SessionKey, reason: Reason): KeyOutcome => ({ key, outcome: 'failed', etag: null, reason })
