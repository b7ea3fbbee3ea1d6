import type { Statement } from '../python/ast.ts'
import { importModule } from './modules.ts'
import type { Frame, Run } from './run.ts'
import { bind, currentScope, doubtScope, NotFollowed, place, PythonRaise } from './run.ts'
import { isCaught } from './operators.ts'
import { isHarmless } from './library.ts'
import type { Py } from './values.ts'
import { ref, unknown } from './values.ts'

type From = Extract<Statement, { type: 'from' }>

/** Modules that Python has loaded before any settings, so that a file of the project cannot stand before them. */
const LOADED = new Set(['os', 'sys', 'builtins', 'posixpath', 'codecs', 'io', 'abc', 'stat'])

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
  if (run.state.pathDoubt.why !== null && run.world.findModule(top) !== null && !run.state.modules.has(top)) throw new NotFollowed()
  if (importModule(run, name, frame) === 'imported') return true
  if (run.world.findModule(top) !== null) fail(run, frame, name, line)
  // Whether a package is installed is not looked at: it may fail.
  if (!ALWAYS.has(top)) run.doubt ??= `import ${name}`
  return false
}

/** What can be imported wherever Django runs. */
const ALWAYS = new Set(['os', 'sys', 'pathlib', 'datetime', 'logging', 'warnings', 'json', 're', 'socket', 'random', 'string', 'secrets', 'hashlib', 'base64', 'uuid', 'time', 'math', 'copy', 'collections', 'itertools', 'functools', 'tempfile', 'django', 'typing', 'importlib', 'urllib', 'ssl', 'subprocess', 'platform', 'contextlib', 'glob', 'shutil', 'inspect'])

function fail(run: Run, frame: Frame, name: string, line: number): void {
  if (isCaught(frame, 'ModuleNotFoundError')) throw new PythonRaise('ModuleNotFoundError', line)
  run.doubt ??= `import ${name}`
  run.problems.push({ what: 'import', file: frame.module.file, line, detail: name })
}

export function executeFrom(run: Run, frame: Frame, statement: From): void {
  const module = absoluteName(frame, statement)
  const { names, line } = statement
  if (module === null) throw new NotFollowed()
  const imported = importByName(run, frame, module, line)
  if (names === null) return importAll(run, frame, module, imported, line)
  for (const { name, as } of names) bind(run, frame, as, imported ? memberOf(run, frame, module, name, line) : ref(`${module}.${name}`), line)
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

function memberOf(run: Run, frame: Frame, module: string, name: string, line: number): Py {
  const scope = run.state.modules.get(module)
  const binding = scope?.names.get(name)
  if (scope !== undefined && scope.doubt !== null) return unknown(scope.doubt)
  if (binding !== undefined && binding.value.t !== 'absent') return binding.value.from === undefined && binding.value.t === 'str' ? { ...binding.value, from: binding.at } : binding.value
  if (importModule(run, `${module}.${name}`, frame) === 'imported') return { t: 'module', name: `${module}.${name}` }
  if (isCaught(frame, 'ImportError')) throw new PythonRaise('ImportError', line)
  run.doubt ??= `import ${name}`
  return unknown(`${module} has no ${name} at ${place(frame, line)}`)
}

function importAll(run: Run, frame: Frame, module: string, imported: boolean, line: number): void {
  const scope = run.state.modules.get(module)
  const where = place(frame, line)
  if (frame.locals !== null) throw new NotFollowed()
  if (!imported || scope === undefined) {
    // Python's own and known packages bring no settings by a star.
    if (isHarmless(module) && module !== 'django.conf.global_settings') return
    return doubtScope(run, frame, `import * from ${module} at ${where}`)
  }
  if (scope.doubt !== null) doubtScope(run, frame, scope.doubt)
  // An import in a circle sees what is there so far; what that is depends on who came first.
  if (!scope.complete) doubtScope(run, frame, `an import in a circle at ${where}`)
  const listed = scope.names.get('__all__')
  const wanted = listed?.value.t === 'list' || listed?.value.t === 'tuple' ? listed.value.items : null
  if (listed !== undefined && (wanted === null || wanted.some((item) => item.t !== 'str'))) return doubtScope(run, frame, `import * from ${module} at ${where}`)
  const chosen = wanted === null ? null : new Set(wanted.map((item) => (item.t === 'str' ? item.v : '')))
  const target = currentScope(run, frame)
  for (const [name, binding] of scope.names) {
    if (chosen === null ? name.startsWith('_') : !chosen.has(name)) continue
    const own = target.names.get(name)
    // Bound on one way only: on the other, what was here stays.
    if (binding.value.t === 'choice' && binding.value.options.some((option) => option.value.t === 'absent')) {
      const options = binding.value.options.map((option) => (option.value.t === 'absent' && own !== undefined ? { ...option, value: own.value, at: own.at } : option))
      target.names.set(name, { value: { ...binding.value, options }, at: binding.at })
    } else target.names.set(name, binding)
  }
}
