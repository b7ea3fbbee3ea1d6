import type { Cursor, SessionListPage, SessionRow } from '../../../shared/model/session.ts'
import type { Owner } from '../../../shared/model/owner.ts'
import type { LoginVerdict } from '../../../shared/model/login.ts'
import { throwIfAborted } from '../../../shared/errors.ts'
import { LIMITS } from '../../../shared/limits.ts'
import type { TallyEvent } from '../../../shared/model/app.ts'
import type { DecodedSummary, StoredValues } from '../codecs/decoder.ts'
import type { PageQuery, StorePage, WalkOrder } from '../stores/session-store.ts'
import type { ClaimedLogin } from './logins.ts'
import { judgeLogins } from './logins.ts'
import type { ReadRows } from './pair-browse.ts'
import { readPairData, readPairRows } from './pair-browse.ts'
import type { SessionSource } from './session-source.ts'
import { decodeContext, toMicros } from './session-source.ts'
import { isEmptySession, sessionEnd, sessionState } from './session-end.ts'

export interface ListQuery {
  readonly order: WalkOrder
  readonly cursor: Cursor | null
  readonly limit: number
}

/** One page of rows, decoded as far as the table shows. */
export async function listSessions(source: SessionSource, query: ListQuery, now: number, signal: AbortSignal): Promise<SessionListPage> {
  const page = await source.store.listPage(query, signal)
  const rows = await readRows(source, page, { now, compare: true, logins: true }, signal)
  return { rows, next: page.next, examined: page.examined }
}

export interface StreamQuery {
  readonly order: WalkOrder
  readonly withData: boolean
  readonly withEtags: boolean
}

/** Rows of one page of a stream: few enough that taking one apart holds the event loop for less than a frame. */
const STREAM_ROWS = 500

/** Where nothing is taken apart. */
const BARE_ROWS = LIMITS.scanRows

/** Pages that are decoded at once: enough to keep every decoder busy, too few to fill memory. */
const DECODED_AT_ONCE = 4

/** Every session in order. Pages are read ahead and decoded side by side, so that store and decoders work at once. */
export async function* streamSessions(source: SessionSource, query: StreamQuery, now: number, signal: AbortSignal): AsyncGenerator<SessionListPage> {
  yield* sideBySide(readAhead(source, query, signal), (page) => decodePage(source, page, { withData: query.withData, logins: false }, now, signal), signal)
}

/** Work on pages as they come, some at once; what it comes to, in their order. */
export async function* sideBySide<Result>(pages: AsyncIterable<StorePage>, work: (page: StorePage) => Promise<Result>, signal: AbortSignal): AsyncGenerator<Result> {
  const working: Promise<Result>[] = []
  for await (const page of pages) {
    const result = work(page)
    // Awaited in its turn; until then a failure must not count as unhandled.
    result.catch(() => undefined)
    working.push(result)
    const first = working.length < DECODED_AT_ONCE ? undefined : working.shift()
    if (first !== undefined) yield await first
    throwIfAborted(signal)
  }
  for (const result of working) yield await result
}

/** Asks for the next page before the last one is handed over. */
export async function* readAhead(source: SessionSource, { order, withEtags, filter, isBare }: Omit<PageQuery, 'cursor' | 'limit'>, signal: AbortSignal): AsyncGenerator<StorePage> {
  const read = (cursor: Cursor | null): Promise<StorePage> => {
    const page = source.store.listPage({ order, cursor, limit: isBare === true ? BARE_ROWS : STREAM_ROWS, ...(withEtags === undefined ? {} : { withEtags }), ...(filter === undefined ? {} : { filter }), ...(isBare === undefined ? {} : { isBare }) }, signal)
    page.catch(() => undefined)
    return page
  }
  let reading: Promise<StorePage> | null = read(null)
  while (reading !== null) {
    const page: StorePage = await reading
    reading = page.next === null ? null : read(page.next)
    yield page
  }
}

/** Nobody reads these again: of a scan, hundreds of pages would wait for V8 to look. Never a part of a buffer, which others may share. */
function giveBack(bytes: Uint8Array): void {
  if (bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength) bytes.buffer.transfer(0)
}

/** What the table shows of a page, and its data where it is asked for. The page's own bytes are gone then. */
export async function decodePage(source: SessionSource, page: StorePage, { withData, logins }: { readonly withData: boolean; readonly logins: boolean }, now: number, signal: AbortSignal): Promise<SessionListPage> {
  const rows = await readRows(source, page, { now, compare: false, logins }, signal)
  const data = withData ? await decodeAll(source, page, now, signal) : null
  giveBack(page.data.bytes)
  return { rows, next: page.next, examined: page.examined, data, etags: page.etags }
}

/** Counts and signposts of the whole store; see `TallyEvent`. */
export async function* tallySessions(source: SessionSource, query: { readonly order: WalkOrder; readonly every: number }, now: number, signal: AbortSignal): AsyncGenerator<TallyEvent> {
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

/** What a page holds, as a decoder takes it. */
export function storedValues({ data, flags }: StorePage): StoredValues {
  return flags === undefined ? data : { ...data, flags }
}

/** `compare`: see `readPairRows`. `logins`: what Django would make of each, which looks users up. */
export interface RowOptions {
  readonly now: number
  readonly compare: boolean
  readonly logins: boolean
}

export async function readRows(source: SessionSource, page: StorePage, options: RowOptions, signal: AbortSignal): Promise<SessionRow[]> {
  const read: ReadRows = async (layer, columns) => toRows(layer, columns, await source.decoder.summarize(storedValues(columns), decodeContext(layer, options.now), signal), options, signal)
  const { cache } = page
  return cache === undefined ? read(source, page) : readPairRows(source, { ...page, cache }, read, options, signal)
}

async function toRows(source: SessionSource, page: StorePage, summaries: readonly DecodedSummary[], { now, logins }: RowOptions, signal: AbortSignal): Promise<SessionRow[]> {
  const owners = await findOwners(source, summaries.map(({ userId }) => userId), signal)
  const rows: SessionRow[] = []
  const claims: (ClaimedLogin | null)[] = []
  for (let index = 0; index < summaries.length; index++) {
    const [key, summary] = [page.keys[index], summaries[index]]
    if (key === undefined || summary === undefined) continue
    const { userId, login } = summary
    const row = toRow(source, { key, sizeBytes: page.sizes[index] ?? 0, expireDate: page.expireDates[index] ?? null }, summary, owners.get(userId ?? '') ?? null, now)
    rows.push(row)
    if (logins) claims.push(row.state === 'live' && login !== null && userId !== null ? { id: userId, ...login } : null)
  }
  if (!logins) return rows
  const verdicts = await judgeLogins(source, claims, signal)
  return rows.map((row, index) => withLogin(row, verdicts[index] ?? null))
}

/** Written out: this is done for every row of a scan, and spreading takes several times as long. */
function toRow(source: SessionSource, { key, sizeBytes, expireDate }: Pick<SessionRow, 'key' | 'sizeBytes' | 'expireDate'>, summary: DecodedSummary, owner: Owner | null, now: number): SessionRow {
  const { signature, serializer, compressed, signedAt, keyCount, userId, ownExpiry, readable } = summary
  const end = sessionEnd(source, { expireDate, sizeBytes, ownExpiry }, now)
  const isEmpty = isEmptySession(source, sizeBytes)
  const state = sessionState(source, { readable: readable || isEmpty, signature }, end)
  const topLevelKeys = isEmpty ? [] : summary.topLevelKeys
  const row: SessionRow = signedAt === undefined
    ? { key, expireDate: end.at, sizeBytes, state, signature, serializer, compressed, topLevelKeys, keyCount, userId, owner }
    : { key, expireDate: end.at, sizeBytes, state, signature, serializer, compressed, signedAt, topLevelKeys, keyCount, userId, owner }
  return summary.unread === true ? { ...row, unread: true } : row
}

const withLogin = (row: SessionRow, login: LoginVerdict | null): SessionRow => (login === null ? row : { ...row, login })

/** Owners of the sessions that have one. */
export async function findOwners({ owners }: SessionSource, userIds: readonly (string | null)[], signal: AbortSignal): Promise<ReadonlyMap<string, Owner>> {
  const ids = new Set(userIds.filter((id) => id !== null))
  return owners === null || ids.size === 0 ? new Map() : owners.find(ids, signal)
}

async function decodeAll(source: SessionSource, page: StorePage, now: number, signal: AbortSignal): Promise<(string | null)[]> {
  if (page.cache !== undefined) return readPairData(source, { ...page, cache: page.cache }, now, signal)
  const texts: (string | null)[] = []
  let start = 0
  for (const [index, end] of page.data.ends.entries()) {
    const decoded = await source.decoder.decode(page.data.bytes.subarray(start, end), decodeContext(source, now, page.flags?.[index]), signal)
    texts.push(decoded.data)
    start = end
  }
  return texts
}
