import type { LoginUnknown } from '../../../shared/model/login.ts'
import type { FoundFacets } from '../../../shared/model/overview.ts'
import type { EpochMicros, SessionRow } from '../../../shared/model/session.ts'
import { nameStep } from '../../../shared/query/path.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { FacetTally, termQuery } from './facets.ts'

/** Different owners, and different keys, that are counted: memory stays the same, however many there are. */
export const MOST_NAMES = 100_000
export const SHOWN_NAMES = 20

/** What sessions have in common: facets, whose they are, and what is in them. */
export class CommonTally {
  readonly #facets: FacetTally
  readonly #owners = new Map<string, { username: string | null; sessions: number }>()
  readonly #keys = new Map<string, number>()
  #counted = 0

  /** `loginUnknown`: see `FacetTally`. */
  constructor(source: SessionSource, now: EpochMicros, loginUnknown: LoginUnknown | null) {
    this.#facets = new FacetTally(source, now, loginUnknown)
  }

  /** Different ones. */
  get people(): number {
    return this.#owners.size
  }

  add(row: SessionRow): void {
    const { userId, owner, topLevelKeys } = row
    this.#counted += 1
    this.#facets.add(row)
    for (const name of topLevelKeys ?? []) if (this.#keys.has(name) || this.#keys.size < MOST_NAMES) this.#keys.set(name, (this.#keys.get(name) ?? 0) + 1)
    if (userId !== null && (this.#owners.has(userId) || this.#owners.size < MOST_NAMES)) this.#owners.set(userId, { username: owner?.username ?? null, sessions: (this.#owners.get(userId)?.sessions ?? 0) + 1 })
  }

  told(): FoundFacets {
    const owners = [...this.#owners].sort(([, a], [, b]) => b.sessions - a.sessions).slice(0, SHOWN_NAMES)
    const keys = [...this.#keys].sort(([, a], [, b]) => b - a).slice(0, SHOWN_NAMES)
    return {
      counted: this.#counted,
      groups: this.#facets.groups(),
      owners: owners.map(([id, one]) => ({ id, ...one, query: termQuery({ kind: 'user', values: [{ kind: 'id', id }] }) })),
      keys: keys.map(([name, sessions]) => ({ name, sessions, query: termQuery({ kind: 'has', paths: [[nameStep(name)]] }) })),
    }
  }
}
