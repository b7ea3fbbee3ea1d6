import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { currentDjango } from '../tests/support/django.ts'

const run = promisify(execFile)
const FOLDER = join(tmpdir(), 'coatcheck-bench')

/** bench/setup_django.py */
export const BENCH_KEY = 'coatcheck-bench-key'

/** The table of so many rows, made once by real Django and kept in the system's folder for temporary files. */
export async function sessionTable(rows: number): Promise<string> {
  const file = join(FOLDER, `sessions-${rows}.sqlite3`)
  if (existsSync(file)) return file
  await mkdir(FOLDER, { recursive: true })
  // Two that run at once each make their own.
  const making = `${file}.${process.pid}.making`
  await rm(making, { force: true })
  console.log(`Django makes ${rows.toLocaleString('en')} sessions in ${file}; this happens once.`)
  await python('make_rows.py', [making, String(rows)])
  await rename(making, file)
  return file
}

/** Runs a script of this folder with Django's Python; resolves to what it printed. */
export async function python(script: string, args: readonly string[]): Promise<string> {
  const django = currentDjango()
  if (django === null) throw new Error('The benchmarks need a Python with Django 5.2: node scripts/peers.mjs')
  const { stdout } = await run(django.path, [join(import.meta.dirname, script), ...args], { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  return stdout
}

export async function pythonRuns<T>(script: string, file: string, runs: number): Promise<readonly T[]> {
  const lines = (await python(script, [file, String(runs)])).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as T)
}
