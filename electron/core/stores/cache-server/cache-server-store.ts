import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Cursor, EpochMicros, SessionKey } from '../../../../shared/model/session.ts'
import { unlessAborted, yieldToLoop } from '../../util/abort.ts'
import { createQueue } from '../../util/serial.ts'
import type { KeyLists } from '../key-lists.ts'
import type { KeyPage } from '../key-snapshot.ts'
import { PageRows } from '../page-rows.ts'
import type { PageRow } from '../page-rows.ts'
import type { DeleteTarget, NewSession, PageQuery, SessionStore, StoreDescription, StoreEdit, StoreImage, StorePage, StoredSession, TallyQuery, TallyStep } from '../session-store.ts'

/** Writes one session; each rejects only where no other could be written either. */
export interface SessionWrites {
  write(edit: StoreEdit): Promise<KeyOutcome>
  remove(target: DeleteTarget): Promise<KeyOutcome>
  restore(image: StoreImage): Promise<KeyOutcome>
  create(session: NewSession): Promise<KeyOutcome>
}

interface CacheServerParts {
  readonly lists: KeyLists
  readonly writer: SessionWrites
  /** Values of one exchange. */
  readonly pageKeys: number
  /** Writes that are on their way at once. */
  readonly writesAtOnce: number
}

const TALLY_KEYS = 5000

/** What the stores of cache servers, which list keys in no order and write them one by one, have in common. */
export abstract class CacheServerStore implements SessionStore {
  readonly #lists: KeyLists
  readonly #writer: SessionWrites
  readonly #pageKeys: number
  readonly #writesAtOnce: number
  readonly #writing = createQueue()
  #isClosed = false

  constructor({ lists, writer, pageKeys, writesAtOnce }: CacheServerParts) {
    this.#lists = lists
    this.#writer = writer
    this.#pageKeys = pageKeys
    this.#writesAtOnce = writesAtOnce
  }

  abstract describe(signal: AbortSignal): Promise<StoreDescription>

  abstract read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null>

  /** Sessions where a listing found them, in order; null: not there any more. */
  protected abstract rowsOf(keys: readonly SessionKey[]): Promise<readonly (PageRow | null)[]>

  /** When they end, in order; null: never, undefined: not there any more. Their values are not read. */
  protected abstract endsOf(keys: readonly SessionKey[], signal: AbortSignal): Promise<readonly (EpochMicros | null | undefined)[]>

  protected abstract closeServers(): void

  async listPage(query: PageQuery, signal: AbortSignal): Promise<StorePage> {
    this.begin(signal)
    const { keys, from, list, next } = await unlessAborted(this.#lists.page(query, signal), signal)
    const page = new PageRows(query)
    for (let start = 0; start < keys.length; start += this.#pageKeys) {
      const rows = await unlessAborted(this.rowsOf(keys.slice(start, start + this.#pageKeys)), signal)
      for (const [index, row] of rows.entries()) {
        if (row !== null && !page.add(row)) return page.finish(list.cursorAt(from + start + index), start + index)
      }
    }
    throwIfAborted(signal)
    return page.finish(next, keys.length)
  }

  async* tally(query: TallyQuery, signal: AbortSignal): AsyncGenerator<TallyStep> {
    this.begin(signal)
    if (!Number.isSafeInteger(query.every) || query.every < 1) throw new CoatcheckError('REQUEST_INVALID', 'stores.tallyRows')
    const list = this.#lists.current(query.order)
    let [examined, live] = [0, 0]
    let cursor: Cursor | null = list.cursorAt(0)
    while (cursor !== null) {
      const { keys, from, next }: KeyPage = await unlessAborted(list.page(cursor, TALLY_KEYS, signal), signal)
      const signposts = keys.flatMap((_, index) => (from + index > 0 && (from + index) % query.every === 0 ? [list.cursorAt(from + index)] : []))
      for (const end of await unlessAborted(this.endsOf(keys, signal), signal)) {
        if (end === undefined) continue
        examined += 1
        if (end === null || end > query.now) live += 1
      }
      yield { examined, live, expired: examined - live, signposts }
      await yieldToLoop(signal)
      cursor = next
    }
  }

  async write(edit: StoreEdit, signal: AbortSignal): Promise<KeyOutcome> {
    this.begin(signal)
    return this.#writing(() => this.#writer.write(edit))
  }

  async writeMany(edits: readonly StoreEdit[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    return this.#each(edits, (edit) => this.#writer.write(edit), signal)
  }

  async deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    return this.#each(targets, (target) => this.#writer.remove(target), signal)
  }

  async restore(image: StoreImage, signal: AbortSignal): Promise<KeyOutcome> {
    this.begin(signal)
    return this.#writing(() => this.#writer.restore(image))
  }

  async create(session: NewSession, signal: AbortSignal): Promise<KeyOutcome> {
    this.begin(signal)
    return this.#writing(() => this.#writer.create(session))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#lists.close()
    this.closeServers()
  }

  /** @throws CANCELLED; CONNECT_LOST where this store is closed */
  protected begin(signal: AbortSignal): void {
    throwIfAborted(signal)
    if (this.#isClosed) throw new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
  }

  async #each<Item extends { readonly key: SessionKey }>(items: readonly Item[], work: (item: Item) => Promise<KeyOutcome>, signal: AbortSignal): Promise<readonly KeyOutcome[]> {
    this.begin(signal)
    const outcomes: KeyOutcome[] = []
    for (let start = 0; start < items.length; start += this.#writesAtOnce) {
      throwIfAborted(signal)
      const part = items.slice(start, start + this.#writesAtOnce)
      const settled = await this.#writing(() => Promise.allSettled(part.map(work)))
      const [first] = settled
      if (start === 0 && first?.status === 'rejected' && settled.every(({ status }) => status === 'rejected')) throw first.reason
      // Of those that went through before the server was lost, somebody must be told.
      for (const [index, { key }] of part.entries()) outcomes.push(outcomeOf(key, settled[index]))
    }
    return outcomes
  }
}

function outcomeOf(key: SessionKey, settled: PromiseSettledResult<KeyOutcome> | undefined): KeyOutcome {
  if (settled?.status === 'fulfilled') return settled.value
  if (settled?.reason instanceof CoatcheckError) return { key, outcome: 'failed', etag: null, reason: settled.reason.reason }
  throw settled?.reason
}
