import { CoatcheckError } from '../../../shared/errors.ts'
import { OVERVIEW_ROWS } from '../../../shared/model/overview.ts'
import type { EndBins, Overview } from '../../../shared/model/overview.ts'
import type { Cursor, WalkOrder } from '../../../shared/model/session.ts'
import { readAhead, readRows, sideBySide, storedValues } from '../sessions/browse.ts'
import { whyNotJudged } from '../sessions/logins.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { decodeContext, toMicros } from '../sessions/session-source.ts'
import type { StorePage } from '../stores/session-store.ts'
import { binEnds, countListed } from './end-bins.ts'
import type { CountEnds } from './end-bins.ts'
import { everyMs } from './every-ms.ts'
import { OverviewTally } from './overview-tally.ts'

const REPORT_EVERY_MS = 250
/** Sessions that stand together in a sample: fewer would cost a read each, more would say less about the rest. */
const SAMPLE_PAGE = 250
const STORED: WalkOrder = { by: 'stored', direction: 'asc' }

/**
 * A source at a glance: when its sessions end, and what they have in common. Where the store counts by end without reading (`ends`), that
 * comes first and is exact. Then sessions are counted, and read: all of them, or, beyond `most`, pages taken evenly over the whole store.
 * Reads are short, pages go by keyset, and nothing is skipped by OFFSET.
 * @throws CANCELLED, and whatever the store does
 */
export async function* reportOverview(source: SessionSource, now: number, signal: AbortSignal, most = OVERVIEW_ROWS): AsyncGenerator<Overview> {
  const micros = toMicros(now)
  const ageMicros = toMicros(source.settings.cookieAgeSeconds * 1000)
  const loginUnknown = await whyNotJudged(source, signal)
  const tally = new OverviewTally(source, micros, loginUnknown)
  const counter = await findCounter(source, signal)
  let ends: EndBins | null = null
  let [total, isSample, toExamine] = [0, false, null as number | null]
  const due = everyMs(REPORT_EVERY_MS)
  const report = (phase: Overview['phase']): Overview => ({ now: micros, total, toExamine, isSample, phase, ends, ...tally.counted() })

  if (counter !== null) {
    for await (ends of binEnds(counter, { now: micros, ageMicros }, true)) yield report('counting')
  }
  // Where rows have an order, the index of expire dates is walked, and the sample is even over the time of their end.
  const order: WalkOrder = counter === null ? STORED : { by: 'expireDate', direction: 'asc' }
  const signposts: Cursor[] = []
  for await (const step of source.store.tally({ order, every: SAMPLE_PAGE, now: micros }, signal)) {
    total = step.examined
    signposts.push(...step.signposts)
    if (due()) yield report('counting')
  }
  isSample = total > most
  toExamine = isSample ? Math.floor(most / SAMPLE_PAGE) * SAMPLE_PAGE : total
  const pages = isSample ? readSample(source, order, pickEvenly([null, ...signposts], most / SAMPLE_PAGE), signal) : readAhead(source, { order: STORED, withEtags: false }, signal)
  for await (const { rows, audited } of sideBySide(pages, (page) => examine(source, page, { now, logins: loginUnknown === null }, signal), signal)) {
    tally.add(rows, audited)
    if (!due()) continue
    if (counter === null) ends = await binListed(tally, { now: micros, ageMicros }, false)
    yield report('reading')
  }
  if (counter === null) ends = await binListed(tally, { now: micros, ageMicros }, !isSample)
  yield report('done')
}

/** null: the store cannot count by end. Of a pair, the ends of its rows are not those of its sessions. */
async function findCounter(source: SessionSource, signal: AbortSignal): Promise<CountEnds | null> {
  const { store, expiry, cache } = source
  if (store.ends === undefined || expiry !== 'column' || cache !== undefined) return null
  const count: CountEnds = async (query) => (await store.ends?.(query, signal)) ?? { first: null, last: null, counts: [] }
  try {
    await count({ edges: [] })
    return count
  } catch (error) {
    if (error instanceof CoatcheckError && error.code === 'STORE_UNSUPPORTED') return null
    throw error
  }
}

async function binListed(tally: OverviewTally, clock: { readonly now: number; readonly ageMicros: number }, isExact: boolean): Promise<EndBins | null> {
  let widest: EndBins | null = null
  for await (widest of binEnds(countListed(tally.ends), clock, isExact));
  return widest
}

async function examine(source: SessionSource, page: StorePage, { now, logins }: { readonly now: number; readonly logins: boolean }, signal: AbortSignal) {
  const rows = await readRows(source, page, { now, compare: false, logins }, signal)
  const isPickled = rows.some(({ serializer }) => serializer === 'pickle')
  return { rows, audited: isPickled ? await source.decoder.audit(storedValues(page), decodeContext(source, now), signal) : null }
}

/** Pages at these places; the next is asked for before the last one is handed over. */
async function* readSample({ store }: SessionSource, order: WalkOrder, cursors: readonly (Cursor | null)[], signal: AbortSignal): AsyncGenerator<StorePage> {
  const read = (cursor: Cursor | null): Promise<StorePage> => {
    const page = store.listPage({ order, cursor, limit: SAMPLE_PAGE }, signal)
    page.catch(() => undefined)
    return page
  }
  let [first, ...rest] = cursors
  let reading = first === undefined ? null : read(first)
  while (reading !== null) {
    const page = await reading
    ;[first, ...rest] = rest
    reading = first === undefined ? null : read(first)
    yield page
  }
}

/** `count` of them, as far from each other as they can be, and the same ones each time. */
export function pickEvenly<Item>(items: readonly Item[], count: number): readonly Item[] {
  const picked = Math.max(1, Math.min(items.length, Math.floor(count)))
  return Array.from({ length: picked }, (_, index) => items[Math.floor((index * items.length) / picked)]).flatMap((item) => (item === undefined ? [] : [item]))
}
