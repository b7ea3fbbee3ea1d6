import { createHash } from 'node:crypto'
import { basename, isAbsolute, join } from 'node:path'
import { readWithin } from '../files.ts'
import type { Machine } from './machine.ts'
import { placeNamed } from './machine.ts'
import { entriesOf } from './walk.ts'

const CONFIG_BYTES = 64 * 1024
const MAX_SHARED = 400
/** A name in a folder, and no way out of it. */
const NAME = /^\w[\w.-]*$/

/** uv's, where its variable moves it away from `.venv`. */
export function uvEnvironments(folders: readonly string[], { env }: Machine): string[] {
  const given = env['UV_PROJECT_ENVIRONMENT']
  return given === undefined || given === '' ? [] : isAbsolute(given) ? [given] : folders.map((folder) => join(folder, given))
}

/** What is activated where the program was started: a virtual environment, or one of conda. */
export function activated({ env }: Machine): string[] {
  return [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter((home): home is string => home !== undefined && isAbsolute(home))
}

/**
 * Pipenv's (pipenv/project.py): named by a hash of the Pipfile's path, by its `.project` file, by a variable, or by a file `.venv` that
 * stands where the environment could.
 */
export async function pipenvEnvironments(folders: readonly string[], machine: Machine): Promise<string[]> {
  const { env, home } = machine
  const shared = env['WORKON_HOME'] ?? join(env['XDG_DATA_HOME'] ?? join(home, '.local/share'), 'virtualenvs')
  const marks = folders.map(pipenvMark)
  const custom = env['PIPENV_CUSTOM_VENV_NAME']
  const homes: string[] = []
  for (const folder of folders) {
    const named = readWithin(folder, join(folder, '.venv'), 4096)?.bytes.toString('utf8').trim() ?? ''
    if (NAME.test(named)) homes.push(join(shared, named))
    else if (named !== '' && !/[\r\n\0]/.test(named)) homes.push(...[placeNamed(named, folder, machine)].filter((place) => place !== null))
  }
  for (const { name } of (await entriesOf(shared)).slice(0, MAX_SHARED)) {
    const place = join(shared, name)
    const project = readWithin(place, join(place, '.project'), 4096)?.bytes.toString('utf8').trim()
    const isMarked = marks.some((mark) => name.endsWith(`-${mark}`) || name.includes(`-${mark}-`))
    if (isMarked || name === custom || (project !== undefined && folders.includes(project))) homes.push(place)
  }
  return [...new Set(homes)]
}

/** pipenv/project.py, `_get_virtualenv_hash`. */
export function pipenvMark(folder: string): string {
  return createHash('sha256').update(join(folder, 'Pipfile')).digest('base64url').slice(0, 8)
}

/** Conda's, by the name that the project's environment.yml gives: of those that it has noted, and those in its usual places. */
export async function condaEnvironments(folders: readonly string[], { env, home }: Machine): Promise<string[]> {
  const wanted = new Set(folders.flatMap((folder) => ['environment.yml', 'environment.yaml'].flatMap((file) => {
    const text = readWithin(folder, join(folder, file), CONFIG_BYTES)?.bytes.toString('utf8') ?? ''
    return /^name:[ \t]*["']?([\w.-]+)/m.exec(text)?.slice(1) ?? []
  }).filter((name) => NAME.test(name))))
  if (wanted.size === 0) return []
  const conda = join(home, '.conda')
  const noted = (readWithin(conda, join(conda, 'environments.txt'), CONFIG_BYTES)?.bytes.toString('utf8') ?? '').split(/\r?\n/).slice(0, MAX_SHARED)
  const roots = [env['MAMBA_ROOT_PREFIX'], env['CONDA_ROOT'], ...['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba'].map((name) => join(home, name)), '/opt/conda'].filter((root) => root !== undefined)
  // Of an activated one: its base, or the folder in which it stands beside the others.
  const active = env['CONDA_PREFIX'] === undefined ? [] : [join(env['CONDA_PREFIX'], 'envs'), ...(basename(join(env['CONDA_PREFIX'], '..')) === 'envs' ? [join(env['CONDA_PREFIX'], '..')] : [])]
  const places = [...(env['CONDA_ENVS_PATH'] ?? env['CONDA_ENVS_DIRS'] ?? '').split(/[:;]/).filter((place) => isAbsolute(place)), ...active, ...roots.map((root) => join(root, 'envs')), join(conda, 'envs')]
  const known = noted.filter((place) => isAbsolute(place) && wanted.has(basename(place)))
  return [...new Set([...known, ...places.flatMap((place) => [...wanted].map((name) => join(place, name)))])]
}

/** Versions that PYENV_VERSION or the nearest `.python-version` names: whole ones, the newest of a beginning, or environments by their name. */
export async function pyenvVersions(folders: readonly string[], { env, home }: Machine): Promise<string[]> {
  const shared = join(env['PYENV_ROOT'] ?? join(home, '.pyenv'), 'versions')
  const files = folders.map((folder) => readWithin(folder, join(folder, '.python-version'), 4096)?.bytes.toString('utf8'))
  const text = env['PYENV_VERSION']?.replaceAll(':', '\n') ?? files.find((one) => one !== undefined) ?? ''
  const names = text.split(/\s*[\r\n]\s*/).map((line) => line.trim()).filter((line) => line.split('/').every((part) => NAME.test(part))).slice(0, 10)
  if (names.length === 0) return []
  const versions = (await entriesOf(shared)).map(({ name }) => name)
  return names.map((name) => join(shared, versions.includes(name) ? name : newestOf(versions, name) ?? name))
}

/** pyenv 2.3 and later: `3.12` is the newest 3.12 that is there. */
function newestOf(versions: readonly string[], beginning: string): string | undefined {
  const patch = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1])
  return versions.filter((name) => name.startsWith(`${beginning}.`) && /^\d+(?:\.\d+)+$/.test(name)).sort((a, b) => patch(a) - patch(b)).at(-1)
}
