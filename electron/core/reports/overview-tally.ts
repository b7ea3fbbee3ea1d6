import type { LoginUnknown } from '../../../shared/model/login.ts'
import type { Overview, OverviewLoss, OverviewSigner } from '../../../shared/model/overview.ts'
import type { EpochMicros, SessionKey, SessionRow } from '../../../shared/model/session.ts'
import type { AuditedText } from '../codecs/decoder.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { CommonTally, MOST_NAMES, SHOWN_NAMES } from './common-tally.ts'

type Counted = Pick<Overview, 'examined' | 'groups' | 'owners' | 'people' | 'keys' | 'signers' | 'sizeBytes' | 'losses'>

/** What the examined sessions come to. */
export class OverviewTally {
  readonly ends: EpochMicros[] = []
  readonly #common: CommonTally
  readonly #signers: Map<string | null, { sessions: number; live: number; lastEnd: EpochMicros | null; readonly people: Set<string> }>
  readonly #types = new Map<string, OverviewLoss>()
  #examined = 0
  #pickled = 0
  #affected = 0
  #size: { total: number; largest: number; largestKey: SessionKey | null } = { total: 0, largest: 0, largestKey: null }

  constructor(source: SessionSource, now: EpochMicros, loginUnknown: LoginUnknown | null) {
    this.#common = new CommonTally(source, now, loginUnknown)
    this.#signers = new Map([...source.keyring.map(({ name }) => name), null].map((name) => [name, { sessions: 0, live: 0, lastEnd: null, people: new Set() }]))
  }

  add(rows: readonly SessionRow[], audited: readonly AuditedText[] | null): void {
    for (const row of rows) this.#addRow(row)
    for (const text of audited ?? []) this.#addLosses(text)
  }

  counted(): Counted {
    const { groups, owners, keys } = this.#common.told()
    return {
      examined: this.#examined,
      groups, owners, keys,
      people: this.#common.people,
      signers: [...this.#signers].map(([name, { people, ...signer }]): OverviewSigner => ({ name, ...signer, people: people.size })),
      sizeBytes: { ...this.#size },
      losses: { pickled: this.#pickled, affected: this.#affected, types: [...this.#types.values()].sort((a, b) => b.sessions - a.sessions).slice(0, SHOWN_NAMES) },
    }
  }

  #addRow(row: SessionRow): void {
    const { key, state, sizeBytes, expireDate, userId, signature } = row
    this.#examined += 1
    this.#common.add(row)
    this.#size.total += sizeBytes
    if (sizeBytes > this.#size.largest) this.#size = { ...this.#size, largest: sizeBytes, largestKey: key }
    if (expireDate !== null) this.ends.push(expireDate)
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
