import { execFile } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { StaticReading } from '../../electron/core/project/reading/read-static.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import type { TrustedReading } from '../../electron/core/project/trusted/read-trusted.ts'
import { readTrusted } from '../../electron/core/project/trusted/read-trusted.ts'
import type { StoredGrant, TrustStore } from '../../electron/core/project/trusted/trust-store.ts'
import { createTrustStore } from '../../electron/core/project/trusted/trust-store.ts'
import type { FollowedFile } from '../../electron/core/project/reading/run.ts'
import { coveredFiles } from '../../electron/core/project/trusted/covered-files.ts'
import type { DjangoPython } from './django.ts'

/** A project of a real layout, written for these tests. */
export interface ProjectSample {
  readonly name: string
  readonly folder: string
  readonly module: string
  readonly environment: Readonly<Record<string, string>>
  /** Python packages without which Django cannot read it. */
  readonly needs: readonly string[]
}

export const SAMPLES_FOLDER = realpathSync(join(import.meta.dirname, '../fixtures/projects'))
const RESOURCES = join(import.meta.dirname, '../../resources')
const run = promisify(execFile)

export const SAMPLES = (JSON.parse(readFileSync(join(SAMPLES_FOLDER, 'samples.json'), 'utf8')) as ProjectSample[]).map((sample): ProjectSample => ({ ...sample, folder: join(SAMPLES_FOLDER, sample.folder) }))

export function sampleNamed(name: string): ProjectSample {
  const found = SAMPLES.find((sample) => sample.name === name)
  if (found === undefined) throw new Error(`no sample ${name}`)
  return found
}

export function never(): AbortSignal {
  return new AbortController().signal
}

export function memoryTrust(): TrustStore {
  let held: StoredGrant[] = []
  return createTrustStore({ read: async () => held, update: async (change) => { held = change(held) } })
}

/** What a grant for a settings module would vouch for now. */
export async function filesOf(folder: string, module: string): Promise<readonly FollowedFile[]> {
  return coveredFiles(folder, (await readStatic({ folder, module, environment: {}, djangoVersion: null }, never())).followed)
}

export function readSample(sample: ProjectSample, djangoVersion: string | null): Promise<StaticReading> {
  return readStatic({ folder: sample.folder, module: sample.module, environment: sample.environment, djangoVersion }, never())
}

export function trustSample(sample: ProjectSample, python: string): Promise<TrustedReading> {
  const grant = memoryTrust().grantOnce({ folder: sample.folder, python, module: sample.module })
  return readTrusted(grant, { resourcesFolder: RESOURCES, environment: sample.environment }, never())
}

/** Which of the packages this Python has. */
export async function packagesOf(python: string, names: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(python, ['-c', 'import importlib.util, json, sys; print(json.dumps([n for n in sys.argv[1:] if importlib.util.find_spec(n)]))', ...names])
  return JSON.parse(stdout) as string[]
}

const WITHOUT_SETUP = 'import sys; sys.path[0] = sys.argv[1]; from django.core.management.commands.diffsettings import Command; print(Command().handle(all=True, default=None, output="hash"))'

/**
 * What `manage.py diffsettings --all` prints: Django's own words, by name. Where a database driver is not installed, which the command
 * loads without need, the same without loading apps.
 */
export async function diffSettings({ path }: DjangoPython, sample: ProjectSample): Promise<ReadonlyMap<string, string>> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1', ...sample.environment }
  const options = { cwd: sample.folder, env, maxBuffer: 16 * 1024 * 1024 }
  const { stdout } = await run(path, ['manage.py', 'diffsettings', '--all', '--output', 'hash'], options)
    .catch((error: unknown) => {
      if (!String(error).includes('Error loading')) throw error
      return run(path, ['-c', WITHOUT_SETUP, sample.folder], { ...options, env: { ...env, DJANGO_SETTINGS_MODULE: sample.module } })
    })
  return new Map(stdout.split('\n').flatMap((line): [string, string][] => {
    const match = /^(?:### )?([A-Z][A-Z0-9_]*) = (.*)$/.exec(line)
    return match === null ? [] : [[match[1] ?? '', match[2] ?? '']]
  }))
}
