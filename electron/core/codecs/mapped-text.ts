import type { Span } from '../../../shared/model/session.ts'

/** A text taken out of a paste (a word of a command line, a header), which still knows where each part of it stood. */
export interface MappedText {
  readonly text: string
  /** Runs that stand in one piece in the paste: `[position here, position there]`, ascending. */
  readonly runs: readonly (readonly [here: number, there: number])[]
}

export function mapWhole(paste: string, start: number, end: number): MappedText {
  return { text: paste.slice(start, end), runs: [[0, start]] }
}

export function sliceMapped({ text, runs }: MappedText, start: number, end: number): MappedText {
  const first = Math.max(runsBefore(runs, start + 1) - 1, 0)
  const [here, there] = runs[first] ?? [0, 0]
  const rest = runs.slice(first + 1, runsBefore(runs, end))
  return { text: text.slice(start, end), runs: [[0, there + start - here], ...rest.map(([each, place]) => [each - start, place] as const)] }
}

/** How many runs begin before a position: by halves, because a paste may have a run for every other character. */
function runsBefore(runs: MappedText['runs'], position: number): number {
  let [low, high] = [0, runs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle]?.[0] ?? 0) < position) low = middle + 1
    else high = middle
  }
  return low
}

/** From the first to behind the last character in the paste. */
export function spanOf({ text, runs }: MappedText): Span {
  const start = runs[0]?.[1] ?? 0
  const [here, there] = runs.at(-1) ?? [0, 0]
  return [start, text.length === 0 ? start : there + text.length - here]
}

/** Collects a text piece by piece. */
export class MappedTextBuilder {
  readonly #parts: string[] = []
  readonly #runs: [number, number][] = []
  #length = 0

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  /** An empty piece counts: `''` is a word, too. */
  add(piece: string, there: number): void {
    const last = this.#runs.at(-1)
    if (last === undefined || last[1] + this.#length - last[0] !== there) this.#runs.push([this.#length, there])
    this.#parts.push(piece)
    this.#length += piece.length
  }

  /** Another text, with its own places. */
  addMapped({ text, runs }: MappedText): void {
    for (const [index, [here, there]] of runs.entries()) this.add(text.slice(here, runs[index + 1]?.[0] ?? text.length), there)
  }

  build(): MappedText {
    return { text: this.#parts.join(''), runs: this.#runs }
  }
}
