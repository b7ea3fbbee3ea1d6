import type { CleanupEndBin, CleanupEnds } from '../../../shared/model/cleanup.ts'
import type { EpochMicros, EpochMs } from '../../../shared/model/session.ts'

const MOST_BINS = 24
/** So many may end outside a picture of months, of all sessions and of those that fit: a few of long ago shall not make one of empty years. */
const MOST_OUTSIDE = { all: 0.1, matched: 0.25 }
/** Months since year 0. */
type Month = number

/** Counts ends by month; memory grows with the months only. */
export class EndMonths {
  readonly #counts = new Map<Month, { matched: number; seen: number }>()
  /** The last month that was asked for: ends come in rows. */
  #last = { from: 0, to: 0, month: 0 }

  /** A session that was looked at. */
  see(end: EpochMicros | null): void {
    if (end !== null) this.#at(end).seen++
  }

  match(end: EpochMicros | null): void {
    if (end !== null) this.#at(end).matched++
  }

  /** `knowsAll`: what was not matched was seen too. null: nothing has an end. */
  ends(now: EpochMs, knowsAll: boolean): CleanupEnds | null {
    const months = [...this.#counts.keys()].toSorted((a, b) => a - b)
    const [first, last] = [months[0], months.at(-1)]
    if (first === undefined || last === undefined) return null
    const near = this.#near(range(first, last, monthOf(now)))
    const unit = near === null ? 'year' : 'month'
    const step = unit === 'month' ? 1 : 12
    const { from, to } = near ?? range(Math.floor(first / step), Math.floor(last / step), Math.floor(monthOf(now) / step))
    const sum = (keeps: (bin: number) => boolean): Pick<CleanupEndBin, 'matched' | 'stays'> => {
      let [matched, seen] = [0, 0]
      for (const [month, count] of this.#counts) {
        if (!keeps(Math.floor(month / step))) continue
        matched += count.matched
        seen += count.seen
      }
      return { matched, stays: knowsAll ? seen - matched : null }
    }
    return {
      unit,
      bins: Array.from({ length: to - from + 1 }, (_, index) => ({ from: startOf((from + index) * step), ...sum((bin) => bin === from + index) })),
      before: sum((bin) => bin < from), after: sum((bin) => bin > to),
    }
  }

  /** From the first to the last month of a stretch in which something ends; null: too much ends outside of it. */
  #near({ from, to }: Stretch): Stretch | null {
    const inside = [...this.#counts.keys()].filter((month) => month >= from && month <= to).toSorted((a, b) => a - b)
    const [first, last] = [inside[0], inside.at(-1)]
    if (first === undefined || last === undefined) return null
    const sum = { all: 0, allOutside: 0, matched: 0, matchedOutside: 0 }
    for (const [month, { matched, seen }] of this.#counts) {
      const isOutside = month < from || month > to
      sum.all += Math.max(matched, seen)
      sum.matched += matched
      if (!isOutside) continue
      sum.allOutside += Math.max(matched, seen)
      sum.matchedOutside += matched
    }
    return sum.allOutside > sum.all * MOST_OUTSIDE.all || sum.matchedOutside > sum.matched * MOST_OUTSIDE.matched ? null : { from: first, to: last }
  }

  #at(end: EpochMicros): { matched: number; seen: number } {
    const at = end / 1000
    if (at < this.#last.from || at >= this.#last.to) {
      const month = monthOf(at)
      this.#last = { month, from: startOf(month), to: startOf(month + 1) }
    }
    const known = this.#counts.get(this.#last.month)
    if (known !== undefined) return known
    const made = { matched: 0, seen: 0 }
    this.#counts.set(this.#last.month, made)
    return made
  }
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** At most so many bins: those around now, where ends lie further apart. */
function range(first: number, last: number, now: number): Stretch {
  if (last - first < MOST_BINS) return { from: first, to: last }
  const from = Math.max(first, Math.min(now - MOST_BINS / 2, last - MOST_BINS + 1))
  return { from, to: from + MOST_BINS - 1 }
}

function monthOf(at: EpochMs): Month {
  const date = new Date(at)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function startOf(month: Month): EpochMs {
  // Date.UTC reads years below 100 as of the last century.
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1)
}
