import { pythonRuns } from './data.ts'
import type { Measurement } from './measure.ts'
import { atMost, median } from './measure.ts'
import { openApp } from './open-app.ts'

/** P6, the core's share: from "open this file" to the first 100 decoded rows. */
export async function firstRows(file: string, runs: number): Promise<readonly Measurement[]> {
  const peer = await pythonRuns<{ ms: number }>('first_rows.py', file, runs)
  const ours: number[] = []
  for (let run = 0; run < runs; run++) {
    await using app = await openApp(1)
    const started = performance.now()
    const { id: sourceId } = await app.call('sources.open', { target: { kind: 'sqlite', path: file } })
    await app.call('sessions.listPage', { sourceId, order: { by: 'expireDate', direction: 'desc' }, cursor: null, limit: 100 })
    ours.push(performance.now() - started)
  }
  return [atMost(300, { id: 'P6', work: 'open, first 100 rows decoded (core)', unit: 'ms', ours: median(ours), peer: { name: 'sqlite3, not decoded', value: median(peer.map(({ ms }) => ms)) } })]
}
