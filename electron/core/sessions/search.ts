import { throwIfAborted } from '../../../shared/errors.ts'
import type { SessionRow, SessionSearchPage, WalkOrder } from '../../../shared/model/session.ts'
import type { Query, Term } from '../../../shared/query/ast.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { isDataTerm } from '../codecs/match/match-data.ts'
import type { DataTerm } from '../codecs/match/match-data.ts'
import { matchRow, matchStored } from '../codecs/match/match-row.ts'
import type { StorePage } from '../stores/session-store.ts'
import { decodePage, readAhead, readRows, storedValues } from './browse.ts'
import { queryError, resolveUsers } from './resolve-users.ts'
import { layerSource } from './pair-inspect.ts'
import { selectRows } from './select-rows.ts'
import type { SessionSource } from './session-source.ts'
import { decodeContext, toMicros } from './session-source.ts'

export interface SearchQuery {
  readonly order: WalkOrder
  /** A text of the query language. */
  readonly where: string
  readonly withData: boolean
  readonly withEtags: boolean
}

/** Pages that are looked at side by side. */
const PAGES_AT_ONCE = 4

type Found = Omit<SessionSearchPage, 'examined' | 'unread' | 'done'> & { readonly looked: number; readonly unread: number }

/**
 * Every session that fits, in order, a page of the store at a time; the last event is done. `now` in milliseconds, the same for all.
 * @throws REQUEST_INVALID with position and length where the text is no query; CANCELLED; whatever the store does
 */
export async function* searchSessions(source: SessionSource, query: SearchQuery, now: number, signal: AbortSignal): AsyncGenerator<SessionSearchPage> {
  const parsed = parseQuery(query.where)
  if (!parsed.ok) throw queryError(parsed.problem)
  const plan = planSearch(source, await resolveUsers(parsed.query, source.owners, signal))
  const finding: Promise<Found>[] = []
  let pages = 0
  let examined = 0
  let unread = 0
  const report = async (found: Promise<Found>): Promise<SessionSearchPage> => {
    const { looked, unread: unreadHere, ...page } = await found
    examined += looked
    unread += unreadHere
    return { ...page, examined, unread, done: false }
  }
  for await (const page of readAhead(source, query, signal)) {
    const found = findInPage(source, plan, page, query.withData, now, signal)
    // Awaited in its turn; until then a failure must not count as unhandled.
    found.catch(() => undefined)
    finding.push(found)
    // The first page is told as soon as it is there, then the line fills.
    pages++
    const first = finding.length < Math.min(PAGES_AT_ONCE, pages) ? undefined : finding.shift()
    if (first !== undefined) yield await report(first)
    throwIfAborted(signal)
  }
  for (const found of finding) yield await report(found)
  yield { rows: [], data: null, etags: null, examined, unread, done: true }
}

/** Terms by what they cost: columns of the store, what the table shows of a session, its whole data. */
interface Plan {
  readonly terms: readonly Term[]
  readonly stored: readonly Term[]
  readonly data: readonly DataTerm[]
  readonly asksRow: boolean
}

function planSearch({ expiry }: SessionSource, { terms }: Query): Plan {
  const data = terms.filter(isDataTerm)
  // What ends the session of a file, only its data tells.
  const stored = terms.filter(({ test: { kind } }) => kind === 'key' || kind === 'size' || (kind === 'expires' && expiry !== 'mtime'))
  return { terms, stored, data, asksRow: data.length + stored.length < terms.length }
}

async function findInPage(source: SessionSource, plan: Plan, all: StorePage, withData: boolean, now: number, signal: AbortSignal): Promise<Found> {
  const looked = all.examined
  const { cache } = all
  // Of a session without a row, its copy is all there is.
  const page = cache?.rowless === true ? { ...all, ...cache } : all
  let left = selectStored(plan, page, now)
  let rows: readonly SessionRow[] | null = null
  if (plan.asksRow && left.keys.length > 0) {
    const read = await readRows(source, left, { now, compare: false }, signal)
    const fits = read.map((row) => matchRow(plan.terms, row, toMicros(now)))
    left = selectRows(left, (index) => fits[index] === true)
    rows = read.filter((_, index) => fits[index] === true)
  }
  let unread = 0
  if (plan.data.length > 0 && left.keys.length > 0) {
    const fits = await matchLoaded(source, plan.data, left, now, signal)
    unread = fits.filter((each) => each === null).length
    left = selectRows(left, (index) => fits[index] === true)
    rows = rows?.filter((_, index) => fits[index] === true) ?? null
  }
  if (left.keys.length === 0) return { rows: [], data: null, etags: null, looked, unread }
  if (rows !== null && !withData) return { rows, data: null, etags: left.etags, looked, unread }
  const { rows: decoded, data = null, etags = null } = await decodePage(source, left, withData, now, signal)
  return { rows: decoded, data, etags, looked, unread }
}

/** Whether the data that Django loads fits: of a pair, that of the copy where there is one. null: it cannot be read. */
async function matchLoaded(source: SessionSource, terms: readonly DataTerm[], page: StorePage, now: number, signal: AbortSignal): Promise<readonly (boolean | null)[]> {
  const { cache } = page
  const copies = cache === undefined ? null : source.decoder.match(storedValues({ ...page, ...cache }), terms, decodeContext(layerSource(source, 'cache'), now), signal)
  if (copies !== null && cache?.rowless === true) return copies
  const [rows, fits] = await Promise.all([source.decoder.match(storedValues(page), terms, decodeContext(source, now), signal), copies])
  return rows.map((row, index) => (cache?.found[index] === 'hit' ? (fits?.[index] ?? row) : row))
}

function selectStored({ stored }: Plan, page: StorePage, now: number): StorePage {
  if (stored.length === 0) return page
  return selectRows(page, (index) => matchStored(stored, { key: page.keys[index] ?? '', sizeBytes: page.sizes[index] ?? 0, expireDate: page.expireDates[index] ?? null }, toMicros(now)))
}
