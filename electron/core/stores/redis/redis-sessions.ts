import { createHash } from 'node:crypto'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { WantedKeys } from '../key-lists.ts'
import { isReadable } from '../page-rows.ts'
import { RedisRefusal } from './redis-errors.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Command, Reply } from './redis-link.ts'
import type { RedisNode } from './redis-node.ts'
import { isLost } from './redis-servers.ts'
import type { RedisServers, Side } from './redis-servers.ts'

/** A session as it stands in Redis. */
export interface RedisItem {
  readonly wholeKey: string
  /** null: longer than `LIMITS.storedValueBytes`, and not read. */
  readonly data: Buffer | null
  readonly sizeBytes: number
  /** Milliseconds since 1970 UTC; null: it never ends. */
  readonly end: number | null
}

export type ReadItem = RedisItem & { readonly data: Buffer }

/**
 * How a server tells when a key ends: by its own clock (PEXPIRETIME, Redis 7), which every reading tells alike; or by the time that
 * is left (PTTL), which our clock makes an instant of.
 */
export type EndCommand = 'PEXPIRETIME' | 'PTTL'

/** Keys that one SCAN looks at. */
const SCAN_COUNT = 2000
/** Values of one exchange. */
const EXCHANGE_BYTES = 16 * 1024 * 1024
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads sessions. Nothing here writes. */
export class RedisSessions {
  readonly servers: RedisServers
  readonly keys: RedisKeys
  readonly endCommand: EndCommand
  /** What was read to be deleted next, until it is: of the last two readings. */
  #known: readonly Map<string, ReadItem>[] = []
  /** Those that a listing found under another than the likeliest of their whole keys: that one's place. */
  readonly #ranks = new Map<SessionKey, number>()

  constructor(servers: RedisServers, keys: RedisKeys, endCommand: EndCommand) {
    this.servers = servers
    this.keys = keys
    this.endCommand = endCommand
  }

  /** Session keys in batches, master by master. A batch that failed is asked for again by the next call. `wanted`: as far as one MATCH can say it. */
  scan(wanted: WantedKeys = null): AsyncIterableIterator<readonly SessionKey[]> {
    let left: (readonly [reader: RedisNode, master: RedisNode])[] | null = null
    let cursor = '0'
    const glob = this.keys.globOf(wanted)
    const scan: AsyncIterableIterator<readonly SessionKey[]> = {
      next: async () => {
        left ??= [...(await this.servers.readers())]
        const [first] = left
        if (first === undefined) return { done: true, value: undefined }
        const [reader, master] = first
        const reply = await this.servers.watched(() => reader.ask('SCAN', cursor, 'MATCH', glob, 'COUNT', SCAN_COUNT)).catch((error: unknown) => {
          // Another node's cursor means nothing to its master, which begins anew.
          if (reader !== master && isLost(error)) {
            left?.splice(0, 1, [master, master])
            cursor = '0'
            return null
          }
          throw error
        })
        if (reply === null) return { done: false, value: [] }
        const [next, found] = Array.isArray(reply) ? (reply as readonly Reply[]) : []
        cursor = Buffer.isBuffer(next) ? next.toString('latin1') : '0'
        if (cursor === '0') left.shift()
        return { done: false, value: (Array.isArray(found) ? (found as readonly Reply[]) : []).flatMap((wholeKey) => this.#keep(wholeKey)) }
      },
      return: async () => ({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => scan,
    }
    return scan
  }

  remember(items: readonly { readonly key: SessionKey; readonly etag: Etag; readonly item: ReadItem }[]): void {
    this.#known = [new Map(items.map(({ key, etag, item }) => [`${etag} ${key}`, item])), ...this.#known].slice(0, 2)
  }

  /** As it was read for its before-image, once: a swap compares it at the server, so that it needs no second look. null: it is not known. */
  takeKnown(key: SessionKey, etag: Etag): ReadItem | null {
    for (const items of this.#known) {
      const item = items.get(`${etag} ${key}`)
      if (item !== undefined && items.delete(`${etag} ${key}`)) return item
    }
    return null
  }

  /** The first of the whole keys that there is. */
  async find(key: SessionKey, side: Side = 'master'): Promise<RedisItem | null> {
    const items = await this.items(this.keys.wholeKeys(key), side)
    return items.find((item) => item !== null) ?? null
  }

  /** Whether anything stands under one of the whole keys, also what is no session; true where that is not told. */
  async isThere(key: SessionKey): Promise<boolean> {
    const replies = await this.servers.run(this.keys.wholeKeys(key).map((wholeKey) => ({ wholeKey, command: ['EXISTS', wholeKey] })))
    return replies.some((reply) => reply !== 0)
  }

  /** Where a listing found them, in order; null: not there any more. */
  async listed(keys: readonly SessionKey[]): Promise<readonly (RedisItem | null)[]> {
    return this.items(keys.map((key) => this.#listedKey(key)), 'reader')
  }

  /** When those that a listing found end: milliseconds, null: never, undefined: not there any more. */
  async ends(keys: readonly SessionKey[]): Promise<readonly (number | null | undefined)[]> {
    const replies = await this.#run(keys.map((key) => this.#listedKey(key)), (wholeKey) => [[this.endCommand, wholeKey]], 'reader')
    return replies.map(([end]) => this.#readEnd(end))
  }

  async items(wholeKeys: readonly string[], side: Side = 'master'): Promise<readonly (RedisItem | null)[]> {
    const sizes = (await this.#run(wholeKeys, (wholeKey) => [['STRLEN', wholeKey]], side)).map(([size]) => (typeof size === 'number' ? size : null))
    const items: (RedisItem | null)[] = []
    for (let start = 0; start < wholeKeys.length;) {
      let end = start
      for (let bytes = 0; end < wholeKeys.length && (end === start || bytes + (sizes[end] ?? 0) <= EXCHANGE_BYTES); end += 1) bytes += sizes[end] ?? 0
      items.push(...(await this.#values(wholeKeys.slice(start, end), sizes.slice(start, end), side)))
      start = end
    }
    return items
  }

  /** Names what stands there: its bytes, and its end as far as that can be told. null: it was not read. */
  etag({ data, end }: RedisItem): Etag | null {
    if (data === null) return null
    return createHash('sha256').update(`${this.spellEnd(end)}:`).update(data).digest('base64url').slice(0, 22)
  }

  /** As the scripts compare it: `-1`: never; `+`: some time. */
  spellEnd(end: number | null): string {
    return end === null ? '-1' : this.endCommand === 'PTTL' ? '+' : String(end)
  }

  async #values(wholeKeys: readonly string[], sizes: readonly (number | null)[], side: Side): Promise<readonly (RedisItem | null)[]> {
    const replies = await this.#run(wholeKeys, (wholeKey, index) => [isReadable(sizes[index] ?? 0) ? ['GET', wholeKey] : ['STRLEN', wholeKey], [this.endCommand, wholeKey]], side)
    return replies.map(([value = null, ended], index) => {
      const end = this.#readEnd(ended)
      const wholeKey = wholeKeys[index] ?? ''
      // A key of another type is no session.
      if (end === undefined || sizes[index] === null) return null
      if (Buffer.isBuffer(value)) return { wholeKey, data: value, sizeBytes: value.length, end }
      return typeof value === 'number' ? { wholeKey, data: null, sizeBytes: value, end } : null
    })
  }

  /** The same commands for each key. @throws what an error answer means, but for keys of another type */
  async #run(wholeKeys: readonly string[], commandsOf: (wholeKey: string, index: number) => readonly Command[], side: Side): Promise<readonly (readonly Reply[])[]> {
    const keyed = wholeKeys.map((wholeKey, index) => commandsOf(wholeKey, index).map((command) => ({ wholeKey, command })))
    const replies = await this.servers.run(keyed.flat(), side)
    for (const [index, reply] of replies.entries()) {
      if (!(reply instanceof RedisRefusal) || reply.code === 'WRONGTYPE') continue
      throw reply.toError((await this.servers.nodeOf(keyed.flat()[index]?.wholeKey ?? '')).name)
    }
    let at = 0
    return keyed.map(({ length }) => replies.slice(at, (at += length)))
  }

  /** −1: never; −2: not there. */
  #readEnd(reply: Reply | undefined): number | null | undefined {
    if (typeof reply !== 'number' || reply === -2) return undefined
    if (reply === -1) return null
    return this.endCommand === 'PTTL' ? Date.now() + reply : reply
  }

  #listedKey(key: SessionKey): string {
    return this.keys.wholeKeys(key)[this.#ranks.get(key) ?? 0] ?? ''
  }

  #keep(bytes: Reply): readonly SessionKey[] {
    const wholeKey = Buffer.isBuffer(bytes) ? decode(bytes) : null
    const found = wholeKey === null ? null : this.keys.read(wholeKey)
    if (found === null) return []
    if (found.rank > 0) this.#ranks.set(found.key, found.rank)
    else this.#ranks.delete(found.key)
    return [found.key]
  }
}

/** null: no text; Django's keys are. */
function decode(bytes: Buffer): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}
