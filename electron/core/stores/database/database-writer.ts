import { CoatcheckError } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { DeleteTarget, NewSession, Pace, StoreEdit, StoreImage } from '../session-store.ts'
import { formatDjangoDatetime } from './django-datetime.ts'
import { KnownRows, deleteKnownRows } from './known-rows.ts'
import type { RememberRow } from './known-rows.ts'
import { deleteRows, insertRows } from './many-rows.ts'
import { readRow, tooLarge } from './row-reader.ts'
import type { WholeRow } from './row-reader.ts'
import { AnswerLost, joinSql, sql } from './sql-dialect.ts'
import type { SqlClient, SqlStatement, SqlTransaction } from './sql-dialect.ts'
import type { StoredValue } from './stored-value.ts'
import { NULL, bytesOf, etagOf, fromImage, text, textFromBytes } from './stored-value.ts'
import { USER_ID } from './table-kind.ts'
import type { TableKind } from './table-kind.ts'
import { WriteBatches } from './write-batches.ts'
import { conflict, failed, gone, refusedAsOutcome, unknown } from './write-outcomes.ts'

/** The writing half: compare-and-swap in the statement itself, one row or none, never an upsert. */
export class DatabaseWriter {
  readonly #client: SqlClient
  readonly #clock: StoreClock
  readonly #table: string
  readonly #kind: TableKind
  readonly #batches: WriteBatches
  readonly #known = new KnownRows()

  constructor(client: SqlClient, clock: StoreClock) {
    this.#client = client
    this.#clock = clock
    this.#batches = new WriteBatches(client)
    this.#table = client.shape.from
    this.#kind = client.shape.kind
  }

  /** For rows that are read to be deleted next; null: here they are looked at once more under their locks. */
  remembering(): RememberRow | null {
    return this.#locksAll ? this.#known.begin(this.#client) : null
  }

  /** Of a server each statement is a journey: there few statements for many rows are quicker. */
  get #locksAll(): boolean {
    return this.#client.dialect.lockRows === ''
  }

  async write(edit: StoreEdit): Promise<KeyOutcome> {
    return this.#one(edit.key, (transaction) => this.#write(transaction, edit))
  }

  writeMany(edits: readonly StoreEdit[], signal: AbortSignal, pace: Pace = 'gentle'): Promise<readonly KeyOutcome[]> {
    return this.#batches.carryOut(edits, { signal, pace, work: (transaction, edit) => this.#write(transaction, edit) })
  }

  restoreMany(images: readonly StoreImage[], signal: AbortSignal, pace: Pace = 'gentle'): Promise<readonly KeyOutcome[]> {
    return this.#batches.carryOut(images, {
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
    return this.#batches.carryOut(targets, {
      signal, pace,
      many: (transaction, some) => (this.#locksAll ? deleteKnownRows(this.#client, transaction, some, this.#known) : deleteRows(this.#client, transaction, some)),
      work: (transaction, target) => this.#delete(transaction, target),
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
    return refusedAsOutcome(key, () => this.#client.transact(work)).catch((error: unknown) => {
      if (error instanceof AnswerLost) return unknown(key, error)
      throw error
    })
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
