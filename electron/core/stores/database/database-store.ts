import { CoatcheckError, throwIfAborted } from '../../../../shared/errors.ts'
import { reason } from '../../../../shared/words/reason.ts'
import { LIMITS } from '../../../../shared/limits.ts'
import type { KeyOutcome } from '../../../../shared/model/change.ts'
import type { PackedData } from '../../../../shared/model/packed.ts'
import type { Cursor, Etag, PhysicalFact, SessionKey } from '../../../../shared/model/session.ts'
import type { StoreClock } from '../../../../shared/model/store.ts'
import type { StoreFilter } from '../../../../shared/query/plan.ts'
import { yieldToLoop } from '../../util/abort.ts'
import type {
  DeleteTarget, EndsCount, EndsQuery, NewSession, Pace, PageQuery, SessionStore, StoreDescription, StoreEdit, StoreImage, StoreImages, StorePage, StoredSession, TallyQuery, TallyStep,
} from '../session-store.ts'
import { imageToBytes, packBytes, unpackImages } from '../image-bytes.ts'
import { Bookmarks } from './bookmarks.ts'
import { countEnds } from './count-ends.ts'
import { DatabaseWriter } from './database-writer.ts'
import { checkClock, formatDjangoDatetime, instantOf } from './django-datetime.ts'
import { filterSql } from './filter-sql.ts'
import { orderBy, positionColumns, rangesAfter, readPosition, walkOf } from './keyset.ts'
import type { Position, Walk } from './keyset.ts'
import { STATEMENT_KEYS, readRows, rowEtag } from './many-rows.ts'
import { PageBuilder } from './page-builder.ts'
import { readRow } from './row-reader.ts'
import { sql } from './sql-dialect.ts'
import type { Selection, SqlClient, SqlDialect, SqlRow, SqlStatement } from './sql-dialect.ts'
import { bytesOf, etagOf, spell, toImage } from './stored-value.ts'
import type { StoredValue } from './stored-value.ts'
import type { TableKind } from './table-kind.ts'

/** Rows of one read of a tally: a few milliseconds, then everybody else has a turn. */
const TALLY_ROWS = 5000

/** Django's `db` engine over any SQL database: what is the same for all of them (django/contrib/sessions/backends/db.py). */
export class DatabaseStore implements SessionStore {
  readonly #client: SqlClient
  readonly #clock: StoreClock
  readonly #writer: DatabaseWriter
  readonly #bookmarks = new Bookmarks()
  readonly #table: string
  #closed: Promise<void> | null = null

  /** @throws REQUEST_INVALID for an unknown time zone */
  constructor(client: SqlClient, clock: StoreClock) {
    checkClock(clock)
    this.#client = client
    this.#clock = clock
    this.#writer = new DatabaseWriter(client, clock)
    this.#table = client.shape.from
  }

  async describe(signal: AbortSignal): Promise<StoreDescription> {
    this.#begin(signal)
    const { server, facts, readOnlyReason, lockReason = null } = await this.#client.describe(signal)
    const { columns, kind, obstacle } = this.#client.shape
    const reason = readOnlyReason ?? obstacle
    return {
      payload: kind.payload,
      capabilities: { write: reason === null, delete: reason === null, sort: ['expireDate', 'key'], count: 'exact', enumerate: 'ordered', filter: ['key', 'expires', 'size'], expiry: 'column' },
      server,
      extraColumns: columns.filter((name) => !kind.columns.includes(name)),
      facts: kind.prefix === null ? facts : [...facts, { name: 'cache key', value: `${kind.prefix}<session key>` }],
      readOnlyReason: reason,
      lockReason,
    }
  }

  async listPage(query: PageQuery, signal: AbortSignal): Promise<StorePage> {
    this.#begin(signal)
    checkCount(query.limit, LIMITS.scanRows, 'A page')
    const after = query.cursor === null ? null : this.#bookmarks.toPosition(query.order, query.cursor)
    const { plainly, exactly } = this.#client.dialect
    const page = (await this.#readPage(query, after, plainly, signal)) ?? (await this.#readPage(query, after, exactly, signal))
    throwIfAborted(signal)
    if (page === null) throw new CoatcheckError('INTERNAL', 'stores.pageInexact')
    return page
  }

  async revision(signal: AbortSignal): Promise<string | null> {
    this.#begin(signal)
    return (await this.#client.revision?.()) ?? null
  }

  async read(key: SessionKey, signal: AbortSignal): Promise<StoredSession | null> {
    this.#begin(signal)
    const row = await readRow(this.#client, (statement) => this.#client.query(statement, undefined, signal), key)
    throwIfAborted(signal)
    if (row === null) return null
    const { kind } = this.#client.shape
    const [data, expireDate] = [row.get(kind.data), row.get(kind.expire)]
    return {
      key,
      data: bytesOf(data),
      expireDate: instantOf(expireDate, this.#clock),
      etag: etagOf(data, expireDate),
      physical: physicalFacts(row.columns, kind),
      image: toImage(key, row.columns),
    }
  }

  async* tally(query: TallyQuery, signal: AbortSignal): AsyncGenerator<TallyStep> {
    this.#begin(signal)
    checkCount(query.every, Number.MAX_SAFE_INTEGER, 'A part of a tally')
    const { plainly, exactly } = this.#client.dialect
    let step: TallyPart = { examined: 0, live: 0, signposts: [], last: null, isLast: false }
    while (!step.isLast) {
      step = (await this.#tallyOn(query, step, plainly, signal)) ?? (await this.#tallyOn(query, step, exactly, signal)) ?? step
      const { examined, live, signposts } = step
      yield { examined, live, expired: examined - live, signposts }
      await yieldToLoop(signal)
    }
  }

  async ends(query: EndsQuery, signal: AbortSignal): Promise<EndsCount> {
    this.#begin(signal)
    return countEnds(this.#client, this.#clock, query, signal)
  }

  async write(edit: StoreEdit, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writer.write(edit)
  }

  async images(keys: readonly SessionKey[], signal: AbortSignal): Promise<StoreImages> {
    this.#begin(signal)
    const query = (statement: SqlStatement): Promise<readonly SqlRow[]> => this.#client.query(statement, undefined, signal)
    const etags: (Etag | null)[] = []
    const images: Uint8Array[] = []
    const remember = this.#writer.remembering()
    // Rows are let go as soon as they are bytes: of a long list they would fill the memory.
    for (let from = 0; from < keys.length; from += STATEMENT_KEYS) {
      const some = keys.slice(from, from + STATEMENT_KEYS)
      const rows = await readRows(this.#client, query, some, '')
      for (const key of some) {
        const row = rows.get(key) ?? (await readRow(this.#client, query, key).catch(noneIfTooLarge))
        const etag = row === null ? null : rowEtag(this.#client, row)
        etags.push(etag)
        images.push(row === null ? new Uint8Array() : imageToBytes(toImage(key, row.columns)))
        if (row !== null && etag !== null) remember?.(key, etag, row)
      }
    }
    throwIfAborted(signal)
    return { etags, data: packBytes(images) }
  }

  async writeMany(edits: readonly StoreEdit[], signal: AbortSignal, pace?: Pace): Promise<readonly KeyOutcome[]> {
    this.#begin(signal)
    return this.#writer.writeMany(edits, signal, pace)
  }

  async deleteMany(targets: readonly DeleteTarget[], signal: AbortSignal, pace?: Pace): Promise<readonly KeyOutcome[]> {
    this.#begin(signal)
    return this.#writer.deleteMany(targets, signal, pace)
  }

  async restoreMany(images: PackedData, signal: AbortSignal, pace?: Pace): Promise<readonly KeyOutcome[]> {
    this.#begin(signal)
    return this.#writer.restoreMany(unpackImages(images).filter((image) => image !== null), signal, pace)
  }

  async restore(image: StoreImage, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writer.restore(image)
  }

  async create(session: NewSession, signal: AbortSignal): Promise<KeyOutcome> {
    this.#begin(signal)
    return this.#writer.create(session)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#client.close()
    return this.#closed
  }

  #begin(signal: AbortSignal): void {
    throwIfAborted(signal)
    if (this.#closed !== null) throw new CoatcheckError('CONNECT_LOST', 'stores.closed', { hint: 'next.openAgain' })
  }

  /** null: something was lost in selecting it this way. */
  async #readPage(query: PageQuery, after: Position | null, select: Selection, signal: AbortSignal): Promise<StorePage | null> {
    const { dialect, shape } = this.#client
    const walk = walkOf(shape, dialect, query.order)
    const page = new PageBuilder(this.#client, select, this.#clock, query)
    const columns = [...page.columns, ...positionColumns(walk, select)]
    let last: SqlRow | null = null
    let more = false
    let isLossy = false
    await this.#walkOn({ walk, columns, after, filter: query.filter ?? null, limit: page.rows + 1, signal }, (row) => {
      isLossy ||= select !== dialect.exactly && hasLost(dialect, row)
      more = isLossy || !page.add(row)
      if (!more) last = row
      return !more
    })
    if (isLossy) return null
    return page.finish(more && last !== null ? this.#bookmarks.toCursor(query.order, readPosition(walk, (last as SqlRow).slice(page.columns.length))) : null)
  }

  /** One read further. null: something was lost in selecting it this way. */
  async #tallyOn(query: TallyQuery, from: TallyPart, select: Selection, signal: AbortSignal): Promise<TallyPart | null> {
    const { dialect, shape } = this.#client
    const walk = walkOf(shape, dialect, query.order)
    // Django's own comparison: of texts, where the database has no dates.
    const now = `'${formatDjangoDatetime(query.now, this.#clock)}'`
    const columns = [`CASE WHEN ${dialect.quote(shape.kind.expire)} > ${now} THEN 1 ELSE 0 END`, ...positionColumns(walk, select)]
    let { examined, live, last } = from
    const signposts: Cursor[] = []
    let previous: SqlRow | null = null
    let isLossy = false
    await this.#walkOn({ walk, columns, after: from.last, filter: null, limit: TALLY_ROWS, signal }, (row) => {
      isLossy ||= select !== dialect.exactly && hasLost(dialect, row)
      if (examined > 0 && examined % query.every === 0) {
        const before = previous === null ? last : readPosition(walk, previous.slice(1))
        if (before !== null) signposts.push(this.#bookmarks.toCursor(query.order, before))
      }
      examined += 1
      live += Number(row[0])
      previous = row
      return !isLossy
    })
    if (isLossy) return null
    if (previous !== null) last = readPosition(walk, (previous as SqlRow).slice(1))
    return { examined, live, signposts, last, isLast: examined - from.examined < TALLY_ROWS }
  }

  /** Reads range after range until `limit` rows are read or `accept` has enough. */
  async #walkOn({ walk, columns, after, filter, limit, signal }: Stretch, accept: (row: SqlRow) => boolean): Promise<void> {
    let left = limit
    let going = true
    const { dialect, shape: { kind } } = this.#client
    const sessions = kind.prefix === null ? '' : sql(dialect.beginsWith(kind.key, kind.prefix), 'AND')
    const wanted = filter === null ? '' : filterSql(filter, { dialect, kind, clock: this.#clock, walk, isOnward: after !== null })
    for (const range of rangesAfter(walk, after)) {
      if (!going || left <= 0) return
      const statement = sql(`SELECT ${columns.join(', ')} FROM ${this.#table} WHERE`, sessions, wanted, range, `${orderBy(walk)} LIMIT ${left}`)
      await this.#client.query(statement, (row) => {
        left -= 1
        going = accept(row)
        return going
      }, signal)
    }
  }
}

/** What is read in one go. */
interface Stretch {
  readonly walk: Walk
  readonly columns: readonly string[]
  readonly after: Position | null
  readonly filter: StoreFilter | null
  readonly limit: number
  readonly signal: AbortSignal
}

/** A tally as far as it is. `last`: where the next read begins. */
interface TallyPart extends Omit<TallyStep, 'expired'> {
  readonly last: Position | null
  readonly isLast: boolean
}

function hasLost(dialect: SqlDialect, row: SqlRow): boolean {
  for (const value of row) if (dialect.isLossy(value)) return true
  return false
}

function noneIfTooLarge(error: unknown): null {
  if (error instanceof CoatcheckError && error.code === 'SESSION_TOO_LARGE') return null
  throw error
}

function checkCount(count: number, most: number, what: string): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= most) return
  throw new CoatcheckError('REQUEST_INVALID', reason('sql.blockRows', { what, most, count }))
}

/** Column by column. The session key itself is a credential and stays out; so does the data, which is shown elsewhere. */
function physicalFacts(columns: ReadonlyMap<string, StoredValue>, { key, data }: TableKind): readonly PhysicalFact[] {
  return [...columns].flatMap(([name, stored]) => {
    const kind = { name: `typeof(${name})`, value: stored.kind }
    if (name === key) return [kind]
    if (name === data) return [kind, { name: `octet_length(${name})`, value: String(bytesOf(stored).length) }]
    return [{ name, value: shorten(spell(stored)) }, kind]
  })
}

function shorten(value: string): string {
  return value.length <= LIMITS.shownTextChars ? value : `${value.slice(0, LIMITS.shownTextChars)}…`
}
