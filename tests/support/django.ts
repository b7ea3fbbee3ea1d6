import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A Python that can import Django. */
export interface DjangoPython {
  /** "Django 5.2.17 (Python 3.11.7)" */
  readonly label: string
  readonly executable: string
  /** Django's major and minor version: 5.2 → [5, 2]. */
  readonly version: readonly [major: number, minor: number]
}

const PROBE = 'import json, sys, django; print(json.dumps([django.get_version(), sys.version.split()[0]]))'
const ROOT = join(import.meta.dirname, '../..')
const SPAWN_MS = 110_000
const OUTPUT_BYTES = 512 * 1024 * 1024

let found: readonly DjangoPython[] | null = null

/**
 * Every different Django of this machine: those named in COATCHECK_PYTHON_DJANGO (paths, as in PATH), the one of `.venv`, the
 * python3 of the PATH and the system's. Says so when there is none, and fails then when CI is set: a skipped proof is no proof.
 */
export function findDjangos(): readonly DjangoPython[] {
  found ??= distinct(candidates().map(probe))
  if (found.length > 0) return found
  const advice = 'No Python with Django was found. Make one: python3 -m venv .venv && .venv/bin/pip install "django>=5.2,<5.3"'
  if (process.env['CI'] === 'true') throw new Error(advice)
  console.warn(`\n*** Nothing is compared with real Django. ${advice} ***\n`)
  return found
}

/** Django 4.0 and later, whose rules Coatcheck follows. */
export function isCurrent({ version }: DjangoPython): boolean {
  return version[0] >= 4
}

/** Runs a script once, for all of `input`: JSON on its standard input, JSON on its standard output. */
export function runPython<Output>({ executable, label }: DjangoPython, script: string, input: unknown): Output {
  const result = spawnSync(executable, ['-c', script], { input: JSON.stringify(input), encoding: 'utf8', timeout: SPAWN_MS, maxBuffer: OUTPUT_BYTES })
  if (result.status !== 0) throw new Error(`${label} failed: ${result.stderr || String(result.error)}`)
  return JSON.parse(result.stdout) as Output
}

function candidates(): readonly string[] {
  const told = (process.env['COATCHECK_PYTHON_DJANGO'] ?? '').split(delimiter)
  const own = [join(ROOT, '.venv/bin/python'), join(ROOT, '.venv/Scripts/python.exe')].filter((path) => existsSync(path))
  return [...told, ...own, 'python3', '/usr/bin/python3'].filter((path) => path !== '')
}

function probe(executable: string): DjangoPython | null {
  const result = spawnSync(executable, ['-c', PROBE], { encoding: 'utf8', timeout: SPAWN_MS })
  if (result.status !== 0) return null
  const [django = '', python = ''] = JSON.parse(result.stdout) as string[]
  const [major = 0, minor = 0] = django.split('.').map(Number)
  return { label: `Django ${django} (Python ${python})`, executable, version: [major, minor] }
}

function distinct(pythons: readonly (DjangoPython | null)[]): readonly DjangoPython[] {
  const byLabel = new Map<string, DjangoPython>()
  for (const python of pythons) if (python !== null && !byLabel.has(python.label)) byLabel.set(python.label, python)
  return [...byLabel.values()]
}
