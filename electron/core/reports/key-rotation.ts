import type { RotationGroup, RotationReport } from '../../../shared/model/report.ts'
import type { SessionRow } from '../../../shared/model/session.ts'
import type { SessionSource } from '../sessions/session-source.ts'
import { copiesOf, countRowless, rowSessions } from './copies.ts'

const MOST_SAMPLES = 5
const REPORT_EVERY_MS = 250

/** How many sessions each key verifies: who is signed out when one goes. Each report is whole; the last one is done. */
export async function* reportKeyRotation(source: SessionSource, now: number, signal: AbortSignal): AsyncGenerator<RotationReport> {
  const groups = new Map<string | null, RotationGroup>([...source.keyring.map(({ name }) => name), null].map((keyName) => [keyName, { keyName, sessions: 0, live: 0, samples: [] }]))
  let examined = 0
  let shownAt = -Infinity
  let withRow = 0
  const report = (done: boolean, rowless: number | null = null): RotationReport => ({ examined, groups: [...groups.values()], ...copiesOf(source, { withRow, rowless }), done })
  for await (const { rows, copies } of rowSessions(source, now, signal)) {
    withRow += copies
    for (const row of rows) count(groups, row)
    examined += rows.length
    if (performance.now() - shownAt < REPORT_EVERY_MS) continue
    shownAt = performance.now()
    yield report(false)
  }
  yield report(true, await countRowless(source, signal))
}

/** A signature of another salt, or an old one, is none that the site accepts: only `valid` without a reason counts. */
function count(groups: Map<string | null, RotationGroup>, { key, signature, state }: SessionRow): void {
  const keyName = signature.state === 'valid' && signature.reason === null ? signature.verifiedBy : null
  const { sessions, live, samples } = groups.get(keyName) ?? { sessions: 0, live: 0, samples: [] }
  groups.set(keyName, { keyName, sessions: sessions + 1, live: live + (state === 'live' ? 1 : 0), samples: samples.length < MOST_SAMPLES ? [...samples, key] : samples })
}
