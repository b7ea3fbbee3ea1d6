import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { BENCH_KEY, pythonRuns } from './data.ts'
import type { Measurement } from './measure.ts'
import { atLeast, atMost, median } from './measure.ts'
import { openApp } from './open-app.ts'

interface Run {
  readonly rows: number
  readonly ms: number
  readonly cpuMs: number
}

/** P1: read, verify and decode every row, as the search will have to. The event loop is watched meanwhile. */
export async function decodeAll(file: string, runs: number): Promise<readonly Measurement[]> {
  const django = await pythonRuns<Run>('django_loop.py', file, runs)
  await using app = await openApp(Math.max(1, availableParallelism() - 1))
  const { id: sourceId } = await app.call('sources.open', { target: { kind: 'sqlite', path: file }, keys: { secretKey: BENCH_KEY } })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let peakBytes = 0
  const ours: Run[] = []
  for (let run = 0; run < runs; run++) {
    const [started, cpu] = [performance.now(), process.cpuUsage()]
    let rows = 0
    delay.enable()
    for await (const page of app.stream('sessions.stream', { sourceId, order: { by: 'stored', direction: 'asc' } })) {
      rows += page.rows.filter((row) => row.signature.state === 'valid' && row.state !== 'undecodable').length
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
    }
    delay.disable()
    const { user, system } = process.cpuUsage(cpu)
    ours.push({ rows, ms: performance.now() - started, cpuMs: (user + system) / 1000 })
  }
  const wall = (all: readonly Run[]) => median(all.map(({ rows, ms }) => (rows / ms) * 1000))
  const perCore = (all: readonly Run[]) => median(all.map(({ rows, cpuMs }) => (rows / cpuMs) * 1000))
  return [
    atLeast(5, { id: 'P1', work: 'verify and decode every row', unit: 'rows/s', ours: wall(ours), peer: { name: 'Django', value: wall(django) } }),
    atLeast(2, { id: 'P1', work: 'the same, for each second of CPU', unit: 'rows/s', ours: perCore(ours), peer: { name: 'Django', value: perCore(django) } }),
    atMost(16, { id: 'P1', work: 'longest hold of the event loop meanwhile', unit: 'ms', ours: delay.max / 1e6, peer: null }),
    atMost(300, { id: 'P8', work: 'memory while scanning (whole process)', unit: 'MB', ours: peakBytes / 1e6, peer: null }),
  ]
}
