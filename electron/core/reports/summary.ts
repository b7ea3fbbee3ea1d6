import type { SummaryReport } from '../../../shared/model/report.ts'
import type { SessionRow, SessionState } from '../../../shared/model/session.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { copiesOf, loadedSessions } from './copies.ts'

/** Different owners that are counted: memory stays the same, however many there are. */
const MOST_OWNERS = 100_000
const SHOWN_OWNERS = 20
const REPORT_EVERY_MS = 250

type OwnerCount = SummaryReport['owners'][number]

/** What a source holds, in numbers. Each report is whole; the last one is done. */
export async function* reportSummary(source: SessionSource, now: number, signal: AbortSignal): AsyncGenerator<SummaryReport> {
  const tally = new SummaryTally(source)
  let shownAt = -Infinity
  for await (const rows of loadedSessions(source, now, signal)) {
    for (const row of rows) tally.add(row)
    if (performance.now() - shownAt < REPORT_EVERY_MS) continue
    shownAt = performance.now()
    yield tally.report(false)
  }
  yield tally.report(true)
}

class SummaryTally {
  readonly #source: SessionSource
  readonly #states: Record<SessionState, number> = { live: 0, expired: 0, undecodable: 0 }
  readonly #keys: Map<string | null, number>
  readonly #owners = new Map<string | null, OwnerCount>()
  #examined = 0
  #total = 0
  #largest = 0
  #uncounted = 0
  #unread = 0
  #withRow = 0
  #rowless = 0

  constructor(source: SessionSource) {
    this.#source = source
    this.#keys = new Map([...source.keyring.map(({ name }) => name), null].map((name) => [name, 0]))
  }

  add({ state, sizeBytes, signature, userId, owner, drift, topLevelKeys }: SessionRow): void {
    this.#examined++
    if (drift === 'rowless') this.#rowless++
    else if (drift !== 'cache-missing' && drift !== 'cache-failed') this.#withRow++
    this.#states[state]++
    this.#total += sizeBytes
    this.#largest = Math.max(this.#largest, sizeBytes)
    const keyName = signature.state === 'valid' && signature.reason === null ? signature.verifiedBy : null
    this.#keys.set(keyName, (this.#keys.get(keyName) ?? 0) + 1)
    const known = this.#owners.get(userId)
    if (topLevelKeys === null && userId === null) this.#unread++
    else if (known === undefined && this.#owners.size >= MOST_OWNERS) this.#uncounted++
    else this.#owners.set(userId, { id: userId, username: owner?.username ?? null, sessions: (known?.sessions ?? 0) + 1 })
  }

  report(done: boolean): SummaryReport {
    const owners = [...this.#owners.values()].toSorted((a, b) => b.sessions - a.sessions)
    return {
      examined: this.#examined, states: { ...this.#states }, sizeBytes: { total: this.#total, largest: this.#largest },
      keys: [...this.#keys].map(([keyName, sessions]) => ({ keyName, sessions })),
      owners: owners.slice(0, SHOWN_OWNERS),
      ownersUnread: this.#unread,
      ...copiesOf(this.#source, { withRow: this.#withRow, rowless: this.#source.cache?.enumerate === 'none' ? null : this.#rowless }),
      ownersLeftOut: this.#uncounted + owners.slice(SHOWN_OWNERS).reduce((sum, { sessions }) => sum + sessions, 0),
      done,
    }
  }
}
