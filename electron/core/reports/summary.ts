import type { SummaryReport } from '../../../shared/model/report.ts'
import type { SessionRow, SessionState } from '../../../shared/model/session.ts'
import { streamSessions } from '../sessions/browse.ts'
import type { SessionSource } from '../sessions/session-source.ts'

/** Different owners that are counted: memory stays the same, however many there are. */
const MOST_OWNERS = 100_000
const SHOWN_OWNERS = 20
const REPORT_EVERY_MS = 250

type OwnerCount = SummaryReport['owners'][number]

/** What a source holds, in numbers. Each report is whole; the last one is done. */
export async function* reportSummary(source: SessionSource, now: number, signal: AbortSignal): AsyncGenerator<SummaryReport> {
  const tally = new SummaryTally(source.keyring.map(({ name }) => name))
  let shownAt = -Infinity
  for await (const { rows } of streamSessions(source, { order: { by: 'stored', direction: 'asc' }, withData: false, withEtags: false }, now, signal)) {
    for (const row of rows) tally.add(row)
    if (performance.now() - shownAt < REPORT_EVERY_MS) continue
    shownAt = performance.now()
    yield tally.report(false)
  }
  yield tally.report(true)
}

class SummaryTally {
  readonly #states: Record<SessionState, number> = { live: 0, expired: 0, undecodable: 0 }
  readonly #keys: Map<string | null, number>
  readonly #owners = new Map<string | null, OwnerCount>()
  #examined = 0
  #total = 0
  #largest = 0
  #uncounted = 0

  constructor(keyNames: readonly string[]) {
    this.#keys = new Map([...keyNames, null].map((name) => [name, 0]))
  }

  add({ state, sizeBytes, signature, userId, owner }: SessionRow): void {
    this.#examined++
    this.#states[state]++
    this.#total += sizeBytes
    this.#largest = Math.max(this.#largest, sizeBytes)
    const keyName = signature.state === 'valid' && signature.reason === null ? signature.verifiedBy : null
    this.#keys.set(keyName, (this.#keys.get(keyName) ?? 0) + 1)
    const known = this.#owners.get(userId)
    if (known === undefined && this.#owners.size >= MOST_OWNERS) this.#uncounted++
    else this.#owners.set(userId, { id: userId, username: owner?.username ?? null, sessions: (known?.sessions ?? 0) + 1 })
  }

  report(done: boolean): SummaryReport {
    const owners = [...this.#owners.values()].toSorted((a, b) => b.sessions - a.sessions)
    return {
      examined: this.#examined, states: { ...this.#states }, sizeBytes: { total: this.#total, largest: this.#largest },
      keys: [...this.#keys].map(([keyName, sessions]) => ({ keyName, sessions })),
      owners: owners.slice(0, SHOWN_OWNERS),
      ownersLeftOut: this.#uncounted + owners.slice(SHOWN_OWNERS).reduce((sum, { sessions }) => sum + sessions, 0),
      done,
    }
  }
}
