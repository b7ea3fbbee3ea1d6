import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Script, ScriptEnd } from './python-forks.ts'
import { canFork, runForked } from './python-forks.ts'

/** A Python that can import Django. */
export interface DjangoPython {
  /** "Django 5.2.17 (Python 3.11.7)" */
  readonly label: string
  readonly path: string
  /** Django's: 5.2.17 → [5, 2]. */
  readonly version: readonly [major: number, minor: number]
}

const ROOT = join(import.meta.dirname, '../..')
const PROBE = 'import json, sys, django; print(json.dumps([django.get_version(), sys.version.split()[0]]))'
const PROBE_MS = 20_000
const ADVICE = 'No Python with Django was found. Make one: python3 -m venv .venv && .venv/bin/pip install "django>=5.2,<5.3"'

let found: readonly DjangoPython[] | null = null

/**
 * Every different Django here: those that `scripts/peers.mjs` names in the environment, the one of `.venv`, the python3 of the PATH
 * and the system's. Says so when there is none, and fails then when CI is set: a skipped proof is no proof.
 */
export function findDjangos(): readonly DjangoPython[] {
  found ??= distinct(candidates().map(probe))
  if (found.length > 0) return found
  if (process.env['CI'] === 'true') throw new Error(ADVICE)
  console.warn(`\n*** Nothing is compared with real Django. ${ADVICE} ***\n`)
  return found
}

/** The Django whose rules Coatcheck follows. null: there is none; say so and skip. */
export function currentDjango(): DjangoPython | null {
  return findDjangos().find(isCurrent) ?? null
}

/** Debian's Django (3.2 on Debian 12), which still reads the formats before 3.1. */
export function oldDjango(): DjangoPython | null {
  return findDjangos().find((django) => !isCurrent(django)) ?? null
}

export function isCurrent({ version }: DjangoPython): boolean {
  return version[0] >= 4
}

/** Whether it has what these modules are named. Django's own RedisCache came with 4.0: before it there is nothing to compare. */
export function couldImport(python: DjangoPython, modules: string): boolean {
  return isCurrent(python) || !modules.includes('django.core.cache.backends.redis')
}

export interface ScriptOptions {
  readonly args?: readonly string[]
  readonly folder?: string
  readonly input?: string
  /** Instead of the environment of this process. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs Python source in a process of its own and resolves to what it printed; rejects with what it complained about.
 * Warnings of Django (stderr) are left out, because a refused session is logged there.
 */
export async function runPython(python: DjangoPython, source: string, { args = [], folder = process.cwd(), input = '', env = process.env }: ScriptOptions = {}): Promise<string> {
  const script = { source, args, folder, input, env: { ...env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' } }
  const { code, out, err } = await (canFork ? runForked : runAnew)(python.path, script)
  if (code !== 0) throw new Error(`${python.label} ended with ${code}.\n${err}`)
  return out
}

function runAnew(path: string, { source, args, folder, input, env }: Script): Promise<ScriptEnd> {
  return new Promise((resolve) => {
    const child = execFile(path, ['-c', source, ...args], { cwd: folder, maxBuffer: 256 * 1024 * 1024, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err })
    })
    child.stdin?.end(input)
  })
}

function candidates(): readonly string[] {
  const named = ['COATCHECK_PYTHON_DJANGO', 'COATCHECK_TEST_PYTHON', 'COATCHECK_TEST_PYTHON_OLD'].map((name) => process.env[name] ?? '')
  const own = [join(ROOT, '.venv/bin/python'), join(ROOT, '.venv/Scripts/python.exe')].filter((path) => existsSync(path))
  return [...new Set([...named, ...own, 'python3', '/usr/bin/python3'])].filter((path) => path !== '')
}

function probe(path: string): DjangoPython | null {
  const result = spawnSync(path, ['-c', PROBE], { encoding: 'utf8', timeout: PROBE_MS })
  if (result.status !== 0) return null
  const [django = '', python = ''] = JSON.parse(result.stdout) as string[]
  const [major = 0, minor = 0] = django.split('.').map(Number)
  return { label: `Django ${django} (Python ${python})`, path, version: [major, minor] }
}

function distinct(pythons: readonly (DjangoPython | null)[]): readonly DjangoPython[] {
  const byLabel = new Map<string, DjangoPython>()
  for (const python of pythons) if (python !== null && !byLabel.has(python.label)) byLabel.set(python.label, python)
  return [...byLabel.values()]
}
