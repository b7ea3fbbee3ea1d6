import type { ErrorCode } from '../../../../shared/errors.ts'
import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import type { Reason } from '../../../../shared/words/reason.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import { sleep } from '../../util/abort.ts'
import { monotonicMs } from '../../util/clock.ts'
import type { DeleteTarget, NewSession, Pace, StoreEdit, StoreImage } from '../session-store.ts'
import { formatDjangoDatetime } from './django-datetime.ts'
import { KnownRows, deleteKnownRows } from './known-rows.ts'
import { NotForMany, deleteRows, insertRows } from './many-rows.ts'
import { readRow, tooLarge } from './row-reader.ts'
import type { WholeRow } from './row-reader.ts'
import { AnswerLost, joinSql, sql } from './sql-dialect.ts'
import type { SqlClient, SqlStatement, SqlTransaction, WritePace } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL, bytesOf, etagOf, fromImage, text, textFromBytes } from './stored-value.ts'
import { USER_ID } from './table-kind.ts'
import type { TableKind } from './table-kind.ts'

/** Most rows of one transaction. */
const LOCK_ROWS = 20_000
const FIRST_ROWS = 100
/** Of a batch in the middle of many, while another program holds the whole file. */
const BUSY_TRIES = 5
/** However slow the disk is: what a transaction costs by itself is not made less by fewer. */
const LEAST_ROWS = 50
/** Without pauses: long enough that beginning and committing cost little. */
const FULL_PACE: WritePace = { lockMs: 1000, pauseMs: () => 0 }

interface Batches<Item> {
  readonly signal: AbortSignal
  readonly pace: Pace
  /** One item by itself. */
  readonly work: (transaction: SqlTransaction, item: Item) => Promise<KeyOutcome>
  /** All of them by few statements; null for what has to be done by itself. */
  readonly many?: (transaction: SqlTransaction, items: readonly Item[]) => Promise<readonly (KeyOutcome | null)[]>
}

/** What one row's refusal, or a database that knows no such statement, says of all of them. */
const FOR_ONE_BY_ONE: readonly ErrorCode[] = ['STORE_UNSUPPORTED', 'SESSION_TOO_LARGE', 'SESSION_EXISTS', 'INTERNAL']

/** The writing half: compare-and-swap in the statement itself, one row or none, never an upsert. */
export class DatabaseWriter {
  readonly #client: SqlClient
  readonly #clock: StoreClock
  readonly #table: string
  readonly #kind: TableKind
  /** Rows of one transaction, as the last ones took their time. */
  #rows = FIRST_ROWS
  /** How long the last one held its locks, its commit included. */
  #heldMs = 0
  #takesMany = true
  readonly #known = new KnownRows()

  constructor(client: SqlClient, clock: StoreClock) {
    this.#client = client
    this.#clock = clock
    this.#table = client.shape.from
    this.#kind = client.shape.kind
  }

  /** Rows that were read to be deleted next. */
  remember(keys: readonly SessionKey[], rows: ReadonlyMap<SessionKey, WholeRow>, etags: readonly (Etag | null)[]): void {
    if (this.#locksAll) this.#known.add(this.#client, keys, rows, etags)
  }

  /** Of a server each statement is a journey: there few statements for many rows are quicker. */
  get #locksAll(): boolean {
    return this.#client.dialect.lockRows === ''
  }

  async write(edit: StoreEdit): Promise<KeyOutcome> {
    return this.#one(edit.key, (transaction) => this.#write(transaction, edit))
  }

  writeMany(edits: readonly StoreEdit[], signal: AbortSignal, pace: Pace = 'gentle'): Promise<readonly KeyOutcome[]> {
    return this.#inBatches(edits, { signal, pace, work: (transaction, edit) => this.#write(transaction, edit) })
  }

  restoreMany(images: readonly StoreImage[], signal: AbortSignal, pace: Pace = 'gentle'): Promise<readonly KeyOutcome[]> {
    return this.#inBatches(images, {
      signal, pace,
      many: (transaction, some) => insertRows(this.#client, transaction, some),
      work: (transaction, image) => this.#insertIn(transaction, image.key, this.#imageValues(image)),
    })
  }

  async restore(image: StoreImage): Promise<KeyOutcome> {
    return this.#insert(image.key, this.#imageValues(image))
  }

  async create({ key, data, expireDate, userId, engine }: NewSession): Promise<KeyOutcome> {
    const { key: keyColumn, data: dataColumn, expire, roundExpiry, newKey } = this.#kind
    if (data.length > LIMITS.storedValueBytes) throw tooLarge(data.length)
    const user = this.#user(userId, undefined)
    return this.#insert(key, [
      [keyColumn, newKey(key, engine)], [dataColumn, textFromBytes(data)], [expire, text(formatDjangoDatetime(roundExpiry(expireDate), this.#clock))],
      ...(user === undefined ? [] : [[USER_ID, user] as const]),
    ])
  }

  /** Only where nothing of that key stands. */
  #insert(key: SessionKey, values: readonly (readonly [string, StoredValue])[]): Promise<KeyOutcome> {
    return this.#one(key, (transaction) => this.#insertIn(transaction, key, values))
  }

  async #insertIn(transaction: SqlTransaction, key: SessionKey, values: readonly (readonly [string, StoredValue])[]): Promise<KeyOutcome> {
    const standing = await this.#read(transaction, key)
    if (standing !== null) return { key, outcome: 'exists', etag: this.#etagOf(standing), reason: null }
    const names = values.map(([name]) => this.#client.dialect.quote(name)).join(', ')
    const bound = joinSql(values.map(([, value]) => this.#client.dialect.bind(value)), ', ')
    try {
      const changed = await transaction.apart(() => transaction.run(sql(`INSERT INTO ${this.#table} (${names}) VALUES (`, bound, ')')))
      return await this.#done(transaction, key, changed)
    } catch (error) {
      return this.#existing(transaction, key, error)
    }
  }

  deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal, pace: Pace = 'gentle'): Promise<readonly KeyOutcome[]> {
    return this.#inBatches(targets, {
      signal, pace,
      many: (transaction, some) => (this.#locksAll ? deleteKnownRows(this.#client, transaction, some, this.#known) : deleteRows(this.#client, transaction, some)),
      work: (transaction, target) => this.#delete(transaction, target),
    })
  }

  async #inBatches<Item extends { readonly key: SessionKey }>(items: readonly Item[], batches: Batches<Item>): Promise<readonly KeyOutcome[]> {
    const outcomes: KeyOutcome[] = []
    const pace = batches.pace === 'full' ? FULL_PACE : this.#client.dialect.pace
    let busy = 0
    while (outcomes.length < items.length) {
      if (outcomes.length > 0) await sleep(pace.pauseMs(this.#heldMs), batches.signal)
      try {
        const some = items.slice(outcomes.length, outcomes.length + this.#rows)
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

  /** The next transaction has as many rows as this one would have needed to take `lockMs`, and at most twice as many, or half. */
  #adapt(rows: number, heldMs: number, lockMs: number): void {
    this.#heldMs = heldMs
    const fitting = rows * Math.min(2, Math.max(0.5, lockMs / Math.max(heldMs, 1)))
    // The last ones of a part: so few tell nothing of more.
    if (rows < this.#rows && fitting >= rows) return
    this.#rows = Math.round(Math.min(LOCK_ROWS, Math.max(LEAST_ROWS, fitting)))
  }

  /** By statements for many, sized so that each transaction takes about `lockMs`. null: this table, or this batch, does not take them. */
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
      })
      this.#adapt(items.length, monotonicMs() - started, lockMs)
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
        outcomes.push(await this.#refusedAsOutcome(item.key, () => transaction.apart(() => work(transaction, item))))
      }
      return outcomes
    }).then((done) => {
      this.#adapt(done.length, monotonicMs() - started, lockMs)
      return done
    })
    return batch.catch((error: unknown) => {
      if (error instanceof AnswerLost) return outcomes.map((outcome) => asUnknown(outcome, error))
      throw error
    })
  }

  async #write(transaction: SqlTransaction, edit: StoreEdit): Promise<KeyOutcome> {
    const { key } = edit
    if (edit.data !== undefined && edit.data.length > LIMITS.storedValueBytes) throw tooLarge(edit.data.length)
    const changes = this.#changes(edit)
    const row = await this.#read(transaction, key)
    if (row === null) return gone(key)
    if (this.#etagOf(row) !== edit.ifEtag) return conflict(key, this.#etagOf(row))
    const changed = await transaction.run(sql(`UPDATE ${this.#table} SET`, changes, 'WHERE', this.#unchanged(row)))
    return changed === 0 ? this.#lost(transaction, key) : this.#done(transaction, key, changed)
  }

  async #delete(transaction: SqlTransaction, { key, ifEtag }: DeleteTarget): Promise<KeyOutcome> {
    if (ifEtag === null) return this.#deleteWhatever(transaction, key)
    const row = await this.#read(transaction, key)
    if (row === null) return gone(key)
    if (this.#etagOf(row) !== ifEtag) return conflict(key, this.#etagOf(row))
    const changed = await transaction.run(sql(`DELETE FROM ${this.#table} WHERE`, this.#unchanged(row)))
    if (changed === 0) return this.#lost(transaction, key)
    return { key, outcome: 'done', etag: null, reason: null }
  }

  async #deleteWhatever(transaction: SqlTransaction, key: SessionKey): Promise<KeyOutcome> {
    for (const candidate of this.#kind.storedKeys(key)) {
      const changed = await transaction.run(sql(`DELETE FROM ${this.#table} WHERE`, this.#client.dialect.finds(this.#kind.key, candidate)))
      if (changed > 0) return { key, outcome: 'done', etag: null, reason: null }
    }
    return gone(key)
  }

  async #one(key: SessionKey, work: (transaction: SqlTransaction) => Promise<KeyOutcome>): Promise<KeyOutcome> {
    return this.#refusedAsOutcome(key, () => this.#client.transact(work)).catch((error: unknown) => {
      if (error instanceof AnswerLost) return unknown(key, error)
      throw error
    })
  }

  /** A row that the table's own constraints refuse is the outcome of that row; everything else is an error. */
  async #refusedAsOutcome(key: SessionKey, work: () => Promise<KeyOutcome>): Promise<KeyOutcome> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof CoatcheckError && (error.code === 'STORE_UNSUPPORTED' || error.code === 'SESSION_TOO_LARGE')) return failed(key, error.reason)
      throw error
    }
  }

  #changes({ data, expireDate, userId, image }: StoreEdit): SqlStatement {
    const { dialect } = this.#client
    const { data: dataColumn, expire, roundExpiry } = this.#kind
    const expiry = (image && fromImage(image, expire)) ?? (expireDate === undefined ? undefined : text(formatDjangoDatetime(roundExpiry(expireDate), this.#clock)))
    const before = image && fromImage(image, dataColumn)
    // Undo puts the bytes back in the kind they had; Django itself writes text.
    const content = data === undefined ? undefined : before !== undefined && Buffer.compare(bytesOf(before), data) === 0 ? before : textFromBytes(data)
    const sets = [[dataColumn, content] as const, [expire, expiry] as const, [USER_ID, this.#user(userId, image)] as const].flatMap(([name, value]) => (value === undefined ? [] : [sql(`${dialect.quote(name)} =`, dialect.bind(value))]))
    if (sets.length === 0) throw new CoatcheckError('NOTHING_TO_CHANGE', 'stores.nothingToWrite')
    return joinSql(sets, ', ')
  }

  /** undefined: the table keeps no user, or this one. */
  #user(userId: string | null | undefined, image: StoreImage | undefined): StoredValue | undefined {
    const { userIdType } = this.#client.shape
    if (userIdType === null) return undefined
    if (image !== undefined) return fromImage(image, USER_ID)
    if (userId === undefined) return undefined
    // Where a database has no UUIDs, Django keeps their digits only.
    return userId === null ? NULL : text(/^char\(32\)$/i.test(userIdType) ? userId.replaceAll('-', '') : userId)
  }

  /** The compare half of compare-and-swap: the row as it was read, kinds and bytes. */
  #unchanged(row: WholeRow): SqlStatement {
    const { dialect } = this.#client
    const { key, data, expire } = this.#kind
    return joinSql([dialect.finds(key, row.get(key)), dialect.holds(data, row.get(data)), dialect.holds(expire, row.get(expire))], ' AND ')
  }

  #imageValues(image: StoreImage): readonly (readonly [string, StoredValue])[] {
    const { shape } = this.#client
    const key = fromImage(image, this.#kind.key)
    if (key === undefined || this.#kind.shownKey(key) !== image.key || this.#kind.columns.some((name) => fromImage(image, name) === undefined)) {
      throw new CoatcheckError('REQUEST_INVALID', 'stores.imageNotWhole')
    }
    return shape.insertable.flatMap((name) => {
      const value = fromImage(image, name)
      return value === undefined ? [] : [[name, value] as const]
    })
  }

  async #done(transaction: SqlTransaction, key: SessionKey, changed: number): Promise<KeyOutcome> {
    // Rolls back: a session key that stands twice is no session key.
    if (changed !== 1) throw new CoatcheckError('STORE_UNSUPPORTED', reason('sql.manyRows', { count: changed }))
    const row = await this.#read(transaction, key)
    return { key, outcome: 'done', etag: row === null ? null : this.#etagOf(row), reason: null }
  }

  /** Somebody else was quicker to make a session of this key. */
  async #existing(transaction: SqlTransaction, key: SessionKey, error: unknown): Promise<KeyOutcome> {
    if (!(error instanceof CoatcheckError) || error.code !== 'SESSION_EXISTS') throw error
    const row = await this.#read(transaction, key)
    return row === null ? failed(key, error.reason) : { key, outcome: 'exists', etag: this.#etagOf(row), reason: null }
  }

  /** The row that was read a moment ago is another one now. */
  async #lost(transaction: SqlTransaction, key: SessionKey): Promise<KeyOutcome> {
    const row = await this.#read(transaction, key)
    return row === null ? gone(key) : conflict(key, this.#etagOf(row))
  }

  #etagOf(row: WholeRow): Etag {
    return etagOf(row.get(this.#kind.data), row.get(this.#kind.expire))
  }

  #read(transaction: SqlTransaction, key: SessionKey): Promise<WholeRow | null> {
    return readRow(this.#client, (statement) => transaction.query(statement), key)
  }
}

const isBusy = (error: unknown): boolean => error instanceof CoatcheckError && error.code === 'STORE_BUSY'
const gone = (key: SessionKey): KeyOutcome => ({ key, outcome: 'gone', etag: null, reason: null })
const conflict = (key: SessionKey, etag: Etag): KeyOutcome => ({ key, outcome: 'conflict', etag, reason: null })
const unknown = (key: SessionKey, error: AnswerLost): KeyOutcome => ({ key, outcome: 'unknown', etag: null, reason: error.reason, code: 'CONNECT_LOST' })
/** What was not there, or had changed, was not written, whatever became of the rest. */
const asUnknown = (outcome: KeyOutcome, error: AnswerLost): KeyOutcome => (outcome.outcome === 'done' ? unknown(outcome.key, error) : outcome)
const failed = (key: SessionKey, reason: Reason): KeyOutcome => ({ key, outcome: 'failed', etag: null, reason })
