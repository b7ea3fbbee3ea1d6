// npm run bench:clean [-- --store sqlite|postgres|mariadb|redis|file|all] [--rows N]: half of N sessions have expired; Django's clear_expired beside ours, each on a copy of its own while a Django process reads and saves.
import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { CleanupPace } from '../shared/model/cleanup.ts'
import { startApp } from '../tests/support/app.ts'
import { DELETE, dryRun, settled, undo } from '../tests/support/cleanup.ts'
import { currentDjango } from '../tests/support/django.ts'
import { KINDS, REDIS_DAYS, STORES } from './clean-stores.ts'
import type { BenchKind, BenchStore } from './clean-stores.ts'
import { BENCH_KEY, python } from './data.ts'
import type { Measurement } from './measure.ts'
import { alone, atMost, table } from './measure.ts'

const IDLE_MS = 10_000
const { signal } = new AbortController()

interface Visited<T> {
  readonly result: T
  readonly longestMs: number
  readonly p99Ms: number
  readonly visits: number
}

/** Works while a real Django process keeps reading and saving a session of its own. */
async function visited<T>(place: string, work: () => Promise<T>): Promise<Visited<T>> {
  const visitor = spawn(currentDjango()?.path ?? 'python3', [join(import.meta.dirname, 'visitor.py'), place], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const lines = createInterface({ input: visitor.stdout })[Symbol.asyncIterator]()
    if ((await lines.next()).done === true) throw new Error('The Django process that visits the store did not start.')
    const result = await work()
    visitor.stdin.end()
    const [longest = NaN, p99 = NaN, visits = 0] = String((await lines.next()).value).split(' ').map(Number)
    return { result, longestMs: longest, p99Ms: p99, visits }
  } finally {
    visitor.kill()
  }
}

interface Cleaned {
  readonly seconds: number
  readonly dryRunSeconds: number
  /** Of processor, in this process with all of its threads. */
  readonly cpuSeconds: number
  readonly undoSeconds: number
  /** Of all that was left. */
  readonly left: string
}

/** Cleans one more copy, and takes it back. */
async function ours(store: BenchStore, { kind, at, before }: { readonly kind: BenchKind; readonly at: number; readonly before: string }, pace: CleanupPace): Promise<Visited<Cleaned>> {
  await using copy = await store.copy()
  await using made = new AsyncDisposableStack()
  const app = await startApp({ clock: () => at, decodeThreads: 2 })
  // Its journal too.
  made.defer(() => rm(app.dataFolder, { recursive: true, force: true }))
  made.use(app)
  const source = await app.client.call('sources.open', { target: copy.target, keys: { secretKey: BENCH_KEY, fallbacks: [] } }, signal)
  const measured = await visited(copy.place, async () => {
    const begun = performance.now()
    const { dryRunId } = await dryRun(app.client, { sourceId: source.id, rules: STORES[kind].rules, action: DELETE })
    const dryRunSeconds = (performance.now() - begun) / 1000
    const cpu = process.cpuUsage()
    await app.client.call('cleanup.start', { dryRunId, pace }, signal)
    const { report } = await settled(app.client, dryRunId)
    const { user, system } = process.cpuUsage(cpu)
    if (report.state !== 'done' || report.counts.done !== report.counts.matched) throw new Error(`Not all was done: ${JSON.stringify(report)}`)
    return { runId: dryRunId, seconds: report.elapsedMs / 1000, dryRunSeconds, cpuSeconds: (user + system) / 1e6 }
  })
  const left = await digest(copy.place)
  const undoSeconds = (await undo(app.client, { runId: measured.result.runId, pace: 'full' })).elapsedMs / 1000
  if ((await digest(copy.place)) !== before) throw new Error('Undo did not bring back every session byte for byte.')
  if (app.reported.length > 0) throw new Error('Coatcheck made a mistake.', { cause: app.reported[0] })
  return { ...measured, result: { ...measured.result, undoSeconds, left } }
}

/** How many sessions there are, and a hash over all that is stored of them. */
async function digest(place: string): Promise<string> {
  return (await python('digest.py', [place])).trim()
}

async function theirs(store: BenchStore, at: number): Promise<{ readonly before: string; readonly idle: Visited<void>; readonly django: Visited<readonly number[]>; readonly left: string }> {
  await using copy = await store.copy()
  const before = await digest(copy.place)
  // What such a process waits where nobody cleans: on a busy machine that is not little.
  const idle = await visited(copy.place, () => new Promise<void>((resolve) => { setTimeout(resolve, IDLE_MS) }))
  const django = await visited(copy.place, async () => (await python('clear_expired.py', [copy.place, String(at / 1000), String(REDIS_DAYS)])).trim().split(' ').map(Number))
  return { before, idle, django, left: await digest(copy.place) }
}

async function bench(kind: BenchKind, rows: number): Promise<{ readonly heading: string; readonly measurements: readonly Measurement[] }> {
  const { label, id, full: fullGoal, make } = STORES[kind]
  await using store = await make(rows)
  const exit = (): never => process.exit(130)
  const stop = (): void => void store[Symbol.asyncDispose]().then(exit, exit)
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
  /** The same moment for all; the visitor's own session is live at it. */
  const at = Date.now()
  const { before, idle, django, left } = await theirs(store, at)
  const [seconds = NaN, cpuSeconds = NaN] = django.result
  const gentle = await ours(store, { kind, at, before }, 'gentle')
  const full = await ours(store, { kind, at, before }, 'full')
  for (const { result } of [gentle, full]) if (result.left !== left) throw new Error(`Django left other sessions than Coatcheck: ${left}, ${result.left}.`)
  const peer = (value: number): Measurement['peer'] => ({ name: kind === 'redis' ? 'Python' : 'clear_expired', value })
  const [all = '', rest = ''] = [before, left].map((one) => Number(one.split(' ')[0]).toLocaleString('en'))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
  return {
    heading: `${label}: of ${all} sessions the same ${rest} survive, byte for byte; undo brings back every one, byte for byte. A visitor alone waited ${idle.longestMs} ms at the most (99 of 100 times ${idle.p99Ms} ms), in ${gentle.visits} visits while Coatcheck was gentle 99 of 100 times ${gentle.p99Ms} ms.`,
    measurements: [
      atMost(5 * seconds, { id, work: 'clear half of them, gentle', unit: 's', ours: gentle.result.seconds, peer: peer(seconds) }),
      atMost(100, { id, work: 'longest wait of a Django process meanwhile, gentle', unit: 'ms', ours: gentle.longestMs, peer: peer(django.longestMs) }),
      atMost(fullGoal * seconds, { id, work: 'clear half of them, full speed, with its journal', unit: 's', ours: full.result.seconds, peer: peer(seconds) }),
      alone({ id, work: 'the same, in seconds of its own processor time', unit: 's', ours: full.result.cpuSeconds, peer: peer(cpuSeconds) }),
      alone({ id, work: 'longest wait of a Django process meanwhile, full speed', unit: 'ms', ours: full.longestMs, peer: peer(django.longestMs) }),
      alone({ id, work: 'dry run', unit: 's', ours: full.result.dryRunSeconds, peer: null }),
      alone({ id, work: 'undo of all, full speed', unit: 's', ours: full.result.undoSeconds, peer: null }),
    ],
  }
}

const { values } = parseArgs({ options: { store: { type: 'string', default: 'sqlite' }, rows: { type: 'string' } } })
const chosen = KINDS.filter((kind) => values.store === kind || values.store === 'all')
if (chosen.length === 0) throw new Error(`--store is one of ${KINDS.join(', ')}, all.`)
const machine = `Node ${process.versions.node}, ${currentDjango()?.label ?? 'no Django'}, ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}`
const results: unknown[] = []
for (const kind of chosen) {
  const rows = Number(values.rows ?? STORES[kind].rows)
  const load = loadavg()[0]?.toFixed(1)
  const { heading, measurements } = await bench(kind, rows)
  results.push({ store: kind, rows, machine, loadBefore: Number(load), heading, measurements })
  console.log(`\n${heading}\n${machine}; load average ${load} before, ${loadavg()[0]?.toFixed(1)} after.\n\n${table(measurements)}`)
}
await writeFile(join(import.meta.dirname, 'results-clean.json'), `${JSON.stringify(results, null, 2)}\n`)
