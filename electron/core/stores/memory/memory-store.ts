import { createHash } from 'node:crypto'
import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { Cursor, EpochMicros, Etag, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreCapabilities, StorePayload } from '../../../../shared/model/store.ts'
import { fitsFilter } from '../../../../shared/query/plan.ts'
import { yieldToLoop } from '../../util/abort.ts'
import { invalidCursor, readCursor, writeCursor } from '../page-cursor.ts'
import type { PageQuery, SessionStore, StorePage, TallyQuery, TallyStep, StoreEdit, WalkOrder } from '../session-store.ts'

export interface MemoryRow {
  readonly data: Uint8Array
  readonly expireDate: EpochMicros | null
  /** Item flags, in a store that has them. */
  readonly flags?: number
}

/** What kind of store it stands for; rows of a table that sorts, where nothing is told. */
export interface MemoryStoreOptions {
  readonly payload?: StorePayload
  readonly capabilities?: Partial<StoreCapabilities>
}

const CAPABILITIES: StoreCapabilities = { write: true, delete: true, sort: ['expireDate', 'key'], count: 'exact', enumerate: 'ordered', filter: ['key', 'expires', 'size'], expiry: 'column' }

const TALLY_ROWS = 10_000

/**
 * The contract in its plainest form, over a map that the caller keeps (and may change, as an app would):
 * first subject of the conformance suite, and the store of tests above the stores. Rows of equal expire date are ordered by key.
 */
export function createMemoryStore(rows: Map<SessionKey, MemoryRow>, { payload = { kind: 'session-text' }, capabilities: told = {} }: MemoryStoreOptions = {}): SessionStore {
  const capabilities = { ...CAPABILITIES, ...told }
  let isClosed = false
  const begin = (signal: AbortSignal): void => {
    throwIfAborted(signal)
    if (isClosed) throw new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
  }

  function assertSortable({ by }: WalkOrder): void {
    if (by !== 'stored' && !capabilities.sort.some((field) => field === by)) throw new CoatcheckError('REQUEST_INVALID', reason('stores.noSort', { field: by }))
  }

  function readPage({ order, cursor, limit, withEtags, filter = null }: PageQuery): StorePage {
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMITS.scanRows) throw new CoatcheckError('REQUEST_INVALID', reason('stores.pageRows', { most: LIMITS.scanRows, count: limit }))
    assertSortable(order)
    const rest = positionsAfter(rows, order, cursor).filter(({ key, row }) => filter === null || fitsFilter(filter, { key, sizeBytes: row.data.length, expireDate: row.expireDate }))
    const taken = rest.slice(0, limit)
    const last = taken.at(-1)
    const values = taken.map(({ row }) => (row.data.length <= LIMITS.storedValueBytes ? row.data : new Uint8Array()))
    let end = 0
    return {
      keys: taken.map(({ key }) => key),
      expireDates: taken.map(({ row }) => row.expireDate),
      sizes: taken.map(({ row }) => row.data.length),
      data: { bytes: new Uint8Array(Buffer.concat(values)), ends: Uint32Array.from(values, (value) => (end += value.length)) },
      ...(taken.some(({ row }) => row.flags !== undefined) ? { flags: taken.map(({ row }) => row.flags ?? 0) } : {}),
      etags: withEtags === true ? taken.map(({ row }) => etagOf(row)) : null,
      next: last !== undefined && rest.length > taken.length ? toCursor(order, last) : null,
      examined: taken.length,
    }
  }

  async function* tally(query: TallyQuery, signal: AbortSignal): AsyncGenerator<TallyStep> {
    begin(signal)
    assertSortable(query.order)
    const all = positionsAfter(rows, query.order, null)
    let live = 0
    for (let from = 0; from === 0 || from < all.length; from += TALLY_ROWS) {
      const part = all.slice(from, from + TALLY_ROWS)
      live += part.filter(({ row }) => (row.expireDate === null ? capabilities.expiry !== 'column' : row.expireDate > query.now)).length
      const signposts = part.flatMap((_, index) => {
        const before = all[from + index - 1]
        return before !== undefined && (from + index) % query.every === 0 ? [toCursor(query.order, before)] : []
      })
      const examined = from + part.length
      yield { examined, live, expired: examined - live, signposts }
      await yieldToLoop(signal)
    }
  }

  function writeOne({ key, ifEtag, data, flags, expireDate, image }: StoreEdit): KeyOutcome {
    if (data === undefined && expireDate === undefined && image === undefined) throw new CoatcheckError('NOTHING_TO_CHANGE', 'stores.nothingToWrite')
    const row = rows.get(key)
    if (row === undefined) return { key, outcome: 'gone', etag: null, reason: null }
    if (etagOf(row) !== ifEtag) return { key, outcome: 'conflict', etag: etagOf(row), reason: null }
    const raw = image?.columns['expire_date']
    const next = { ...row, ...(flags === undefined ? {} : { flags }), data: data ?? row.data, expireDate: typeof raw === 'number' ? raw : expireDate ?? row.expireDate }
    rows.set(key, next)
    return { key, outcome: 'done', etag: etagOf(next), reason: null }
  }

  function removeOne(key: SessionKey, ifEtag: Etag | null): KeyOutcome {
    const row = rows.get(key)
    if (row === undefined) return { key, outcome: 'gone', etag: null, reason: null }
    if (ifEtag !== null && ifEtag !== etagOf(row)) return { key, outcome: 'conflict', etag: etagOf(row), reason: null }
    rows.delete(key)
    return { key, outcome: 'done', etag: null, reason: null }
  }

  return {
    async describe(signal) {
      begin(signal)
      return {
        payload, capabilities,
        server: 'memory', extraColumns: [], facts: [], readOnlyReason: null,
      }
    },
    async listPage(query, signal) {
      begin(signal)
      return readPage(query)
    },
    async read(key, signal) {
      begin(signal)
      const row = rows.get(key)
      if (row === undefined) return null
      if (row.data.length > LIMITS.storedValueBytes) throw new CoatcheckError('SESSION_TOO_LARGE', reason('stores.tooLong', { size: row.data.length, limit: LIMITS.storedValueBytes }))
      return {
        key, data: row.data, expireDate: row.expireDate, etag: etagOf(row),
        ...(row.flags === undefined ? {} : { flags: row.flags }),
        physical: [{ name: 'expire_date', value: String(row.expireDate) }],
        image: { key, columns: { session_data: row.data, expire_date: row.expireDate } },
      }
    },
    tally,
    async ends({ edges }, signal) {
      begin(signal)
      const all = [...rows.values()].flatMap(({ expireDate }) => (expireDate === null ? [] : [expireDate])).sort((a, b) => a - b)
      const counts = edges.slice(1).map((to, index) => all.filter((at) => at >= (edges[index] ?? 0) && at < to).length)
      return { first: all[0] ?? null, last: all.at(-1) ?? null, counts }
    },
    async write(edit, signal) {
      begin(signal)
      return writeOne(edit)
    },
    async writeMany(edits, signal) {
      begin(signal)
      return edits.map(writeOne)
    },
    async deleteMany(targets, signal) {
      begin(signal)
      return targets.map(({ key, ifEtag }) => removeOne(key, ifEtag))
    },
    async restore({ key, columns }, signal) {
      begin(signal)
      const standing = rows.get(key)
      if (standing !== undefined) return { key, outcome: 'exists', etag: etagOf(standing), reason: null }
      const { session_data: data, expire_date: expireDate } = columns
      if (!(data instanceof Uint8Array) || (expireDate !== null && typeof expireDate !== 'number')) throw new CoatcheckError('REQUEST_INVALID', 'stores.imageNotWhole')
      const row = { data, expireDate }
      rows.set(key, row)
      return { key, outcome: 'done', etag: etagOf(row), reason: null }
    },
    async create({ key, data, flags, expireDate }, signal) {
      begin(signal)
      const standing = rows.get(key)
      if (standing !== undefined) return { key, outcome: 'exists', etag: etagOf(standing), reason: null }
      const row = { data, expireDate, ...(flags === undefined ? {} : { flags }) }
      rows.set(key, row)
      return { key, outcome: 'done', etag: etagOf(row), reason: null }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
    },
  }
}

interface Placed {
  readonly key: SessionKey
  readonly row: MemoryRow
}

function positionsAfter(rows: ReadonlyMap<SessionKey, MemoryRow>, order: WalkOrder, cursor: Cursor | null): readonly Placed[] {
  const all = [...rows].map(([key, row]) => ({ key, row })).sort((a, b) => compare(order, a, b))
  if (cursor === null) return all
  const [by, direction, key, expireDate] = readCursor(cursor)
  if (by !== order.by || direction !== order.direction || typeof key !== 'string' || (expireDate !== null && typeof expireDate !== 'number')) throw invalidCursor()
  const here = { key, row: { data: new Uint8Array(), expireDate } }
  return all.filter((placed) => compare(order, placed, here) > 0)
}

function toCursor(order: WalkOrder, { key, row }: Placed): Cursor {
  return writeCursor([order.by, order.direction, key, row.expireDate])
}

/** Keys by their bytes, as databases do; rows without expire date come first. */
function compare({ by, direction }: WalkOrder, a: Placed, b: Placed): number {
  const byKey = Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))
  const [left, right] = [a.row.expireDate ?? -Infinity, b.row.expireDate ?? -Infinity]
  const byDate = left === right ? 0 : left < right ? -1 : 1
  const ascending = by !== 'expireDate' || byDate === 0 ? byKey : byDate
  return direction === 'asc' ? ascending : -ascending
}

function etagOf({ data, expireDate }: MemoryRow): Etag {
  return createHash('sha256').update(`${expireDate}:`).update(data).digest('base64url').slice(0, 22)
}
