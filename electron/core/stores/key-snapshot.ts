import { randomBytes } from 'node:crypto'
import { throwIfAborted } from '../../../shared/errors.ts'
import type { Cursor } from '../../../shared/model/session.ts'
import { invalidCursor, readCursor, writeCursor } from './page-cursor.ts'

/** A page of keys: where it begins in the snapshot, and whether more follow. */
export interface KeyPage {
  readonly keys: readonly string[]
  /** Position of the first key. */
  readonly from: number
  readonly next: Cursor | null
}

/**
 * Keys of a store without an order of its own (Redis, memcached, a folder), in the order in which they were found: a list that
 * stands still while it is paged through. Keys that came later are not in it; those gone since are, and turn out gone when read.
 * It is filled only as far as somebody has read, and each key is in it once, however often the store tells of it.
 */
export class KeySnapshot {
  readonly #id = randomBytes(6).toString('base64url')
  readonly #keys: string[] = []
  readonly #seen = new Set<string>()
  readonly #found: AsyncIterator<readonly string[]>
  #isComplete = false
  /** One at a time: two readers must not both ask for the same batch. */
  #filling: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null

  /**
   * `found`: batches of keys, possibly empty, possibly with repetitions. One that failed may go on when it is asked again, with
   * another batch, empty if need be; one that ends after a failure did not end, and fails for ever.
   */
  constructor(found: AsyncIterable<readonly string[]>) {
    this.#found = found[Symbol.asyncIterator]()
  }

  /** How many keys are known by now. */
  get size(): number {
    return this.#keys.length
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  /** @throws REQUEST_INVALID for the cursor of another snapshot */
  async page(cursor: Cursor | null, limit: number, signal: AbortSignal): Promise<KeyPage> {
    const from = cursor === null ? 0 : this.#position(cursor)
    // One more than asked for: whether anything follows is told, not guessed.
    await this.fill(from + limit + 1, signal)
    const to = Math.min(from + limit, this.#keys.length)
    return { keys: this.#keys.slice(from, to), from, next: to < this.#keys.length ? this.cursorAt(to) : null }
  }

  /** Finds keys until `count` of them are known, or there are no more. */
  async fill(count: number, signal: AbortSignal): Promise<void> {
    while (this.#keys.length < count && !this.#isComplete) {
      throwIfAborted(signal)
      const before = this.#filling
      const mine = before.then(() => this.#findMore(count))
      this.#filling = mine.catch(() => undefined)
      await mine
    }
    throwIfAborted(signal)
  }

  cursorAt(position: number): Cursor {
    return writeCursor(['snapshot', this.#id, position])
  }

  owns(cursor: Cursor): boolean {
    const [kind, id] = readCursor(cursor)
    return kind === 'snapshot' && id === this.#id
  }

  async close(): Promise<void> {
    this.#isComplete = true
    await this.#found.return?.()
  }

  async #findMore(count: number): Promise<void> {
    if (this.#keys.length >= count || this.#isComplete) return
    const batch = await this.#next()
    if (batch.done === true) {
      // A generator that threw says afterwards that it is done: the keys that it did not tell of would be missing.
      if (this.#failure !== null) throw this.#failure.error
      this.#isComplete = true
      return
    }
    this.#failure = null
    for (const key of batch.value) {
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      this.#keys.push(key)
    }
  }

  async #next(): Promise<IteratorResult<readonly string[]>> {
    try {
      return await this.#found.next()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  #position(cursor: Cursor): number {
    const [kind, id, position] = readCursor(cursor)
    if (kind !== 'snapshot' || id !== this.#id || typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0) throw invalidCursor()
    return position
  }
}
