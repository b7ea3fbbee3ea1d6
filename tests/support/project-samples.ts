import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { StaticReading } from '../../electron/core/project/reading/read-static.ts'
import { readStatic } from '../../electron/core/project/reading/read-static.ts'
import type { TrustedReading } from '../../electron/core/project/trusted/read-trusted.ts'
import { readTrusted } from '../../electron/core/project/trusted/read-trusted.ts'
import type { StoredGrant, TrustStore } from '../../electron/core/project/trusted/trust-store.ts'
import { createTrustStore } from '../../electron/core/project/trusted/trust-store.ts'
import type { FollowedFile } from '../../electron/core/project/reading/run.ts'
import { coveredFiles } from '../../electron/core/project/trusted/covered-files.ts'
import type { DjangoPython } from './django.ts'
import { runPython } from './django.ts'

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
export async function packagesOf(python: DjangoPython, names: readonly string[]): Promise<readonly string[]> {
  return JSON.parse(await runPython(python, 'import importlib.util, json, sys; print(json.dumps([n for n in sys.argv[1:] if importlib.util.find_spec(n)]))', { args: names })) as string[]
}

/** Python in the folder of a sample, with no more of this environment than a program needs. */
function runInSample(python: DjangoPython, sample: ProjectSample, source: string, more: Readonly<Record<string, string>> = { DJANGO_SETTINGS_MODULE: sample.module }): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...more, ...sample.environment }
  return runPython(python, `import os, sys\nsys.path[0] = os.getcwd()\n${source}`, { folder: sample.folder, env })
}

const COMMAND = 'import runpy\nsys.argv = ["manage.py", "diffsettings", "--all", "--output", "hash"]\nrunpy.run_path("manage.py", run_name="__main__")'
const WITHOUT_SETUP = 'from django.core.management.commands.diffsettings import Command\nprint(Command().handle(all=True, default=None, output="hash"))'

/**
 * What `manage.py diffsettings --all` prints: Django's own words, by name. Where a database driver is not installed, which the command
 * loads without need, the same without loading apps.
 */
export async function diffSettings(python: DjangoPython, sample: ProjectSample): Promise<ReadonlyMap<string, string>> {
  const printed = await runInSample(python, sample, COMMAND, {}).catch((error: unknown) => {
    if (!String(error).includes('Error loading')) throw error
    return runInSample(python, sample, WITHOUT_SETUP)
  })
  return new Map(printed.split('\n').flatMap((line): [string, string][] => {
    const match = /^(?:### )?([A-Z][A-Z0-9_]*) = (.*)$/.exec(line)
    return match === null ? [] : [[match[1] ?? '', match[2] ?? '']]
  }))
}

/** Findings under Django's ids are those that Django's checks for deployment have for the same project. */
const DEPLOY_CHECK = /\((security\.W0(?:03|09|10|11|12|13|14|15|16|25)|caches\.(?:E001|W002|W003)|admin\.E4(?:08|09|10))\)/g
const CHECKS = `
import django
from django.core import checks
django.setup()
messages = checks.run_checks(tags=["security", "caches", "admin"] if django.VERSION >= (3, 0) else ["security", "caches"], include_deployment_checks=True)
print(" ".join("(%s)" % message.id for message in messages))
`

/** The id of such a check in a text like `(security.W003)`; null: it is another one. */
export function deployCheckOf(text: string): string | null {
  return text.match(DEPLOY_CHECK)?.[0] ?? null
}

/** Django's own checks of these rooms; those of URLs need more of a project than the samples have. null: a driver of a database or a cache is missing. */
export async function checkDeploy(python: DjangoPython, sample: ProjectSample): Promise<string[] | null> {
  const found = await runInSample(python, sample, CHECKS).catch((error: unknown) => {
    if (/Error loading|No module named '(?:django_redis|pymemcache|django\.core\.cache\.backends\.redis)'/.test(String(error))) return null
    throw error
  })
  return found === null ? null : [...new Set([...found.matchAll(DEPLOY_CHECK)].map((match) => match[1] ?? ''))].sort()
}
