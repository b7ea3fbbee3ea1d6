import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, isAbsolute, join } from 'node:path'
import type { FoundPython } from '../../../../shared/model/project.ts'
import { isWithin, readWithin, realOf } from '../files.ts'
import { entriesOf } from './walk.ts'

const BIN = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'
const USUAL = ['.venv', 'venv', 'env', '.env', 'virtualenv', '.virtualenv']
const CONFIG_BYTES = 64 * 1024
const MAX_SHARED = 400

/**
 * Interpreters that the project could use: virtual environments in its folder or above it (venv, uv, poetry in the project), conda
 * environments, those that pipenv and poetry keep elsewhere, the system's. Found by their files; none is started.
 */
export async function findPythons(folders: readonly string[]): Promise<readonly FoundPython[]> {
  const found: FoundPython[] = []
  for (const folder of folders) {
    const names = (await entriesOf(folder)).filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name)
    const ordered = [...USUAL.filter((name) => names.includes(name)), ...names.filter((name) => !USUAL.includes(name))]
    for (const name of ordered) await addEnvironment(found, join(folder, name), USUAL.includes(name))
  }
  const [first] = folders
  if (first !== undefined) for (const home of await sharedEnvironments(folders)) await addEnvironment(found, home, true)
  if (process.platform !== 'win32' && existsSync('/usr/bin/python3')) found.push({ path: '/usr/bin/python3', kind: 'system', version: null, djangoVersion: await djangoIn(['/usr/lib/python3/dist-packages']) })
  return found
}

async function addEnvironment(found: FoundPython[], home: string, isUsual: boolean): Promise<void> {
  const path = join(home, BIN)
  const isVenv = existsSync(join(home, 'pyvenv.cfg'))
  const isConda = !isVenv && existsSync(join(home, 'conda-meta'))
  if ((!isVenv && !isConda) || (!isUsual && !existsSync(path)) || found.some((item) => item.path === path)) return
  const real = realOf(home)
  // A link to an environment elsewhere is offered; its files are not looked into.
  const isOwn = real !== null && real === home
  const config = isOwn ? readWithin(real, join(home, 'pyvenv.cfg'), CONFIG_BYTES)?.bytes.toString('utf8') ?? '' : ''
  const version = /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(config)?.[1] ?? null
  found.push({ path, kind: isVenv ? 'venv' : 'conda', version, djangoVersion: isOwn ? await djangoIn(await sitePackages(home)) : null })
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

/** Environments in the home folder: pipenv's name their project in a file, poetry's by a hash of its folder; conda's are named by the project. */
async function sharedEnvironments(folders: readonly string[]): Promise<string[]> {
  const pipenv = process.env['WORKON_HOME'] ?? join(homedir(), '.local/share/virtualenvs')
  const homes: string[] = []
  for (const entry of (await entriesOf(pipenv)).slice(0, MAX_SHARED)) {
    const home = join(pipenv, entry.name)
    const named = entry.isDirectory() ? readWithin(home, join(home, '.project'), 4096)?.bytes.toString('utf8').trim() : undefined
    if (named !== undefined && folders.some((folder) => folder === named)) homes.push(home)
  }
  return [...homes.filter((home) => isWithin(pipenv, home)), ...(await poetryEnvironments(folders)), ...(await condaEnvironments(folders))]
}

/** `{name}-{hash of the folder}-py3.12` (poetry/utils/env/env_manager.py, `generate_env_name`). */
async function poetryEnvironments(folders: readonly string[]): Promise<string[]> {
  const place = process.env['POETRY_VIRTUALENVS_PATH'] ?? join(process.env['POETRY_CACHE_DIR'] ?? join(homedir(), '.cache/pypoetry'), 'virtualenvs')
  const marks = folders.map((folder) => `-${createHash('sha256').update(folder).digest('base64url').slice(0, 8)}-py`)
  const names = (await entriesOf(place)).slice(0, MAX_SHARED).map(({ name }) => name)
  return names.filter((name) => marks.some((mark) => name.includes(mark))).map((name) => join(place, name))
}

/** Environments that conda has made (`~/.conda/environments.txt`), by the name that the project's environment.yml gives. */
async function condaEnvironments(folders: readonly string[]): Promise<string[]> {
  const conda = join(homedir(), '.conda')
  const wanted = new Set(folders.flatMap((folder) => ['environment.yml', 'environment.yaml'].flatMap((file) => {
    const text = readWithin(folder, join(folder, file), CONFIG_BYTES)?.bytes.toString('utf8') ?? ''
    return /^name:[ \t]*["']?([\w.-]+)/m.exec(text)?.slice(1) ?? []
  })))
  if (wanted.size === 0) return []
  const known = readWithin(conda, join(conda, 'environments.txt'), CONFIG_BYTES)?.bytes.toString('utf8') ?? ''
  return known.split(/\r?\n/).slice(0, MAX_SHARED).filter((home) => isAbsolute(home) && wanted.has(basename(home)))
}
