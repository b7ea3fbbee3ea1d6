import { join, posix } from 'node:path'
import type { ReadingProblem } from '../../../../shared/model/project.ts'
import { hashOf, kindWithin, nearestReal, readWithin, isWithin } from '../files.ts'
import type { Statement } from '../python/ast.ts'
import { parsePython } from '../python/parse.ts'
import type { FollowedFile, ModuleFile, World } from './run.ts'

/** Most that is read of a project: more is told as unknown. */
const MAX_FILES = 150
const MAX_FILE_BYTES = 8 * 1024 * 1024
/** As much of one file is followed. */
const FOLLOWED_BYTES = 768 * 1024
const MAX_ALL_BYTES = 24 * 1024 * 1024
const ENV_BYTES = 1024 * 1024

export interface LoadedProject {
  readonly world: World
  readonly problems: readonly ReadingProblem[]
  readonly main: ModuleFile | null
  /** What was read so far, by name. It grows while the settings are followed. */
  readonly followed: ReadonlyMap<string, FollowedFile>
}

/**
 * Reads the settings module, and whatever of the project it could import, before anything is evaluated.
 * @param root absolute, real path of what is first on Python's path
 */
export async function loadModules(root: string, settingsModule: string, signal: AbortSignal): Promise<LoadedProject> {
  const problems: ReadingProblem[] = []
  const followed = new Map<string, FollowedFile>()
  const modules = new Map<string, ModuleFile | 'namespace' | null>()
  const waiting = [...parentsOf(settingsModule)]
  let files = 0
  let bytes = 0

  async function load(module: string): Promise<ModuleFile | 'namespace' | null> {
    const place = locate(root, module)
    if (place === null || place === 'namespace') return place
    followed.set(place.file, { file: place.file, hash: null })
    if (files >= MAX_FILES || bytes >= MAX_ALL_BYTES) return unread(root, module, place, 'too many files')
    const read = readWithin(root, join(root, place.file), MAX_FILE_BYTES)
    followed.set(place.file, { file: place.file, hash: hashOf(read) })
    if (read === null) return unread(root, module, place, 'a file that may not be read')
    files += 1
    bytes += read.bytes.length
    const { head, rest } = cutLong(read.bytes, read.truncated)
    if (rest !== null) problems.push({ what: 'too-large', file: place.file, line: 1, detail: '' })
    const parsed = await parsePython(head, signal)
    problems.push(...parsed.problems.map(({ what, line }) => ({ what: what as ReadingProblem['what'], file: place.file, line, detail: '' })))
    return { module, file: place.file, path: posix.join(root, place.file), isPackage: place.isPackage, statements: rest === null ? parsed.statements : [...parsed.statements, rest] }
  }

  async function follow(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (modules.has(name)) continue
      const module = await load(name)
      modules.set(name, module)
      if (module !== null && module !== 'namespace') waiting.push(...importsOf(module).flatMap(parentsOf))
    }
  }

  await follow()
  const main = await loadMain(root, followed, signal)
  if (main !== null) {
    waiting.push(...importsOf(main).flatMap(parentsOf))
    await follow()
  }
  return { world: createWorld(root, modules, followed), problems, main, followed }
}

/** A file beyond any that people write is followed in its first part; whatever the rest names is not known. */
function cutLong(bytes: Buffer, truncated: boolean): { readonly head: Buffer; readonly rest: Statement | null } {
  if (bytes.length <= FOLLOWED_BYTES && !truncated) return { head: bytes, rest: null }
  const end = bytes.lastIndexOf(10, FOLLOWED_BYTES) + 1
  const text = bytes.subarray(end).toString('latin1')
  const mentions = new Set(truncated ? ['globals'] : [])
  for (const match of text.matchAll(/[A-Za-z_]\w*/g)) mentions.add(match[0])
  return { head: bytes.subarray(0, end), rest: { type: 'opaque', what: 'the rest of a file that is too large', mentions: [...mentions], binds: [...mentions], leaves: false, line: 1 } }
}

async function loadMain(root: string, followed: Map<string, FollowedFile>, signal: AbortSignal): Promise<ModuleFile | null> {
  const read = readWithin(root, join(root, 'manage.py'), ENV_BYTES)
  if (read === null) return null
  followed.set('manage.py', { file: 'manage.py', hash: hashOf(read) })
  const { statements } = await parsePython(read.bytes, signal)
  return { module: '__main__', file: 'manage.py', path: posix.join(root, 'manage.py'), isPackage: false, statements }
}

function createWorld(root: string, modules: ReadonlyMap<string, ModuleFile | 'namespace' | null>, followed: Map<string, FollowedFile>): World {
  const named = new Map<string, string[]>()
  for (const [name, module] of modules) {
    const last = name.slice(name.lastIndexOf('.') + 1)
    if (module !== null && module !== 'namespace') named.set(last, [...(named.get(last) ?? []), name])
  }
  return {
    root,
    findModule: (name) => modules.get(name) ?? null,
    modulesNamed: (name) => named.get(name) ?? [],
    readText(path) {
      const read = readWithin(root, path, ENV_BYTES)
      const file = posix.relative(root, path)
      if (read !== null || kindWithin(root, path) !== 'no') followed.set(file, { file, hash: hashOf(read) })
      return read?.bytes.toString('utf8') ?? null
    },
    exists: (path) => kindWithin(root, path),
    realPath(path) {
      const { path: real, rest } = nearestReal(posix.normalize(path))
      return isWithin(root, real) || isWithin(real, root) ? posix.join(real, rest) : null
    },
  }
}

function unread(root: string, module: string, place: { readonly file: string; readonly isPackage: boolean }, what: string): ModuleFile {
  return { module, file: place.file, path: posix.join(root, place.file), isPackage: place.isPackage, statements: [{ type: 'opaque', what, mentions: ['globals'], binds: ['globals'], leaves: false, line: 1 }] }
}

const NAME = /^[^\W\d]\w*$/u

/** The file of a module: a package before a module of the same name, as Python looks. */
export function locate(root: string, module: string): { readonly file: string; readonly isPackage: boolean } | 'namespace' | null {
  const parts = module.split('.')
  if (parts.length > 20 || parts.some((part) => !NAME.test(part))) return null
  const base = parts.join('/')
  if (kindWithin(root, join(root, base, '__init__.py')) === 'file') return { file: `${base}/__init__.py`, isPackage: true }
  if (kindWithin(root, join(root, `${base}.py`)) === 'file') return { file: `${base}.py`, isPackage: false }
  return kindWithin(root, join(root, base)) === 'folder' ? 'namespace' : null
}

function parentsOf(module: string): string[] {
  const parts = module.split('.')
  return parts.map((_part, index) => parts.slice(0, index + 1).join('.'))
}

/** Every module that a file names in an import, wherever the import stands. */
function importsOf(module: ModuleFile): string[] {
  const names: string[] = []
  const waiting: Statement[] = [...module.statements]
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (item.type === 'import') names.push(...item.modules.map((entry) => entry.name))
    else if (item.type === 'from') names.push(...importedFrom(module, item))
    else waiting.push(...innerOf(item))
  }
  return names
}

function importedFrom(module: ModuleFile, item: Extract<Statement, { type: 'from' }>): string[] {
  const parts = module.module.split('.')
  const kept = item.level === 0 ? [] : parts.slice(0, parts.length - item.level + (module.isPackage ? 1 : 0))
  const base = [...kept, ...(item.module === '' ? [] : [item.module])].join('.')
  return base === '' ? [] : [base, ...(item.names ?? []).map((entry) => `${base}.${entry.name}`)]
}

function innerOf(item: Statement): readonly Statement[] {
  switch (item.type) {
    case 'if': return [...item.branches.flatMap((branch) => branch.body), ...item.otherwise]
    case 'try': return [...item.body, ...item.handlers.flatMap((handler) => handler.body), ...item.otherwise, ...item.finally]
    case 'for': case 'while': return [...item.body, ...item.otherwise]
    case 'with': return item.body
    case 'function': return item.code.body
    default: return []
  }
}
