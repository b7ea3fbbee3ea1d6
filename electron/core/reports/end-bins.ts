import type { EndBin, EndBins } from '../../../shared/model/overview.ts'
import type { EpochMicros } from '../../../shared/model/session.ts'
import type { EndsCount, EndsQuery } from '../stores/session-store.ts'

/** Who counts: the store, or a list of ends that were read. */
export type CountEnds = (query: EndsQuery) => Promise<EndsCount>

const SECOND = 1_000_000
const [MINUTE, HOUR, DAY] = [60 * SECOND, 3600 * SECOND, 86_400 * SECOND]
/** Widths of a bin: what people count time in. */
const WIDTHS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY, 364 * DAY, 3640 * DAY]
const MOST_BINS = 96
/** Of all sessions, so many may end outside a picture; else a wider one is drawn. */
const MOST_OUTSIDE = 0.1
/** Of a picture of a year more may: empty years before them would press the others together. */
const MOST_OUTSIDE_YEAR = 0.5
/** So many at the ends of a picture of everything are left out of it, where that makes it much narrower. */
const MOST_ASTRAY = 0.02

export interface TimeWindow {
  readonly from: EpochMicros
  readonly to: EpochMicros
}

/**
 * Sessions by their end, in the narrowest picture that shows nearly all of them: a month back and one cookie's age ahead, then a quarter, a
 * year, everything but a few that stand alone, on the side where many are left out. Each picture is given out, so that the first is there early. `ageMicros`: SESSION_COOKIE_AGE.
 */
export async function* binEnds(count: CountEnds, { now, ageMicros }: { readonly now: EpochMicros; readonly ageMicros: number }, isExact: boolean): AsyncGenerator<EndBins> {
  const { first, last } = await count({ edges: [] })
  if (first === null || last === null) return
  const all = { from: first, to: last }
  for (let [back, ahead] = [0, 0]; ;) {
    const window = timeWindow(all, { now, ageMicros }, back, ahead)
    const draw = async (bins: readonly EpochMicros[]): Promise<EndBins> => countBins(bins, await countEdges(count, bins, { first, last, now }), now, isExact)
    const found = await draw(chooseBins(window))
    yield found
    const [isBefore, isAfter] = [found.before > mostOutside(BACK[back]) * sumOf(found), found.after > mostOutside(AHEAD[ahead]) * sumOf(found)]
    if (isBefore) back += 1
    if (isAfter) ahead += 1
    if (isBefore || isAfter) continue
    const closer = withoutStray(found, { isFirst: BACK[back] === Infinity, isLast: AHEAD[ahead] === Infinity }, now)
    if (closer !== null) yield draw(chooseBins(closer))
    return
  }
}

/** How far a picture reaches from now; Infinity: to the first or the last session. */
const BACK = [30 * DAY, 90 * DAY, 365 * DAY, Infinity]
const AHEAD = [0, 90 * DAY, 365 * DAY, Infinity]

const mostOutside = (reach: number | undefined): number => (reach === 365 * DAY ? MOST_OUTSIDE_YEAR : MOST_OUTSIDE)
const sumOf = ({ bins, before, after }: EndBins): number => bins.reduce((sum, { live, expired }) => sum + live + expired, before + after)

/** Where nearly all of a picture stands, and this moment if it had it. null: not much narrower than that. */
function withoutStray(found: EndBins, { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean }, now: EpochMicros): TimeWindow | null {
  const { bins } = found
  const most = MOST_ASTRAY * sumOf(found)
  const [from, to] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 0]
  const firstOf = (ordered: readonly EndBin[], outside: number): EndBin | undefined => {
    let passed = outside
    return ordered.find(({ live, expired }) => (passed += live + expired) > most)
  }
  const begin = isFirst ? (firstOf(bins, found.before)?.from ?? from) : from
  const end = isLast ? (firstOf(bins.toReversed(), found.after)?.to ?? to) : to
  const closer = from <= now && now < to ? { from: Math.min(begin, now), to: Math.max(end - 1, now) } : { from: begin, to: end - 1 }
  return closer.to - closer.from < (to - from) / 2 ? closer : null
}

/** Never wider than what there is. `back`, `ahead`: numbers of `BACK` and `AHEAD`. Holds this moment, unless everything is told. */
export function timeWindow({ from, to }: TimeWindow, { now, ageMicros }: { readonly now: EpochMicros; readonly ageMicros: number }, back: number, ahead: number): TimeWindow {
  const [before = Infinity, after = Infinity] = [BACK[back], AHEAD[ahead]]
  const begin = Math.max(from, now - before)
  const end = Math.min(to, now + Math.max(after, ageMicros, DAY))
  return { from: before === Infinity ? begin : Math.min(now, begin), to: after === Infinity ? end : Math.max(now, end) }
}

/** Edges of bins of one width, on its multiples since 1970 UTC, that hold the whole window. */
export function chooseBins({ from, to }: TimeWindow): readonly EpochMicros[] {
  const width = WIDTHS.find((each) => Math.floor(to / each) - Math.floor(from / each) < MOST_BINS) ?? Math.ceil((to - from) / MOST_BINS / DAY) * DAY
  const start = Math.floor(from / width) * width
  const bins = Math.floor((to - start) / width) + 1
  return Array.from({ length: bins + 1 }, (_, index) => start + index * width)
}

interface Span {
  readonly first: EpochMicros
  readonly last: EpochMicros
  readonly now: EpochMicros
}

/** The bin of this moment is counted in two: what ends at `now` is over (Django's `load` asks for later ones). */
async function countEdges(count: CountEnds, bins: readonly EpochMicros[], { first, last, now }: Span): Promise<ReadonlyMap<EpochMicros, number>> {
  const start = Math.min(first, bins[0] ?? first)
  const end = Math.max(last + 1, bins.at(-1) ?? last)
  const edges = [...new Set([start, ...bins, end, ...(now + 1 > start && now + 1 < end ? [now + 1] : [])])].sort((a, b) => a - b)
  const { counts } = await count({ edges })
  return new Map(counts.map((sessions, index) => [edges[index] ?? 0, sessions]))
}

function countBins(bins: readonly EpochMicros[], starts: ReadonlyMap<EpochMicros, number>, now: EpochMicros, isExact: boolean): EndBins {
  const [from = 0, to = 0] = [bins[0], bins.at(-1)]
  const sum = (keep: (start: EpochMicros) => boolean): number => [...starts].reduce((all, [start, sessions]) => (keep(start) ? all + sessions : all), 0)
  return {
    bins: bins.slice(1).map((end, index): EndBin => {
      const begin = bins[index] ?? 0
      return { from: begin, to: end, expired: sum((start) => start >= begin && start < end && start <= now), live: sum((start) => start >= begin && start < end && start > now) }
    }),
    before: sum((start) => start < from),
    after: sum((start) => start >= to),
    isExact,
  }
}

/** Counts in a list of ends. */
export function countListed(ends: readonly EpochMicros[]): CountEnds {
  const sorted = Float64Array.from(ends).sort()
  return async ({ edges }) => {
    const places = edges.map((edge) => firstFrom(sorted, edge))
    return { first: sorted[0] ?? null, last: sorted.at(-1) ?? null, counts: places.slice(1).map((place, index) => place - (places[index] ?? 0)) }
  }
}

function firstFrom(sorted: Float64Array, edge: EpochMicros): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < edge) low = middle + 1
    else high = middle
  }
  return low
}
