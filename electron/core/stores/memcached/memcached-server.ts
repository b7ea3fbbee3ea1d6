import { CoatcheckError } from '../../../../shared/errors.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import { Attempts } from '../../util/attempts.ts'
import { monotonicMs } from '../../util/clock.ts'
import { createQueue } from '../../util/serial.ts'
import type { Evictions } from '../session-store.ts'
import { ANOTHER_SERVER } from '../cache-server/write-access.ts'
import { KeyBatches } from './key-batches.ts'
import { MemcachedLink } from './memcached-link.ts'
import type { Reply } from './memcached-link.ts'
import { coded, serverRefusal, translateMemcachedError } from './memcached-errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { MemcachedAddress } from './memcached-place.ts'
import { spellAddress } from './memcached-place.ts'

/** An item as a server holds it. */
export interface MemcachedItem {
  readonly cacheKey: string
  /** null: longer than `LIMITS.storedValueBytes`, or not asked for. */
  readonly data: Buffer | null
  readonly sizeBytes: number
  readonly flags: number
  /** Seconds since 1970 by the server's clock; null: never. */
  readonly exptime: number | null
  /** The server's number for this very value. */
  readonly cas: string
}

export interface ServerFacts {
  readonly version: string
  readonly itemSizeMax: number
  readonly mayList: boolean
  readonly evictions: Evictions | null
  /** Whether nothing stands between: the server sees our own end. null: it does not tell, or there are no ports to compare. */
  readonly isDirect: boolean | null
}

/** How long somebody else's listing is waited for. */
const BUSY_MS = 2000
/** How often an item is read again because the server's clock moved on meanwhile. */
const CLOCK_TRIES = 4

/**
 * One memcached: a connection for everything but listings, made anew by the next call when it is lost. Nothing is ever sent twice.
 * Reads leave no mark: `mg … u` neither counts as a use nor moves the item up (doc/protocol.txt, meta commands; 1.6 and later).
 */
export class MemcachedServer {
  readonly name: string
  readonly #address: MemcachedAddress
  readonly #attempts = new Attempts()
  readonly #listing = createQueue()
  #link: MemcachedLink | null = null
  /** For listings, which hold a connection until they are over. */
  #lister: MemcachedLink | null = null
  #connecting: Promise<MemcachedLink> | null = null
  /** Which process it was at the first connection. */
  #known: string | null = null
  #isOther = false

  constructor(address: MemcachedAddress) {
    this.#address = address
    this.name = spellAddress(address)
  }

  /** @throws CONNECT_*; STORE_UNSUPPORTED for what is no memcached, or an old one */
  async look(): Promise<ServerFacts> {
    const settings = new Map<string, string>()
    const [{ line = '' } = {}] = await this.#talk((link) => link.ask(['version\r\n'], 1))
    const version = /^VERSION (\S+)/.exec(line)?.[1]
    if (version === undefined) throw serverRefusal(line, this.name)
    const last = await this.#talk((link) => link.list('stats settings\r\n', (stat) => keepStat(settings, stat)))
    if (last !== 'END') throw serverRefusal(last, this.name)
    const counts = new Map<string, string>()
    await this.#talk((link) => link.list('stats\r\n', (stat) => keepStat(counts, stat)))
    if (isOlder(version)) throw new CoatcheckError('STORE_UNSUPPORTED', reason('memcached.noTtl', { version }), { hint: 'next.newerMemcached', subject: this.name })
    return {
      version,
      itemSizeMax: Number(settings.get('item_size_max') ?? 1_048_576),
      mayList: settings.get('dump_enabled') !== 'no' && settings.get('lru_crawler') !== 'no',
      evictions: evictionsOf(counts),
      isDirect: await this.#talk(isDirect),
    }
  }

  /** In the order of the keys; null: there is no such item. */
  async items(cacheKeys: readonly string[], what: 'data' | 'facts', itemSizeMax: number): Promise<readonly (MemcachedItem | null)[]> {
    if (cacheKeys.length === 0) return []
    if (what === 'facts' || itemSizeMax <= LIMITS.storedValueBytes) return this.#items(cacheKeys, () => what === 'data')
    // Servers set up for longer items: the length comes before the value.
    const facts = await this.#items(cacheKeys, () => false)
    return this.#items(cacheKeys, (index) => (facts[index]?.sizeBytes ?? 0) <= LIMITS.storedValueBytes)
  }

  /** Replaces the very value that was read. */
  async swap(item: MemcachedItem, next: Pick<MemcachedItem, 'flags' | 'exptime'> & { readonly data: Uint8Array }): Promise<'done' | 'changed' | 'gone'> {
    const line = await this.#store(`cas ${item.cacheKey} ${next.flags} ${spellExptime(next.exptime)} ${next.data.length} ${item.cas}\r\n`, next.data)
    return line === 'STORED' ? 'done' : line === 'EXISTS' ? 'changed' : 'gone'
  }

  /** false: there is an item of this key. */
  async add(item: Pick<MemcachedItem, 'cacheKey' | 'flags' | 'exptime'> & { readonly data: Uint8Array }): Promise<boolean> {
    return (await this.#store(`add ${item.cacheKey} ${item.flags} ${spellExptime(item.exptime)} ${item.data.length}\r\n`, item.data)) === 'STORED'
  }

  /** `cas` null: whatever stands there. */
  async remove(cacheKey: string, cas: string | null): Promise<'done' | 'changed' | 'gone'> {
    const [reply] = await this.#change((link) => link.ask([`md ${cacheKey}${cas === null ? '' : ` C${cas}`}\r\n`], 1))
    switch (reply?.line.slice(0, 2)) {
      case 'HD':
        return 'done'
      case 'EX':
        return 'changed'
      case 'NF':
        return 'gone'
      default:
        throw serverRefusal(reply?.line ?? '', this.name)
    }
  }

  /**
   * Whole keys that `accept` takes, as `lru_crawler metadump` tells of them, over a connection of its own.
   * @throws STORE_BUSY while somebody else's listing runs; STORE_UNSUPPORTED where none is allowed
   */
  async* keys(accept: (cacheKey: string) => boolean): AsyncGenerator<readonly string[]> {
    const batches = new KeyBatches(accept)
    // Runs to its end whether or not the batches are taken: the server lists for one at a time.
    const ended = this.#listing(() => this.#list(batches)).finally(() => batches.end())
    // Told below; until then it must not count as unhandled.
    ended.catch(() => undefined)
    try {
      yield* batches.take()
      await ended
    } catch (error) {
      throw translateMemcachedError(error, this.name)
    } finally {
      batches.drop()
    }
  }

  /** Connects if need be, and sends nothing. @throws CONNECT_*; STORE_READ_ONLY where another server answers than at first */
  async ready(): Promise<void> {
    await this.#change(() => Promise.resolve())
  }

  /** Since its last connection: it is read, and nothing is changed there. */
  get isOther(): boolean {
    return this.#isOther
  }

  close(): void {
    this.#link?.destroy()
    this.#lister?.destroy()
  }

  async #list(batches: KeyBatches): Promise<void> {
    const started = monotonicMs()
    // By the hash table each item comes once; older servers only know the way by their lists, between which items move.
    for (let way = 'hash'; !batches.isDropped;) {
      if (this.#lister?.isAlive !== true) {
        this.#attempts.begin()
        this.#lister = await MemcachedLink.connect(this.#address)
      }
      const last = await this.#lister.list(`lru_crawler metadump ${way}\r\n`, (line) => batches.add(keyOfDump(line)))
      if (last === 'END') return
      if (last.startsWith('BUSY') && monotonicMs() - started < BUSY_MS) await new Promise((resolve) => { setTimeout(resolve, 50) })
      else if (way === 'hash' && /^(?:BADCLASS|ERROR$)/.test(last)) way = 'all'
      else throw serverRefusal(last, this.name)
    }
  }

  async #items(cacheKeys: readonly string[], wantsData: (index: number) => boolean): Promise<readonly (MemcachedItem | null)[]> {
    const commands = cacheKeys.map((key, index) => `mg ${key} s f t c u${wantsData(index) ? ' v' : ''}\r\n`)
    for (let tries = 1; ; tries += 1) {
      const [before, after] = [new Map<string, string>(), new Map<string, string>()]
      // The rest of an item's life is told in seconds by the server's clock: only with its time on both sides is the end exact.
      const [, replies] = await this.#talk((link) => Promise.all([
        link.list('stats\r\n', (line) => keepStat(before, line)),
        link.ask(commands, commands.length),
        link.list('stats\r\n', (line) => keepStat(after, line)),
      ]))
      const time = after.get('time')
      if (time !== before.get('time') && tries < CLOCK_TRIES) continue
      return replies.map((reply, index) => this.#toItem(cacheKeys[index] ?? '', reply, Number(time)))
    }
  }

  #toItem(cacheKey: string, { line, value }: Reply, time: number): MemcachedItem | null {
    if (line.startsWith('EN')) return null
    if (!/^(?:HD|VA) /.test(line)) throw serverRefusal(line, this.name)
    const flags = new Map(line.split(' ').slice(1).map((part) => [part[0], part.slice(1)]))
    const left = Number(flags.get('t'))
    return { cacheKey, data: value, sizeBytes: Number(flags.get('s')), flags: Number(flags.get('f')), exptime: left < 0 ? null : time + left, cas: flags.get('c') ?? '' }
  }

  async #store(command: string, data: Uint8Array): Promise<string> {
    const [reply] = await this.#change((link) => link.ask([command, data, '\r\n'], 1))
    const line = reply?.line ?? ''
    if (/^(?:STORED|NOT_STORED|EXISTS|NOT_FOUND)$/.test(line)) return line
    throw serverRefusal(line, this.name)
  }

  async #talk<T>(work: (link: MemcachedLink) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open())
    } catch (error) {
      throw translateMemcachedError(error, this.name)
    }
  }

  async #change<T>(work: (link: MemcachedLink) => Promise<T>): Promise<T> {
    return this.#talk((link) => {
      if (this.#isOther) throw new CoatcheckError('STORE_READ_ONLY', ANOTHER_SERVER, { subject: this.name })
      return work(link)
    })
  }

  #open(): Promise<MemcachedLink> {
    if (this.#link?.isAlive === true) return Promise.resolve(this.#link)
    this.#connecting ??= this.#connect().finally(() => { this.#connecting = null })
    return this.#connecting
  }

  async #connect(): Promise<MemcachedLink> {
    this.#attempts.begin()
    const link = await MemcachedLink.connect(this.#address)
    const stats = new Map<string, string>()
    await link.list('stats\r\n', (stat) => keepStat(stats, stat))
    const told = processOf(stats)
    // One that does not tell is taken for the one it was.
    this.#isOther = told !== null && told !== (this.#known ??= told)
    this.#link = link
    return link
  }
}

const NUMBER = /^\d{1,15}$/

/** doc/protocol.txt, general-purpose statistics. */
function evictionsOf(stats: ReadonlyMap<string, string>): Evictions | null {
  const [count = '', upSeconds = ''] = [stats.get('evictions'), stats.get('uptime')]
  return NUMBER.test(count) && NUMBER.test(upSeconds) ? { count: Number(count), upSeconds: Number(upSeconds) } : null
}

/** Which run of which program answers: its number, and the second it was started in; both stay as they are while it runs. null: it does not tell. */
function processOf(stats: ReadonlyMap<string, string>): string | null {
  const [pid = '', time = '', upSeconds = ''] = [stats.get('pid'), stats.get('time'), stats.get('uptime')]
  return [pid, time, upSeconds].every((value) => NUMBER.test(value)) ? `${pid} ${Number(time) - Number(upSeconds)}` : null
}

/** By the list of its connections (`stats conns`, 1.4.31 and later): a tunnel or a container shows an end that is not ours. */
async function isDirect(link: MemcachedLink): Promise<boolean | null> {
  if (link.port === null) return null
  const ports = new Set<number>()
  const last = await link.list('stats conns\r\n', (line) => ports.add(Number(/^STAT \d+:addr tcp6?:\S*:(\d+)$/.exec(line)?.[1] ?? 0)))
  return last === 'END' ? ports.has(link.port) : null
}

function keepStat(stats: Map<string, string>, line: string): void {
  const [word, name = '', value = ''] = line.split(' ')
  if (word !== 'STAT') throw coded('COATCHECK_NOT_MEMCACHED')
  stats.set(name, value)
}

/** null: a key that is no UTF-8; Django's are. */
function keyOfDump(line: string): string | null {
  const key = /^key=(\S+) /.exec(line)?.[1]
  try {
    return key === undefined ? null : decodeURIComponent(key)
  } catch {
    return null
  }
}

/** An instant, which the server takes for one because it is later than thirty days after 1970; 0 is never, and a negative one has passed. */
function spellExptime(exptime: number | null): number {
  if (exptime === null) return 0
  return exptime > 2_592_000 ? exptime : -1
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 1 || (major === 1 && minor < 6)
}
