import { LIMITS } from '../../../../shared/limits.ts'
import type { Cursor, EpochMicros, Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { PageQuery, StorePage } from '../session-store.ts'
import { instantOf } from './django-datetime.ts'
import { sizeColumn } from './filter-sql.ts'
import type { Selection, SqlClient, SqlDialect, SqlRow } from './sql-dialect.ts'
import { PackedBytes } from '../packed-bytes.ts'
import { etagOf } from './stored-value.ts'
import type { StoredValue } from './stored-value.ts'
import type { TableKind } from './table-kind.ts'

/** What a page may weigh before it ends early; its first row always fits. */
const PAGE_BYTES = 16 * 1024 * 1024

/** Rows that are seen for one page where some are left out: a few milliseconds. */
const SEEN_ROWS = 10_000

/** Names a row whose value was not read: no store holds this etag, so no write goes through by it. */
const UNREAD_ETAG = 'over-the-limit'

/** Collects rows as the columns of a page. */
export class PageBuilder {
  readonly columns: readonly string[]
  readonly #dialect: SqlDialect
  readonly #kind: TableKind
  readonly #clock: StoreClock
  readonly #query: PageQuery
  readonly #keys: SessionKey[] = []
  readonly #expireDates: (EpochMicros | null)[] = []
  readonly #sizes: number[] = []
  readonly #etags: Etag[] = []
  readonly #isSeen: boolean
  #examined = 0
  readonly #data = new PackedBytes()
  #weight = 0

  constructor({ dialect, shape: { kind } }: Pick<SqlClient, 'dialect' | 'shape'>, select: Selection, clock: StoreClock, query: PageQuery) {
    this.#dialect = dialect
    this.#kind = kind
    this.#clock = clock
    this.#query = query
    const [key, data, expire] = [select(kind.key), select(kind.data), select(kind.expire)]
    const size = dialect.sizeOf(kind.data)
    const seen = sizeColumn(query.filter ?? null, { dialect, kind })
    this.#isSeen = seen !== null
    const isRead = [`${size} <= ${LIMITS.storedValueBytes}`, ...(seen === null ? [] : [seen])].join(' AND ')
    const capped = query.isBare === true ? 'NULL' : `CASE WHEN ${isRead} THEN ${data.value} END`
    this.columns = [key.kind, key.value, expire.kind, expire.value, size, data.kind, capped, seen === null ? '1' : `CASE WHEN ${seen} THEN 1 ELSE 0 END`]
  }

  /** Rows to be seen for it at most. */
  get rows(): number {
    return this.#isSeen ? SEEN_ROWS : this.#query.limit
  }

  /** false: the page is full, and this row is not in it. */
  add(row: SqlRow): boolean {
    if (this.#keys.length >= this.#query.limit || this.#examined >= this.rows) return false
    if (Number(row[7]) === 0) {
      this.#examined += 1
      return true
    }
    const size = Number(row[4] ?? 0)
    const isRead = size <= LIMITS.storedValueBytes
    const hasData = isRead && this.#query.isBare !== true
    const key = this.#dialect.toStored(row[0], row[1])
    const expireDate = this.#dialect.toStored(row[2], row[3])
    const data = this.#dialect.toStored(hasData ? row[5] : 'null', row[6])
    this.#weight += (hasData ? size : 0) + lengthOf(key)
    if (this.#weight > PAGE_BYTES && this.#keys.length > 0) return false
    this.#examined += 1
    this.#keys.push(this.#kind.shownKey(key))
    this.#expireDates.push(instantOf(expireDate, this.#clock))
    this.#sizes.push(size)
    this.#data.add(rawOf(data))
    if (this.#query.withEtags === true) this.#etags.push(isRead ? etagOf(data, expireDate) : UNREAD_ETAG)
    return true
  }

  finish(next: Cursor | null): StorePage {
    return {
      keys: this.#keys,
      expireDates: this.#expireDates,
      data: this.#data.finish(),
      sizes: this.#sizes,
      etags: this.#query.withEtags === true ? this.#etags : null,
      next,
      examined: this.#examined,
    }
  }
}

const rawOf = ({ value }: StoredValue): string | Uint8Array => (typeof value === 'string' || value instanceof Uint8Array ? value : value === null ? '' : String(value))
const lengthOf = (stored: StoredValue): number => rawOf(stored).length
