import type { Match } from './find-matches.ts'

type Seen = Match & { readonly fits: boolean }

/** Holds the newest few sessions of each user back, and gives out those that are none of them. Memory: that few for each user. */
export class NewestOfEach {
  readonly #count: number
  /** Newest first. */
  readonly #kept = new Map<string, Seen[]>()

  constructor(count: number) {
    this.#count = count
  }

  /** What is surely not among the newest of its user. Sessions of nobody, and those whose user is not readable, are never. */
  add(match: Seen): readonly Seen[] {
    const { userId } = match.row
    if (userId === null) return []
    const kept = this.#kept.get(userId)
    if (kept === undefined) {
      this.#kept.set(userId, [match])
      return []
    }
    const at = kept.findIndex((other) => isNewer(match, other))
    kept.splice(at < 0 ? kept.length : at, 0, match)
    return kept.splice(this.#count)
  }
}

function isNewer(a: Match, b: Match): boolean {
  return timeOf(a) > timeOf(b)
}

const timeOf = ({ facts }: Match): number => facts.savedAt ?? facts.expireDate ?? 0
