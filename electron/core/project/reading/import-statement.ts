import type { Statement } from '../python/ast.ts'
import { ALWAYS, isHarmless } from './known-packages.ts'
import { iterate } from './iterate.ts'
import { bindName, doubtScope, escape, readName } from './memory.ts'
import { importModule } from './modules.ts'
import type { Frame, Run } from './run.ts'
import { at, bind, mayRaise, missing, NotFollowed, place, PythonRaise } from './run.ts'
import type { Scope } from './state.ts'
import type { Py } from './values.ts'
import { ref } from './values.ts'

type From = Extract<Statement, { type: 'from' }>

/** Modules that Python has loaded before any settings, so that a file of the project cannot stand before them. */
const LOADED = new Set(['os', 'sys', 'builtins', 'posixpath', 'codecs', 'io', 'abc', 'stat'])

/** What every version has. */
const SURE = new Set(['os.path', 'os.environ', 'os.getenv', 'pathlib.Path', 'contextlib.suppress', 'datetime.timedelta', 'django.core.management.execute_from_command_line', 'django.core.exceptions.ImproperlyConfigured'])

export function executeImport(run: Run, frame: Frame, statement: Extract<Statement, { type: 'import' }>): void {
  for (const { name, as } of statement.modules) {
    const top = name.split('.')[0] ?? name
    const imported = importByName(run, frame, name, statement.line)
    const bound = as === name ? top : as
    const full = as === name ? top : name
    bind(run, frame, bound, imported ? { t: 'module', name: full } : ref(full), statement.line)
  }
}

/** @returns whether it is a module of the project */
function importByName(run: Run, frame: Frame, name: string, line: number): boolean {
  const top = name.split('.')[0] ?? name
  if (LOADED.has(top)) return false
  if (run.state.pathDoubt !== null && run.world.findModule(top) !== null && !run.state.modules.has(top)) throw new NotFollowed()
  if (importModule(run, name) === 'imported') return true
  if (run.world.findModule(top) !== null) fail(run, frame, name, line)
  // Whether a package is installed is not looked at: it may fail.
  if (!ALWAYS.has(top)) mayRaise(run, `import ${name}`)
  return false
}

function fail(run: Run, frame: Frame, name: string, line: number): void {
  if (run.guards.length > 0) throw new PythonRaise('ModuleNotFoundError', line)
  run.problems.push({ what: 'import', file: frame.module.file, line, detail: name })
}

export function executeFrom(run: Run, frame: Frame, statement: From): void {
  const module = absoluteName(frame, statement)
  const { names, line } = statement
  if (module === null) throw new NotFollowed()
  const imported = importByName(run, frame, module, line)
  if (names === null) return importAll(run, frame, module, imported, line)
  for (const { name, as } of names) {
    const full = `${module}.${name}`
    // By its version, a package may not have it.
    if (!imported && !SURE.has(full)) mayRaise(run, `import ${full}`)
    bind(run, frame, as, imported ? memberOf(run, frame, module, name, line) : ref(full), line)
  }
}

/** `..base` from the package it is in. null: above the top. */
function absoluteName(frame: Frame, { level, module }: From): string | null {
  if (level === 0) return module
  const { module: own, isPackage } = frame.module
  const parts = own.split('.')
  const kept = parts.slice(0, parts.length - level + (isPackage ? 1 : 0))
  if (kept.length === 0) return null
  return module === '' ? kept.join('.') : `${kept.join('.')}.${module}`
}

function memberOf(run: Run, frame: Frame, module: string, name: string, line: number, exception = 'ImportError'): Py {
  const scope = run.state.modules.get(module)
  const held = scope === undefined ? null : readName(scope, name)
  const origin = scope?.names.get(name)?.at
  if (held !== null) return held.from === undefined && held.t === 'str' && origin !== undefined ? { ...held, from: origin } : held
  if (importModule(run, `${module}.${name}`) === 'imported') return { t: 'module', name: `${module}.${name}` }
  return missing(run, exception, line, `${module} has no ${name} at ${place(frame, line)}`)
}

function importAll(run: Run, frame: Frame, module: string, imported: boolean, line: number): void {
  const scope = run.state.modules.get(module)
  const where = place(frame, line)
  if (frame.code !== null) throw new NotFollowed()
  if (!imported || scope === undefined) {
    // Python's own and known packages bring no settings by a star.
    if (!isHarmless(module) || module === 'django.conf.global_settings') doubt(run, frame, `import * from ${module} at ${where}`)
    return
  }
  if (scope.doubt !== null) return doubt(run, frame, scope.doubt)
  // An import in a circle sees what is there so far; what that is depends on who came first.
  if (!scope.complete) doubt(run, frame, `an import in a circle at ${where}`)
  const listed = readName(scope, '__all__')
  const wanted = listed === null ? null : iterate(listed)
  if (listed !== null && (wanted === null || wanted.some((item) => item.t !== 'str'))) return doubt(run, frame, `import * from ${module} at ${where}`)
  const names = wanted === null ? [...scope.names.keys()].filter((name) => !name.startsWith('_')) : wanted.map((item) => (item.t === 'str' ? item.v : ''))
  for (const name of names) bindName(run.state, frame.scope, name, { value: memberOf(run, frame, module, name, line, 'AttributeError'), at: originOf(scope, frame, name, line) })
}

function originOf(scope: Scope, frame: Frame, name: string, line: number): ReturnType<typeof at> {
  const found = scope.names.get(name)?.at
  return found?.kind === 'file' ? found : at(frame, line)
}

function doubt(run: Run, { scope }: Frame, why: string): void {
  escape(run.state, doubtScope(scope, why), why)
  mayRaise(run, why)
}
