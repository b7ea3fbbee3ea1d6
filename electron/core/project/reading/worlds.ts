import type { Statement } from '../python/ast.ts'

/** A place where Python goes one of two ways. */
export interface Decision {
  /** The code's place and words, and which time it is come to. */
  readonly key: string
  /** The condition of each way, in the project's words. */
  readonly when: readonly [string, string]
  /** Variables of the environment that decide. */
  readonly env: readonly string[]
  readonly taken: 0 | 1
  /** Known as things are. */
  readonly isKnown: boolean
}

/** Tells a reading which way to go. */
export interface Guide {
  readonly decisions: readonly Decision[]
  /** Python may go either way. null: too many are open, and this one is not followed. */
  either(place: string, when: readonly [string, string], env: readonly string[]): 0 | 1 | null
  /** It goes this way as things are. The answer differs where one asks what would be otherwise. */
  known(taken: 0 | 1, place: string, when: readonly [string, string], env: readonly string[]): 0 | 1
  /** Whether a statement is not followed, because it has too many ways. */
  givesUp(statement: Statement): boolean
}

/** The reading begins again, with this statement not followed. */
export class StartAgain extends Error {
  readonly without: Statement
  constructor(without: Statement) {
    super()
    this.without = without
  }
}

/** A way of the code takes more steps than there are. */
export class BudgetSpent extends Error {}

export interface Limits {
  /** Decisions that a way may leave open; later ones are not followed. */
  readonly open: number
  readonly worlds: number
  readonly again: number
}

interface Walk<World> {
  /** Keys of known decisions that go the other way. */
  readonly flips: ReadonlySet<string>
  readonly limits: Limits
  /** Throws `BudgetSpent` and `StartAgain`. */
  readonly read: (guide: Guide) => World
  /** Statements that are not followed; more are added. */
  readonly without: Set<Statement>
}

/** Every way that is left open, each read by itself from the start. null: too many, or too long. */
export function readAll<World>(walk: Walk<World>): readonly World[] | null {
  for (let again = 0; again <= walk.limits.again; again += 1) {
    try {
      return readEach(walk)
    } catch (error) {
      if (error instanceof BudgetSpent) return null
      if (!(error instanceof StartAgain)) throw error
      walk.without.add(error.without)
    }
  }
  return null
}

function readEach<World>({ flips, limits, read, without }: Walk<World>): readonly World[] | null {
  const worlds: World[] = []
  const waiting: (readonly (0 | 1)[])[] = [[]]
  for (let start = waiting.pop(); start !== undefined; start = waiting.pop()) {
    if (worlds.length >= limits.worlds) return null
    const guide = new Path(start, flips, limits.open, without)
    worlds.push(read(guide))
    const { ways } = guide
    for (let at = start.length; at < ways.length; at += 1) waiting.push([...ways.slice(0, at), 1])
  }
  return worlds
}

/** One way: the open decisions of its start are given, later ones go their first way. */
class Path implements Guide {
  readonly decisions: Decision[] = []
  readonly ways: (0 | 1)[] = []
  readonly #start: readonly (0 | 1)[]
  readonly #flips: ReadonlySet<string>
  readonly #open: number
  readonly #without: ReadonlySet<Statement>
  readonly #times = new Map<string, number>()

  constructor(start: readonly (0 | 1)[], flips: ReadonlySet<string>, open: number, without: ReadonlySet<Statement>) {
    this.#start = start
    this.#flips = flips
    this.#open = open
    this.#without = without
  }

  either(place: string, when: readonly [string, string], env: readonly string[]): 0 | 1 | null {
    if (this.ways.length >= this.#open) return null
    const taken = this.#start[this.ways.length] ?? 0
    this.ways.push(taken)
    this.decisions.push({ key: this.#key(place, when), when, env, taken, isKnown: false })
    return taken
  }

  known(taken: 0 | 1, place: string, when: readonly [string, string], env: readonly string[]): 0 | 1 {
    const key = this.#key(place, when)
    const other = taken === 0 ? 1 : 0
    const way = this.#flips.has(key) ? other : taken
    this.decisions.push({ key, when, env, taken: way, isKnown: true })
    return way
  }

  givesUp(statement: Statement): boolean {
    return this.#without.has(statement)
  }

  #key(place: string, [when]: readonly [string, string]): string {
    const name = `${place} ${when}`
    const times = (this.#times.get(name) ?? 0) + 1
    this.#times.set(name, times)
    return `${name} ${times}`
  }
}
