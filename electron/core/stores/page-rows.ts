import { LIMITS } from '../../../shared/limits.ts'
import type { Cursor, EpochMicros, Etag, SessionKey } from '../../../shared/model/session.ts'
import type { PageQuery, StorePage } from './session-store.ts'

/** What a page may weigh before it ends early; its first row always fits. */
const PAGE_BYTES = 16 * 1024 * 1024

/** Names a row whose value was not read: no store holds this etag, so no write goes through by it. */
export const UNREAD_ETAG = 'over-the-limit'

export interface PageRow {
  readonly key: SessionKey
  /** null: longer than `LIMITS.storedValueBytes`, and not read. */
  readonly data: Uint8Array | null
  readonly sizeBytes: number
  readonly expireDate: EpochMicros | null
  readonly flags?: number
  readonly etag: () => Etag
}

/** Collects rows as the columns of a page, for stores that give whole values. */
export class PageRows {
  readonly #withEtags: boolean
  readonly #rows: PageRow[] = []
  readonly #etags: Etag[] = []
  #weight = 0

  constructor({ withEtags }: Pick<PageQuery, 'withEtags'>) {
    this.#withEtags = withEtags === true
  }

  /** false: the page is full, and this row is not in it. */
  add(row: PageRow): boolean {
    this.#weight += row.key.length + (row.data?.length ?? 0)
    if (this.#weight > PAGE_BYTES && this.#rows.length > 0) return false
    this.#rows.push(row)
    if (this.#withEtags) this.#etags.push(row.data === null ? UNREAD_ETAG : row.etag())
    return true
  }

  /** `examined`: rows that were looked at, those that were gone too. */
  finish(next: Cursor | null, examined: number): StorePage {
    const rows = this.#rows
    const bytes = new Uint8Array(rows.reduce((sum, { data }) => sum + (data?.length ?? 0), 0))
    const ends = new Uint32Array(rows.length)
    let end = 0
    for (const [index, { data }] of rows.entries()) {
      if (data !== null) bytes.set(data, end)
      end += data?.length ?? 0
      ends[index] = end
    }
    return {
      keys: rows.map(({ key }) => key),
      expireDates: rows.map(({ expireDate }) => expireDate),
      data: { bytes, ends },
      sizes: rows.map(({ sizeBytes }) => sizeBytes),
      ...(rows.some(({ flags }) => flags !== undefined) ? { flags: rows.map(({ flags }) => flags ?? 0) } : {}),
      etags: this.#withEtags ? this.#etags : null,
      next,
      examined,
    }
  }
}

/** Whether a value of this size is read whole. */
export const isReadable = (sizeBytes: number): boolean => sizeBytes <= LIMITS.storedValueBytes
