import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** A Python that has Django. `scripts/peers.mjs` finds both and names them in the environment. */
export interface DjangoPython {
  readonly name: 'current' | 'old'
  readonly path: string
}

/** Django 5.2. null: there is none; say so and skip. */
export function currentDjango(): DjangoPython | null {
  return firstPresent('current', [process.env['COATCHECK_TEST_PYTHON'], join(ROOT, '.venv/bin/python')])
}

/** Debian's Django (3.2 on Debian 12). */
export function oldDjango(): DjangoPython | null {
  return firstPresent('old', [process.env['COATCHECK_TEST_PYTHON_OLD']])
}

function firstPresent(name: DjangoPython['name'], paths: readonly (string | undefined)[]): DjangoPython | null {
  const path = paths.find((one) => one !== undefined && existsSync(one))
  return path === undefined ? null : { name, path }
}

export interface ScriptOptions {
  readonly args?: readonly string[]
  readonly folder?: string
  readonly input?: string
}

/**
 * Runs Python source and resolves to what it printed; rejects with what it complained about.
 * Warnings of Django (stderr) are left out, because a refused session is logged there.
 */
export function runPython(python: DjangoPython, source: string, options: ScriptOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      python.path,
      ['-c', source, ...(options.args ?? [])],
      { cwd: options.folder, maxBuffer: 256 * 1024 * 1024, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' } },
      (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`))),
    )
    child.stdin?.end(options.input ?? '')
  })
}
