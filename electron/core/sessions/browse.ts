import type { Cursor, SessionListPage, SessionRow, SessionState, SortOrder } from '../../../shared/model/session.ts'
import { LIMITS } from '../../../shared/limits.ts'
import { throwIfAborted } from '../../../shared/errors.ts'
import type { TallyEvent } from '../../../shared/model/app.ts'
import type { DecodedSummary } from '../codecs/decoder.ts'
import type { StorePage } from '../stores/session-store.ts'
import type { SessionSource } from './session-source.ts'
import { decodeContext, toMicros } from './session-source.ts'

export interface ListQuery {
  readonly order: SortOrder
  readonly cursor: Cursor | null
  readonly limit: number
}

/** One page of rows, decoded as far as the table shows. */
export async function listSessions(source: SessionSource, query: ListQuery, now: number, signal: AbortSignal): Promise<SessionListPage> {
  const page = await source.store.listPage(query, signal)
  const summaries = await source.decoder.summarize(page.data, decodeContext(source, now), signal)
  return { rows: toRows(page, summaries, now), next: page.next, examined: page.examined }
}

export interface StreamQuery {
  readonly order: SortOrder
  readonly withData: boolean
}

/** Every session in order. The next page is read while this one is decoded, so that store and decoders work at once. */
export async function* streamSessions(source: SessionSource, query: StreamQuery, now: number, signal: AbortSignal): AsyncGenerator<SessionListPage> {
  const context = decodeContext(source, now)
  const readPage = (cursor: Cursor | null): Promise<StorePage> => source.store.listPage({ order: query.order, cursor, limit: LIMITS.scanRows, withEtags: true }, signal)
  let waiting: Promise<StorePage> | null = readPage(null)
  try {
    while (waiting !== null) {
      const page: StorePage = await waiting
      waiting = page.next === null ? null : readPage(page.next)
      // Awaited in its turn; until then a failure must not count as unhandled.
      waiting?.catch(() => undefined)
      const summaries = await source.decoder.summarize(page.data, context, signal)
      const data = query.withData ? await decodeAll(source, page, now, signal) : null
      yield { rows: toRows(page, summaries, now), next: page.next, examined: page.examined, data, etags: page.etags }
      throwIfAborted(signal)
    }
  } finally {
    await waiting?.catch(() => undefined)
  }
}

/** Counts and signposts of the whole store; see `TallyEvent`. */
export async function* tallySessions(source: SessionSource, query: { readonly order: SortOrder; readonly every: number }, now: number, signal: AbortSignal): AsyncGenerator<TallyEvent> {
  let firstPage = 1
  let last = { examined: 0, live: 0, expired: 0 }
  for await (const step of source.store.tally({ ...query, now: toMicros(now) }, signal)) {
    last = { examined: step.examined, live: step.live, expired: step.expired }
    yield { ...last, total: null, firstPage, signposts: step.signposts, done: false }
    firstPage += step.signposts.length
  }
  throwIfAborted(signal)
  yield { ...last, total: last.examined, firstPage, signposts: [], done: true }
}

/** Unreadable outranks expired: Django would start an empty session either way, but only one of them is a fault. */
export function sessionState(readable: boolean, expireDate: number | null, now: number): SessionState {
  if (!readable || expireDate === null) return 'undecodable'
  return expireDate > toMicros(now) ? 'live' : 'expired'
}

function toRows(page: StorePage, summaries: readonly DecodedSummary[], now: number): SessionRow[] {
  const rows: SessionRow[] = []
  for (const [index, summary] of summaries.entries()) {
    const key = page.keys[index]
    if (key === undefined) continue
    const { readable, ...shown } = summary
    const expireDate = page.expireDates[index] ?? null
    const sizeBytes = page.sizes[index] ?? 0
    rows.push({ key, expireDate, sizeBytes, state: sessionState(readable, expireDate, now), ...shown })
  }
  return rows
}

async function decodeAll(source: SessionSource, page: StorePage, now: number, signal: AbortSignal): Promise<(string | null)[]> {
  const context = decodeContext(source, now)
  const texts: (string | null)[] = []
  let start = 0
  for (const end of page.data.ends) {
    const decoded = await source.decoder.decode(page.data.bytes.subarray(start, end), context, signal)
    texts.push(decoded.data)
    start = end
  }
  return texts
}
