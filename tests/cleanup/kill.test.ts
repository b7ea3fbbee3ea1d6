import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { CleanupCounts } from '../../shared/model/cleanup.ts'
import { rowsOf } from '../support/cleanup.ts'
import { createCliWorld } from '../support/cli.ts'
import { makeSessionTable } from '../support/session-table.ts'

const ENTRY = join(import.meta.dirname, '../../electron/cli/index.ts')
const NOW = Date.parse('2026-09-01T00:00:00Z')
const SESSIONS = 60_000
const KILLS = 10

/** Seeded: the same moments each time, as far as a clock can keep them. */
function* moments(): Generator<number> {
  for (let state = 20_260_901; ; state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) yield state % 350
}

const sizeOf = (file: string): Promise<number> => stat(file).then(({ size }) => size, () => 0)
const journalBytes = async (folder: string): Promise<number> => (await sizeOf(join(folder, 'journal'))) + (await sizeOf(join(folder, 'undo')))

test('killed ten times at any moment, resumed each time, it does what it was to do, once, and undo brings all of it back', { timeout: 240_000 }, async () => {
  const world = await createCliWorld()
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-kill-'))
  const file = join(folder, 'db.sqlite3')
  makeSessionTable(file, Array.from({ length: SESSIONS }, (_, index) => ({ key: `${'k'.repeat(26)}${String(index).padStart(6, '0')}`, json: `{"n":${index}}`, expireDate: NOW + (index % 3 === 0 ? 1 : -1) * (index + 1) * 1000 })))
  await copyFile(file, join(folder, 'before.sqlite3'))
  const before = rowsOf(file)
  const runs = join(folder, 'run')

  /** Runs the command line as a program of its own, and kills it some time after its journal has grown. */
  async function killed(args: readonly string[], ms: number): Promise<void> {
    const child = spawn(process.execPath, [ENTRY, ...args, '--yes', '--now', new Date(NOW).toISOString()], { stdio: 'ignore', env: { ...process.env, COATCHECK_DATA_FOLDER: world.dataFolder } })
    const gone = once(child, 'exit')
    const path = async (): Promise<string> => join(runs, (await readdir(runs).catch(() => []))[0] ?? 'none')
    const started = await journalBytes(await path())
    for (let waited = 0; waited < 60_000 && child.exitCode === null && (await journalBytes(await path())) <= started; waited += 5) await after(5)
    await after(ms)
    child.kill('SIGKILL')
    await gone
  }

  const time = moments()
  await killed(['delete', file, '--expired', '--journal', runs], time.next().value ?? 0)
  let kills = 1
  for (; kills < KILLS; kills++) {
    const left = rowsOf(file).length
    await killed(['resume', runs], time.next().value ?? 0)
    expect(rowsOf(file).length).toBeLessThanOrEqual(left)
  }
  const resumed = await world.run(['resume', runs, '--yes', '--json'])
  expect(resumed.err).not.toContain('INTERNAL')
  const { counts, state } = resumed.json() as { counts: CleanupCounts; state: string }
  const expired = SESSIONS - SESSIONS / 3
  expect(state).toBe('done')
  expect(counts).toEqual({ matched: expired, done: expired, gone: 0, changed: 0, skipped: 0, exists: 0, failed: 0, unknown: 0, left: 0 })
  expect(rowsOf(file)).toEqual(before.filter((row) => Number((row as { session_key: string }).session_key.slice(26)) % 3 === 0))

  await killed(['undo', runs], 200)
  const undone = await world.run(['undo', runs, '--yes', '--json'])
  expect(undone.exit, undone.err).toBe(0)
  expect(rowsOf(file)).toEqual(before)
})
