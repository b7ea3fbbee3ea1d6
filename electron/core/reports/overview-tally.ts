import type { LoginUnknown } from '../../../shared/model/login.ts'
import type { Overview, OverviewLoss, OverviewSigner } from '../../../shared/model/overview.ts'
import type { EpochMicros, SessionKey, SessionRow } from '../../../shared/model/session.ts'
import { nameStep } from '../../../shared/query/path.ts'
import type { AuditedText } from '../codecs/decoder.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { FacetTally, termQuery } from './facets.ts'

/** Different owners, and different keys, that are counted: memory stays the same, however many there are. */
const MOST_NAMES = 100_000
const SHOWN = 20

type Counted = Pick<Overview, 'examined' | 'groups' | 'owners' | 'people' | 'keys' | 'signers' | 'sizeBytes' | 'losses'>

/** What the examined sessions come to. */
export class OverviewTally {
  readonly ends: EpochMicros[] = []
  readonly #facets: FacetTally
  readonly #signers: Map<string | null, { sessions: number; live: number; lastEnd: EpochMicros | null; readonly people: Set<string> }>
  readonly #owners = new Map<string, { username: string | null; sessions: number }>()
  readonly #keys = new Map<string, number>()
  readonly #types = new Map<string, OverviewLoss>()
  #examined = 0
  #pickled = 0
  #affected = 0
  #size: { total: number; largest: number; largestKey: SessionKey | null } = { total: 0, largest: 0, largestKey: null }

  constructor(source: SessionSource, now: EpochMicros, loginUnknown: LoginUnknown | null) {
    this.#facets = new FacetTally(source, now, loginUnknown)
    this.#signers = new Map([...source.keyring.map(({ name }) => name), null].map((name) => [name, { sessions: 0, live: 0, lastEnd: null, people: new Set() }]))
  }

  add(rows: readonly SessionRow[], audited: readonly AuditedText[] | null): void {
    for (const row of rows) this.#addRow(row)
    for (const text of audited ?? []) this.#addLosses(text)
  }

  counted(): Counted {
    const owners = [...this.#owners].sort(([, a], [, b]) => b.sessions - a.sessions).slice(0, SHOWN)
    const keys = [...this.#keys].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
    return {
      examined: this.#examined,
      groups: this.#facets.groups(),
      owners: owners.map(([id, owner]) => ({ id, ...owner, query: termQuery({ kind: 'user', values: [{ kind: 'id', id }] }) })),
      people: this.#owners.size,
      keys: keys.map(([name, sessions]) => ({ name, sessions, query: termQuery({ kind: 'has', paths: [[nameStep(name)]] }) })),
      signers: [...this.#signers].map(([name, { people, ...signer }]): OverviewSigner => ({ name, ...signer, people: people.size })),
      sizeBytes: { ...this.#size },
      losses: { pickled: this.#pickled, affected: this.#affected, types: [...this.#types.values()].sort((a, b) => b.sessions - a.sessions).slice(0, SHOWN) },
    }
  }

  #addRow(row: SessionRow): void {
    const { key, state, sizeBytes, expireDate, userId, owner, topLevelKeys, signature } = row
    this.#examined += 1
    this.#facets.add(row)
    this.#size.total += sizeBytes
    if (sizeBytes > this.#size.largest) this.#size = { ...this.#size, largest: sizeBytes, largestKey: key }
    if (expireDate !== null) this.ends.push(expireDate)
    for (const name of topLevelKeys ?? []) if (this.#keys.has(name) || this.#keys.size < MOST_NAMES) this.#keys.set(name, (this.#keys.get(name) ?? 0) + 1)
    if (userId !== null && (this.#owners.has(userId) || this.#owners.size < MOST_NAMES)) this.#owners.set(userId, { username: owner?.username ?? null, sessions: (this.#owners.get(userId)?.sessions ?? 0) + 1 })
    const signer = this.#signers.get(signature.state === 'valid' && signature.reason === null ? signature.verifiedBy : null)
    if (signer === undefined) return
    signer.sessions += 1
    if (state !== 'live') return
    signer.live += 1
    if (expireDate !== null) signer.lastEnd = Math.max(signer.lastEnd ?? expireDate, expireDate)
    if (userId !== null) signer.people.add(userId)
  }

  #addLosses({ isPickle, losses }: AuditedText): void {
    if (!isPickle) return
    this.#pickled += 1
    const lost = losses.filter(({ effect }) => effect !== 'python-only')
    if (lost.length > 0) this.#affected += 1
    for (const [type, effect] of new Map(lost.map((loss) => [loss.type, loss.effect]))) {
      const known = this.#types.get(type)
      if (known !== undefined || this.#types.size < MOST_NAMES) this.#types.set(type, { type, effect, sessions: (known?.sessions ?? 0) + 1 })
    }
  }
}
