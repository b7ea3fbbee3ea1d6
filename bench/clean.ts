// npm run bench:clean [-- --rows N]: half of N sessions are expired; Django's clear_expired beside ours, each while a Django process reads and saves.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { currentDjango } from '../tests/support/django.ts'
import { startApp } from '../tests/support/app.ts'
import { DELETE, EXPIRED, clean, openFile, undo } from '../tests/support/cleanup.ts'
import { python, sessionTable } from './data.ts'
import type { Measurement } from './measure.ts'
import { atMost, table } from './measure.ts'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } })
const rows = Number(values.rows)
const from = await sessionTable(rows)
const folder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-clean-'))
/** The same moment for both; the visitor's own session is live at it. */
const at = Date.now()

/** Of every row, byte for byte. */
function digest(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  const hash = createHash('sha256')
  for (const row of database.prepare('SELECT hex(session_key) || typeof(session_data) || hex(session_data) || typeof(expire_date) || hex(expire_date) AS row FROM django_session ORDER BY session_key').iterate()) hash.update(`${String(row['row'])}\n`)
  database.close()
  return hash.digest('hex')
}

interface Visited<T> { readonly result: T; readonly longestMs: number; readonly visits: number }

/** Works while a real Django process keeps reading and saving a session of its own. */
async function visited<T>(file: string, work: () => Promise<T>): Promise<Visited<T>> {
  const visitor = spawn(currentDjango()?.path ?? 'python3', [join(import.meta.dirname, 'visitor.py'), file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: visitor.stdout })[Symbol.asyncIterator]()
  await lines.next()
  const result = await work()
  visitor.stdin.end()
  const [longest = 'NaN', , visits = '0'] = String((await lines.next()).value).split(' ')
  return { result, longestMs: Number(longest), visits: Number(visits) }
}

async function ours(name: string, pace: 'gentle' | 'full'): Promise<Visited<{ readonly seconds: number; readonly dryRunSeconds: number; readonly undoSeconds: number | null }>> {
  const file = join(folder, `${name}.sqlite3`)
  await copyFile(from, file)
  await using app = await startApp({ clock: () => at, decodeThreads: 2 })
  const source = await openFile(app.client, file)
  const begun = performance.now()
  const measured = await visited(file, async () => {
    const report = await clean(app.client, { sourceId: source.id, rules: [EXPIRED], action: DELETE }, { pace })
    if (report.counts.done !== report.counts.matched) throw new Error(`Not all was done: ${JSON.stringify(report.counts)}`)
    return report
  })
  const { elapsedMs, runId } = measured.result
  const dryRunSeconds = (performance.now() - begun - elapsedMs) / 1000
  if (digest(file) !== digest(join(folder, 'django.sqlite3'))) throw new Error('Django left other sessions than Coatcheck.')
  let undoSeconds: number | null = null
  if (pace === 'full') {
    undoSeconds = (await undo(app.client, { runId, pace })).elapsedMs / 1000
    if (digest(file) !== digest(from)) throw new Error('Undo did not bring back every session byte for byte.')
  }
  await rm(file)
  return { ...measured, result: { seconds: elapsedMs / 1000, dryRunSeconds, undoSeconds } }
}

const theirs = join(folder, 'django.sqlite3')
await copyFile(from, theirs)
// What such a process waits where nobody cleans: on a busy machine that is not little.
const idle = await visited(theirs, () => new Promise<void>((resolve) => { setTimeout(resolve, 10_000) }))
const django = await visited(theirs, async () => Number(await python('clear_expired.py', [theirs, String(at / 1000)])))
const gentle = await ours('gentle', 'gentle')
const full = await ours('full', 'full')
const peer = (value: number): Measurement['peer'] => ({ name: 'clear_expired', value })
const measurements: Measurement[] = [
  atMost(5 * django.result, { id: 'P3', work: 'clear the expired half, gentle', unit: 's', ours: gentle.result.seconds, peer: peer(django.result) }),
  atMost(100, { id: 'P3', work: 'longest wait of a Django process meanwhile, gentle', unit: 'ms', ours: gentle.longestMs, peer: peer(django.longestMs) }),
  atMost(django.result, { id: 'P3', work: 'clear the expired half, full speed, with its journal', unit: 's', ours: full.result.seconds, peer: peer(django.result) }),
  atMost(Infinity, { id: 'P3', work: 'dry run', unit: 's', ours: full.result.dryRunSeconds, peer: null }),
  atMost(Infinity, { id: 'P3', work: 'undo of all, full speed', unit: 's', ours: full.result.undoSeconds ?? NaN, peer: null }),
]
console.log(`\n${rows.toLocaleString('en')} sessions in SQLite; the same survivors, row for row; undo byte for byte; ${gentle.visits} visits while it was gentle; a visitor alone waited ${idle.longestMs} ms at the most\n\n${table(measurements)}`)
await writeFile(join(import.meta.dirname, 'results-clean.json'), `${JSON.stringify({ rows, measurements }, null, 2)}\n`)
await rm(folder, { recursive: true })
