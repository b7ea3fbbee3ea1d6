import { createHash } from 'node:crypto'
import { isAbsolute, join } from 'node:path'
import { readWithin } from '../files.ts'
import type { Machine } from './machine.ts'
import { placeNamed } from './machine.ts'
import { entriesOf } from './walk.ts'

const CONFIG_BYTES = 64 * 1024
const MAX_SHARED = 400

/** Environments that poetry keeps for these folders outside of them: `{name}-{hash of the folder}-py3.12`. */
export async function poetryEnvironments(folders: readonly string[], machine: Machine): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders) {
    for (const place of placesFor(folder, machine)) {
      const names = (await entriesOf(place)).slice(0, MAX_SHARED).map(({ name }) => name)
      found.push(...names.filter((name) => name.includes(`-${poetryMark(folder)}-py`)).map((name) => join(place, name)))
    }
  }
  return [...new Set(found)]
}

/** poetry/utils/env/env_manager.py, `generate_env_name` (1.3 and later). @param folder real path of the folder of pyproject.toml */
export function poetryMark(folder: string): string {
  return createHash('sha256').update(folder).digest('base64url').slice(0, 8)
}

interface Config {
  readonly path: string | null
  readonly cache: string | null
}

/** poetry/config/config.py: the environment goes before poetry.toml of the project, and that before poetry's own config.toml. */
function placesFor(folder: string, machine: Machine): string[] {
  const { env, home } = machine
  const local = readConfig(folder, 'poetry.toml')
  const own = readConfig(configFolder(machine), 'config.toml')
  const ofProject = (path: string | null): string | null => (path === null ? null : placeNamed(path, folder, machine))
  const ofUser = (path: string | null | undefined): string | null => (path === null || path === undefined ? null : path.startsWith('~/') ? join(home, path.slice(2)) : isAbsolute(path) ? path : join(folder, path))
  const cache = ofUser(env['POETRY_CACHE_DIR']) ?? ofProject(local.cache) ?? ofUser(own.cache) ?? cacheFolder(machine)
  const fill = (path: string | null): string | null => path?.replace('{cache-dir}', cache) ?? null
  const given = ofUser(env['POETRY_VIRTUALENVS_PATH']) ?? ofProject(fill(local.path)) ?? ofUser(fill(own.path))
  // Made before another place was named, they may still be the ones in use.
  return [...new Set([given ?? join(cache, 'virtualenvs'), join(cacheFolder(machine), 'virtualenvs')])]
}

/** Only the two plain settings: `path` of `[virtualenvs]`, also written `virtualenvs.path`, and `cache-dir`. */
function readConfig(folder: string, name: string): Config {
  const text = readWithin(folder, join(folder, name), CONFIG_BYTES)?.bytes.toString('utf8') ?? ''
  let section = ''
  const found: { path: string | null; cache: string | null } = { path: null, cache: null }
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? section
    const [, key = '', value = ''] = /^\s*([\w.-]+)\s*=\s*(?:"([^"\\]*)"|'[^']*')/.exec(line) ?? []
    const text = value === '' ? /=\s*'([^']*)'/.exec(line)?.[1] ?? '' : value
    if (text === '') continue
    if ((section === 'virtualenvs' && key === 'path') || (section === '' && key === 'virtualenvs.path')) found.path = text
    if (section === '' && key === 'cache-dir') found.cache = text
  }
  return found
}

function cacheFolder({ env, home, platform }: Machine): string {
  if (platform === 'darwin') return join(home, 'Library/Caches/pypoetry')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'), 'pypoetry/Cache')
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'pypoetry')
}

function configFolder({ env, home, platform }: Machine): string {
  if (env['POETRY_CONFIG_DIR'] !== undefined) return env['POETRY_CONFIG_DIR']
  if (platform === 'darwin') return join(home, 'Library/Application Support/pypoetry')
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData/Roaming'), 'pypoetry')
  return join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pypoetry')
}
