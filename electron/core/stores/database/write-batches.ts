import type { ErrorCode } from '../../../../shared/errors.ts'
import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { SessionKey } from '../../../../shared/model/session.ts'
import { sleep } from '../../util/abort.ts'
import { monotonicMs } from '../../util/clock.ts'
import type { Pace } from '../session-store.ts'
import { BatchSize } from './batch-size.ts'
import { NotForMany } from './many-rows.ts'
import { AnswerLost } from './sql-dialect.ts'
import type { SqlClient, SqlTransaction, WritePace } from './sql-dialect.ts'
import { failed, refusedAsOutcome, unknown } from './write-outcomes.ts'

/** Of a batch in the middle of many, while another program holds the whole file. */
const BUSY_TRIES = 5
/** Without pauses: long enough that beginning and committing cost little. */
const FULL_PACE: WritePace = { lockMs: 2000, pauseMs: () => 0 }

export interface Batches<Item> {
  readonly signal: AbortSignal
  readonly pace: Pace
  /** One item by itself. */
  readonly work: (transaction: SqlTransaction, item: Item) => Promise<KeyOutcome>
  /** All of them by few statements; null for what has to be done by itself. */
  readonly many?: (transaction: SqlTransaction, items: readonly Item[]) => Promise<readonly (KeyOutcome | null)[]>
}

/** What one row's refusal, or a database that knows no such statement, says of all of them. */
const FOR_ONE_BY_ONE: readonly ErrorCode[] = ['STORE_UNSUPPORTED', 'SESSION_TOO_LARGE', 'SESSION_EXISTS', 'INTERNAL']

/** Writes many rows in short transactions, with pauses between them, so that the app's own writers get their turn. */
export class WriteBatches {
  readonly #client: SqlClient
  readonly #size = new BatchSize()
  #takesMany = true

  constructor(client: SqlClient) {
    this.#client = client
  }

  /** A transaction locks everything: that is SQLite. */
  get #locksAll(): boolean {
    return this.#client.dialect.lockRows === ''
  }

  /** One outcome for each item, in order. */
  async carryOut<Item extends { readonly key: SessionKey }>(items: readonly Item[], batches: Batches<Item>): Promise<readonly KeyOutcome[]> {
    const outcomes: KeyOutcome[] = []
    const pace = batches.pace === 'full' ? FULL_PACE : this.#client.dialect.pace
    let busy = 0
    while (outcomes.length < items.length) {
      if (outcomes.length > 0) await sleep(pace.pauseMs(this.#size.heldMs), batches.signal)
      try {
        const some = items.slice(outcomes.length, outcomes.length + this.#size.rows(pace.lockMs))
        outcomes.push(...((await this.#batchOfMany(some, batches, pace.lockMs)) ?? (await this.#batch(some, batches, pace.lockMs))))
        busy = 0
      } catch (error) {
        // Somebody else had the whole file for long: nothing of this batch was done, and it is asked again as a whole.
        if (isBusy(error) && this.#locksAll && outcomes.length > 0 && ++busy <= BUSY_TRIES) continue
        const isKnown = error instanceof CoatcheckError && error.code !== 'CANCELLED'
        // What is done must be told; a batch that was rolled back, and all after it, was not done.
        if (!isKnown || outcomes.length === 0) throw error
        for (const { key } of items.slice(outcomes.length)) outcomes.push({ ...failed(key, error.reason), code: error.code })
      }
    }
    return outcomes
  }

  /** By statements for many. null: this table, or this batch, does not take them. */
  async #batchOfMany<Item extends { readonly key: SessionKey }>(items: readonly Item[], batches: Batches<Item>, lockMs: number): Promise<readonly KeyOutcome[] | null> {
    const { many, signal } = batches
    if (many === undefined || items.length === 1 || !this.#takesMany) return null
    throwIfAborted(signal)
    let outcomes: readonly (KeyOutcome | null)[] = []
    let started = 0
    try {
      await this.#client.transact(async (transaction) => {
        started = monotonicMs()
        outcomes = await many(transaction, items)
        throwIfAborted(signal)
      }, true)
      this.#size.learn(items.length, monotonicMs() - started)
    } catch (error) {
      if (error instanceof AnswerLost) return this.#withRest(items, outcomes.map((outcome) => (outcome === null ? null : asUnknown(outcome, error))), batches, lockMs)
      // A scan of a small table meets what others hold; SQLite locks the whole file, and is asked again as a whole.
      if (isBusy(error) && !this.#locksAll) return this.#settle(items, batches, lockMs)
      if (error instanceof CoatcheckError && !FOR_ONE_BY_ONE.includes(error.code)) throw error
      if (!(error instanceof CoatcheckError) && !(error instanceof NotForMany)) throw error
      // Servers before SKIP LOCKED do not know the statement; asked once.
      if (error instanceof CoatcheckError && error.code === 'INTERNAL') this.#takesMany = false
      return null
    }
    return this.#withRest(items, outcomes, batches, lockMs)
  }

  async #withRest<Item extends { readonly key: SessionKey }>(items: readonly Item[], outcomes: readonly (KeyOutcome | null)[], batches: Batches<Item>, lockMs: number): Promise<readonly KeyOutcome[]> {
    const rest = items.filter((_, index) => outcomes[index] === null)
    // What the others came to must be told, whatever becomes of these.
    const settled = rest.length === 0 ? [] : [...(await this.#settle(rest, batches, lockMs).catch((error: unknown) => rest.map(({ key }) => (error instanceof CoatcheckError ? { ...failed(key, error.reason), code: error.code } : failed(key, reason('stores.notReached'))))))]
    return outcomes.map((outcome, index) => outcome ?? settled.shift() ?? failed(items[index]?.key ?? '', reason('stores.notReached')))
  }

  /** What was not there for many: gone, held by others for the moment, or to be done by itself. */
  async #settle<Item extends { readonly key: SessionKey }>(items: readonly Item[], batches: Batches<Item>, lockMs: number): Promise<readonly KeyOutcome[]> {
    const outcomes: KeyOutcome[] = []
    // Which of several is held, no error tells: from then on each goes by itself.
    let isHeld = false
    while (outcomes.length < items.length) {
      const rest = items.slice(outcomes.length, isHeld ? outcomes.length + 1 : items.length)
      try {
        outcomes.push(...(await this.#batch(rest, batches, lockMs)))
      } catch (error) {
        if (!isBusy(error)) throw error
        if (rest.length === 1) outcomes.push({ key: rest[0]?.key ?? '', outcome: 'conflict', etag: null, reason: reason('sql.rowHeld') })
        isHeld = true
      }
    }
    return outcomes
  }

  #batch<Item extends { readonly key: SessionKey }>(items: readonly Item[], { signal, work }: Batches<Item>, lockMs: number): Promise<readonly KeyOutcome[]> {
    let started = 0
    const outcomes: KeyOutcome[] = []
    const batch = this.#client.transact(async (transaction) => {
      started = monotonicMs()
      for (const item of items) {
        if (outcomes.length > 0 && (signal.aborted || monotonicMs() - started >= lockMs)) break
        throwIfAborted(signal)
        outcomes.push(await refusedAsOutcome(item.key, () => transaction.apart(() => work(transaction, item))))
      }
      return outcomes
    }).then((done) => {
      this.#size.learn(done.length, monotonicMs() - started)
      return done
    })
    return batch.catch((error: unknown) => {
      if (error instanceof AnswerLost) return outcomes.map((outcome) => asUnknown(outcome, error))
      throw error
    })
  }
}

const isBusy = (error: unknown): boolean => error instanceof CoatcheckError && error.code === 'STORE_BUSY'
/** What was not there, or had changed, was not written, whatever became of the rest. */
const asUnknown = (outcome: KeyOutcome, error: AnswerLost): KeyOutcome => (outcome.outcome === 'done' ? unknown(outcome.key, error) : outcome)
