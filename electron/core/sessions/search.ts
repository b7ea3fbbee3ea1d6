import { throwIfAborted } from '../../../shared/errors.ts'
import type { RowPassage, SessionRow, SessionSearchPage, WalkOrder } from '../../../shared/model/session.ts'
import type { Term } from '../../../shared/query/ast.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import { asksLogin, isDataTerm, planQuery } from '../../../shared/query/plan.ts'
import type { DataTerm, QueryPlan } from '../../../shared/query/plan.ts'
import { textsOf } from '../../../shared/query/text-hits.ts'
import type { StoredValues } from '../codecs/decoder.ts'
import { matchRow, matchStored } from '../codecs/match/match-row.ts'
import type { StorePage } from '../stores/session-store.ts'
import { decodePage, readAhead, readRows, storedValues } from './browse.ts'
import { rowHits } from './hits.ts'
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
  /** Of texts that are looked for, where they stand in each session (`RowPassage`). */
  readonly withPassages?: boolean
  /** What Django would make of each login is told, too. */
  readonly withLogins?: boolean
  /** How many there are is all that is asked for: no event has rows. */
  readonly countOnly?: boolean
}

/** Pages that are looked at side by side. */
const PAGES_AT_ONCE = 4

type Found = Pick<SessionSearchPage, 'rows' | 'data' | 'etags'> & { readonly fits: number; readonly looked: number; readonly unread: number }

/**
 * Every session that fits, in order, a page of the store at a time; the last event is done. `now` in milliseconds, the same for all.
 * @throws REQUEST_INVALID with position and length where the text is no query; CANCELLED; whatever the store does
 */
export async function* searchSessions(source: SessionSource, query: SearchQuery, now: number, signal: AbortSignal): AsyncGenerator<SessionSearchPage> {
  const parsed = parseQuery(query.where)
  if (!parsed.ok) throw queryError(parsed.problem)
  const resolved = await resolveUsers(parsed.query, source.owners, signal)
  const plan = planQuery(resolved, { expiry: source.expiry, filter: source.filter ?? [], isPair: source.cache !== undefined }, toMicros(now))
  const { filter, filtered } = plan
  const finding: Promise<Found>[] = []
  let pages = 0
  let [found, examined, unread] = [0, 0, 0]
  const report = async (finding: Promise<Found>): Promise<SessionSearchPage> => {
    const { fits, looked, unread: unreadHere, ...page } = await finding
    found += fits
    examined += looked
    unread += unreadHere
    return { ...page, found, examined, filtered, unread, done: false }
  }
  const isBare = query.countOnly === true && plan.row.length + plan.data.length === 0
  // A count has no order: it goes the fastest way.
  const order: WalkOrder = query.countOnly === true && query.order.by !== 'rowless' ? { by: 'stored', direction: 'asc' } : query.order
  for await (const page of readAhead(source, { ...query, order, filter, isBare }, signal)) {
    const inPage = findInPage(source, plan, page, query, now, signal)
    // Awaited in its turn; until then a failure must not count as unhandled.
    inPage.catch(() => undefined)
    finding.push(inPage)
    // The first page is told as soon as it is there, then the line fills.
    pages++
    const first = finding.length < Math.min(PAGES_AT_ONCE, pages) ? undefined : finding.shift()
    if (first !== undefined) yield await report(first)
    throwIfAborted(signal)
  }
  for (const inPage of finding) yield await report(inPage)
  yield { rows: [], data: null, etags: null, found, examined, filtered, unread, done: true }
}

async function findInPage(source: SessionSource, plan: QueryPlan, all: StorePage, { withData, withPassages = false, withLogins = false, countOnly = false }: SearchQuery, now: number, signal: AbortSignal): Promise<Found> {
  const looked = all.examined
  const { cache } = all
  // Of a session without a row, its copy is all there is.
  const page = cache?.rowless === true ? { ...all, ...cache } : all
  let left = selectStored(plan, page, now)
  let rows: readonly SessionRow[] | null = null
  if (plan.row.length > 0 && left.keys.length > 0) {
    // Users are looked up for what is left, last of all that a row tells.
    for (const { terms, logins } of rowSteps(plan)) {
      if (left.keys.length === 0) break
      const read = await readRows(source, left, { now, compare: false, logins }, signal)
      const fits = read.map((row) => matchRow(terms, row, toMicros(now)))
      left = selectRows(left, (index) => fits[index] === true)
      rows = read.filter((_, index) => fits[index] === true)
    }
  }
  let unread = 0
  if (plan.data.length > 0 && left.keys.length > 0) {
    const fits = await matchLoaded(source, plan.data, left, now, signal)
    unread = fits.filter((each) => each === null).length
    left = selectRows(left, (index) => fits[index] === true)
    rows = rows?.filter((_, index) => fits[index] === true) ?? null
  }
  const fits = left.keys.length
  if (fits === 0 || countOnly) return { rows: [], data: null, etags: null, fits, looked, unread }
  const texts = withPassages ? textsOf(plan.data) : []
  const passages = texts.length === 0 ? [] : await findLoaded(source, texts, left, now, signal)
  const marked = (found: readonly SessionRow[]): readonly SessionRow[] => found.map((row, index) => ({ ...row, hits: rowHits(plan.terms, row, passages[index] ?? null) }))
  if (rows !== null && !withData && (!withLogins || asksLogin(plan.terms))) return { rows: marked(rows), data: null, etags: left.etags, fits, looked, unread }
  const { rows: decoded, data = null, etags = null } = await decodePage(source, left, { withData, logins: withLogins }, now, signal)
  return { rows: marked(decoded), data, etags, fits, looked, unread }
}

function rowSteps({ terms }: QueryPlan): readonly { readonly terms: readonly Term[]; readonly logins: boolean }[] {
  if (!asksLogin(terms)) return [{ terms, logins: false }]
  const others = terms.filter((term) => !asksLogin([term]))
  const step = { terms, logins: true }
  return others.some((term) => !isDataTerm(term)) ? [{ terms: others, logins: false }, step] : [step]
}

/** Whether the data that Django loads fits. null: it cannot be read. */
function matchLoaded(source: SessionSource, terms: readonly DataTerm[], page: StorePage, now: number, signal: AbortSignal): Promise<readonly (boolean | null)[]> {
  return askLoaded(source, page, (values, layer) => source.decoder.match(values, terms, decodeContext(layer, now), signal))
}

/** Where one of the texts stands in the data that Django loads. */
function findLoaded(source: SessionSource, texts: readonly string[], page: StorePage, now: number, signal: AbortSignal): Promise<readonly (RowPassage | null)[]> {
  return askLoaded(source, page, (values, layer) => source.decoder.passages(values, texts, decodeContext(layer, now), signal))
}

/** What is to be known of the data that Django loads: of a pair, of the copy where there is one. */
async function askLoaded<Answer>(source: SessionSource, page: StorePage, ask: (values: StoredValues, layer: SessionSource) => Promise<readonly (Answer | null)[]>): Promise<readonly (Answer | null)[]> {
  const { cache } = page
  const copies = cache === undefined ? null : ask(storedValues({ ...page, ...cache }), layerSource(source, 'cache'))
  if (copies !== null && cache?.rowless === true) return copies
  const [rows, fits] = await Promise.all([ask(storedValues(page), source), copies])
  return rows.map((row, index) => (cache?.found[index] === 'hit' ? (fits?.[index] ?? row) : row))
}

function selectStored({ stored }: QueryPlan, page: StorePage, now: number): StorePage {
  if (stored.length === 0) return page
  return selectRows(page, (index) => matchStored(stored, { key: page.keys[index] ?? '', sizeBytes: page.sizes[index] ?? 0, expireDate: page.expireDates[index] ?? null }, toMicros(now)))
}
