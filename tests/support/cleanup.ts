import { DatabaseSync } from 'node:sqlite'
import type { CleanupProgress, CleanupReport, DryRun } from '../../shared/model/cleanup.ts'
import type { Source } from '../../shared/model/source.ts'
import type { Client } from '../../shared/rpc/client.ts'
import type { Input } from '../../shared/rpc/contract.ts'
import { say } from '../../shared/words/say.ts'

const { signal } = new AbortController()

export const DELETE = { kind: 'delete' } as const
export const EXPIRED = { kind: 'expired' } as const

/** The last event of a dry run. */
export async function dryRun(client: Client, input: Input<'cleanup.dryRun'>): Promise<DryRun> {
  let found: DryRun | null = null
  for await (const step of client.stream('cleanup.dryRun', input, signal)) found = step.dryRun
  if (found === null) throw new Error('The dry run ended without one.')
  return found
}

/** Watches a run to its end. */
export async function settled(client: Client, runId: string): Promise<{ readonly report: CleanupReport; readonly events: readonly CleanupProgress[] }> {
  const events: CleanupProgress[] = []
  for await (const event of client.stream('cleanup.watch', { runId }, signal)) events.push(event)
  return { report: await client.call('cleanup.report', { runId }, signal), events }
}

/** Dry run, start, and its end. */
export async function clean(client: Client, input: Input<'cleanup.dryRun'>, options: Partial<Input<'cleanup.start'>> = {}): Promise<CleanupReport> {
  const { dryRunId } = await dryRun(client, input)
  await client.call('cleanup.start', { dryRunId, ...options }, signal)
  return (await settled(client, dryRunId)).report
}

export async function undo(client: Client, input: Input<'cleanup.undo'>): Promise<CleanupReport> {
  await client.call('cleanup.undo', input, signal)
  return (await settled(client, input.runId)).report
}

export function openFile(client: Client, path: string, keys?: { readonly secretKey: string; readonly fallbacks: string[] }): Promise<Source> {
  return client.call('sources.open', { target: { kind: 'sqlite', path, table: 'django_session' }, ...(keys === undefined ? {} : { keys }) }, signal)
}

/** Every row of a table, byte for byte, in the order of its keys. */
export function rowsOf(path: string, table = 'django_session'): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare(`SELECT session_key, typeof(session_data), CAST(session_data AS BLOB) AS data, typeof(expire_date), expire_date FROM ${table} ORDER BY session_key`).all()
  } finally {
    database.close()
  }
}

/** Starts a run and holds it where at least one part is done, and more are left. */
export async function heldInTheMiddle(client: Client, runId: string): Promise<CleanupReport> {
  await client.call('cleanup.start', { dryRunId: runId }, signal)
  for (;;) {
    await client.call('cleanup.pause', { runId }, signal)
    for await (const { state } of client.stream('cleanup.watch', { runId }, signal)) if (state === 'paused') break
    const report = await client.call('cleanup.report', { runId }, signal)
    if (report.state !== 'paused') throw new Error(`It has ended before it could be held: ${report.state}.`)
    if (report.counts.left < report.counts.matched) return report
    await client.call('cleanup.resume', { runId }, signal)
  }
}

/** What is wrong with the counts: every session is in exactly one of them, or 0 is not what this answers. */
export function unaccounted({ counts: { matched, ...rest } }: CleanupReport): number {
  return Object.values(rest).reduce((total, count) => total + count, 0) - matched
}

/** Why a run waits or was interrupted, in English; empty: neither. */
export function whyEnded({ reason }: CleanupReport): string {
  return reason === null ? '' : say(reason)
}
