/** Most rows of one transaction. */
const MOST_ROWS = 20_000
const FIRST_ROWS = 100
/** However slow the disk is: what a transaction costs by itself is not made less by fewer. */
const LEAST_ROWS = 50
/** So many transactions are remembered: a disk that was slow a moment ago may be so again. */
const REMEMBERED = 6
/** Fewer rows than this part of what would have fitted, as at the end of a list, tell little of what more would cost. */
const TELLING = 0.5

/** How many rows a transaction may have to hold its locks no longer than asked: after the slowest of the last ones, for the one who waits meets that one too. */
export class BatchSize {
  /** Milliseconds for each row. */
  readonly #costs: number[] = []
  #last = FIRST_ROWS
  /** How long the last one held its locks, its commit included. */
  heldMs = 0

  rows(lockMs: number): number {
    const fitting = this.#costs.length === 0 ? FIRST_ROWS : lockMs / Math.max(...this.#costs)
    // At most twice as many as the last time: what many rows cost is not known from few.
    this.#last = Math.round(Math.min(MOST_ROWS, 2 * this.#last, Math.max(LEAST_ROWS, fitting)))
    return this.#last
  }

  learn(rows: number, heldMs: number): void {
    this.heldMs = heldMs
    if (rows === 0 || (rows < this.#last * TELLING && this.#costs.length > 0)) return
    this.#costs.push(Math.max(heldMs, 1) / rows)
    if (this.#costs.length > REMEMBERED) this.#costs.shift()
  }
}
