import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FoundPython } from '../../../../shared/model/project.ts'
import { isWithin, readWithin, realOf } from '../files.ts'
import type { Machine } from './machine.ts'
import { thisMachine } from './machine.ts'
import { poetryEnvironments } from './poetry.ts'
import { activated, condaEnvironments, pipenvEnvironments, pyenvVersions, uvEnvironments } from './shared-environments.ts'
import { entriesOf } from './walk.ts'

const BIN = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'
const USUAL = ['.venv', 'venv', 'env', '.env', 'virtualenv', '.virtualenv']
const CONFIG_BYTES = 64 * 1024

/**
 * Interpreters that the project could use, the likeliest first: virtual environments in its folder or above it (venv, uv, poetry and
 * pipenv in the project), those that uv, pipenv, poetry and conda keep elsewhere for it, the one that is activated, pyenv's, the
 * system's. Found by their files; none is started.
 */
export async function findPythons(folders: readonly string[], machine: Machine = thisMachine()): Promise<readonly FoundPython[]> {
  const found: FoundPython[] = []
  for (const folder of folders) {
    const names = (await entriesOf(folder)).filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name)
    const ordered = [...USUAL.filter((name) => names.includes(name)), ...names.filter((name) => !USUAL.includes(name))]
    for (const name of ordered) await addEnvironment(found, join(folder, name), USUAL.includes(name))
  }
  const kept = await Promise.all([uvEnvironments(folders, machine), pipenvEnvironments(folders, machine), poetryEnvironments(folders, machine), condaEnvironments(folders, machine)])
  // Links in places of the user's own, not of the project's, are followed.
  const followed = (home: string): string => (folders.some((folder) => isWithin(folder, home)) ? home : realOf(home) ?? home)
  for (const home of kept.flat()) await addEnvironment(found, followed(home), true)
  for (const home of activated(machine)) await addEnvironment(found, followed(home), false, 'active')
  for (const home of await pyenvVersions(folders, machine)) await addPyenv(found, followed(home))
  if (process.platform !== 'win32' && existsSync('/usr/bin/python3')) found.push({ path: '/usr/bin/python3', kind: 'system', version: null, djangoVersion: await djangoIn(['/usr/lib/python3/dist-packages']) })
  return found
}

/** A version that pyenv keeps, or an environment that stands among them. */
async function addPyenv(found: FoundPython[], home: string): Promise<void> {
  if (existsSync(join(home, 'pyvenv.cfg')) || existsSync(join(home, 'conda-meta'))) return addEnvironment(found, home, false)
  const path = join(home, BIN)
  if (existsSync(path) && !found.some((item) => item.path === path)) found.push({ path, kind: 'pyenv', version: /^\d+\.\d+(?:\.\d+)?$/.exec(basename(home))?.[0] ?? null, djangoVersion: await djangoIn(await sitePackages(home)) })
}

async function addEnvironment(found: FoundPython[], home: string, isUsual: boolean, as: 'active' | null = null): Promise<void> {
  const path = join(home, BIN)
  const isVenv = existsSync(join(home, 'pyvenv.cfg'))
  const isConda = !isVenv && existsSync(join(home, 'conda-meta'))
  if ((!isVenv && !isConda) || (!isUsual && !existsSync(path)) || found.some((item) => item.path === path)) return
  const real = realOf(home)
  // A link to an environment elsewhere is offered; its files are not looked into.
  const isOwn = real !== null && real === home
  const config = isOwn ? readWithin(real, join(home, 'pyvenv.cfg'), CONFIG_BYTES)?.bytes.toString('utf8') ?? '' : ''
  const version = /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(config)?.[1] ?? null
  found.push({ path, kind: as ?? (isVenv ? 'venv' : 'conda'), version, djangoVersion: isOwn ? await djangoIn(await sitePackages(home)) : null })
}

async function sitePackages(home: string): Promise<string[]> {
  const versions = (await entriesOf(join(home, 'lib'))).filter((entry) => entry.isDirectory() && entry.name.startsWith('python'))
  return [...versions.map((entry) => join(home, 'lib', entry.name, 'site-packages')), join(home, 'Lib/site-packages')]
}

/** The version that the metadata of the installed package is named by. */
async function djangoIn(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    for (const entry of await entriesOf(folder)) {
      const version = /^django-(\d[\w.]*?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/i.exec(entry.name)?.[1]
      if (version !== undefined) return version
    }
  }
  return null
}
