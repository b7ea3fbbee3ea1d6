import { join, posix } from 'node:path'
import type { SettingsModule } from '../../../../shared/model/project.ts'
import { kindWithin, readWithin } from '../files.ts'
import { entriesOf } from './walk.ts'

const MAX_BYTES = 256 * 1024
const QUOTED = /DJANGO_SETTINGS_MODULE["']\s*[,\]]\s*=?\s*["']([\w.]+)["']/g
const ASSIGNED = /^[ \t]*(?:export[ \t]+)?DJANGO_SETTINGS_MODULE[ \t]*=[ \t]*["']?([\w.]+)["']?/gm
const CONFIG_FILES = ['pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini', '.env']

/** Settings modules of a project folder: those that something names, in the order in which Django would meet them, then those that look like it. */
export async function findSettingsModules(folder: string): Promise<readonly SettingsModule[]> {
  const named = new Map<string, string[]>()
  const add = (module: string, by: string | null): void => {
    const names = named.get(module) ?? []
    named.set(module, by === null || names.includes(by) ? names : [...names, by])
  }
  for (const module of modulesIn(folder, 'manage.py', QUOTED)) add(module, 'manage.py')
  const packages = (await entriesOf(folder)).filter((entry) => entry.isDirectory() && /^[A-Za-z_]\w*$/.test(entry.name)).map((entry) => entry.name)
  for (const name of packages) for (const file of ['wsgi.py', 'asgi.py']) for (const module of modulesIn(folder, `${name}/${file}`, QUOTED)) add(module, `${name}/${file}`)
  for (const file of CONFIG_FILES) for (const module of modulesIn(folder, file, ASSIGNED)) add(module, file)
  for (const module of await siblingsOf(folder, [...named.keys()], packages)) add(module, null)
  return [...named].map(([module, namedBy]) => ({ module, file: fileOf(folder, module), namedBy }))
}

function modulesIn(folder: string, file: string, pattern: RegExp): string[] {
  const text = readWithin(folder, join(folder, file), MAX_BYTES)?.bytes.toString('utf8') ?? ''
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '').filter((module) => module !== '')
}

function fileOf(folder: string, module: string): string {
  const base = module.replaceAll('.', '/')
  return kindWithin(folder, join(folder, base, '__init__.py')) === 'file' ? `${base}/__init__.py` : `${base}.py`
}

/** Split settings: the other files beside one that is named, and `settings` of each package. */
async function siblingsOf(folder: string, named: readonly string[], packages: readonly string[]): Promise<string[]> {
  const homes = new Set<string>()
  for (const module of named) {
    const parts = module.split('.')
    const isPackage = kindWithin(folder, join(folder, ...parts)) === 'folder'
    const home = (isPackage ? parts : parts.slice(0, -1)).join('/')
    if (/settings|config/.test(posix.basename(home)) && home !== '') homes.add(home)
  }
  for (const name of packages) if (kindWithin(folder, join(folder, name, 'settings')) === 'folder') homes.add(`${name}/settings`)
  const found: string[] = []
  for (const name of packages) if (kindWithin(folder, join(folder, name, 'settings.py')) === 'file') found.push(`${name}.settings`)
  for (const home of homes) {
    if (!/settings/.test(home)) continue
    for (const entry of await entriesOf(join(folder, home))) if (entry.isFile() && /^[a-z]\w*\.py$/i.test(entry.name)) found.push(`${home.replaceAll('/', '.')}.${entry.name.slice(0, -3)}`)
  }
  return found
}
