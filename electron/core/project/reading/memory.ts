import { ANY_NAME } from '../python/file.ts'
import { isHarmless, REACHES } from './known-packages.ts'
import type { Scope, State } from './state.ts'
import type { Locals, Py, PyFunction } from './values.ts'
import { unknown } from './values.ts'

/**
 * The model of Python's memory, and why what is read from it is true.
 *
 * 1. One way at a time. A reading goes one way through the code, as Python does, over plain objects that are shared as Python shares
 *    them: a list, a dict or a set is one cell, whatever holds it. Nothing is ever copied to be joined later. Where Python may go two
 *    ways and nothing here says which, the whole reading is done again for the other way (`worlds.ts`). A setting is a fact when all
 *    ways end with the same value; if not, it is one of the values that they end with, and these are all.
 * 2. What is not followed is not guessed. Code that is not followed can do something only to what it can get hold of: by a name that
 *    it has, by what it is given, by what is in that, by functions that it can call, by `globals()` and its like. All that escapes.
 * 3. To escape is for ever. Code that is not followed may keep what it got, and use it whenever anything runs. So an escaped
 *    container is unknown from then on, and what is put into one escapes too; an escaped function may be called at any time, so names that
 *    it binds are unknown from then on, and what is bound to names that it reads escapes.
 * 4. An unknown value may be any of the things that it came from: it carries them (`reach`). To change, call or give away an unknown
 *    value is to do so with all of them.
 *
 * What cannot be changed (a text, a number, a path) stays what it is, whoever has it; only the name may be bound anew.
 */
export function escape(state: State, roots: readonly Py[], why: string): void {
  const seen = new Set<object>()
  const waiting = [...roots]
  const visit = (thing: object): boolean => {
    if (seen.has(thing)) return false
    seen.add(thing)
    return true
  }
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    switch (value.t) {
      case 'list': case 'set':
        if (!visit(value.cell)) break
        value.cell.spoiled ??= why
        waiting.push(...value.cell.items)
        break
      case 'dict':
        if (!visit(value.cell)) break
        value.cell.spoiled ??= why
        for (const entry of value.cell.entries.values()) waiting.push(entry.value)
        break
      case 'tuple':
        if (visit(value)) waiting.push(...value.items)
        break
      case 'view': case 'method':
        waiting.push(value.of)
        break
      case 'unknown':
        if (visit(value)) waiting.push(...value.reach)
        break
      case 'cast':
        if (value.item !== null) waiting.push(value.item)
        break
      case 'env':
        if (visit(value)) for (const { cast, fallback } of value.scheme.values()) waiting.push(...[cast, fallback].filter((item) => item !== null))
        break
      case 'function':
        if (visit(value.code) || !isExposed(value)) waiting.push(...expose(state, value, why))
        break
      case 'module':
        if (visit(value)) waiting.push(...doubtModule(state, value.name, why))
        break
      case 'ref':
        waiting.push(...escapeReference(state, value.name, why))
        break
      default:
    }
  }
}

function isExposed(value: PyFunction): boolean {
  return value.closure.every(({ exposed }) => exposed !== null)
}

/** Names by which code can reach every name of its module. */
const REACHES_ALL = new Set(['globals', 'locals', 'vars', 'exec', 'eval', 'setattr', 'delattr', '__dict__', '__globals__', '__import__', '_getframe', 'currentframe', 'import_module', 'run_path', 'modules', ANY_NAME])
const REACHES_ENVIRONMENT = new Set(['environ', 'putenv', 'unsetenv', 'load_dotenv', 'read_dotenv', 'read_env'])

/** A function may be called from now on at any time. @returns what it can get hold of */
function expose(state: State, fn: PyFunction, why: string): readonly Py[] {
  const scope = state.modules.get(fn.module)
  const found: Py[] = [...fn.defaults.filter((value) => value !== null)]
  for (const locals of fn.closure) found.push(...exposeLocals(locals, why))
  if (scope === undefined) return found
  for (const name of fn.code.mentions) {
    found.push(...reachName(state, scope, name, why))
    if (!scope.exposed.has(name)) scope.exposed.set(name, why)
  }
  for (const name of fn.code.globals) if (!scope.unstable.has(name)) scope.unstable.set(name, why)
  return found
}

export function exposeLocals(locals: Locals, why: string): readonly Py[] {
  if (locals.exposed !== null) return []
  locals.exposed = why
  return [...locals.names.values()]
}

/** What code gets hold of by a name, or by an attribute of that name. */
export function reachName(state: State, scope: Scope, name: string, why: string): readonly Py[] {
  if (REACHES_ENVIRONMENT.has(name)) state.environDoubt ??= why
  const held = scope.names.get(name)?.value
  if (!REACHES_ALL.has(name)) return held === undefined ? [] : [held]
  return doubtScope(scope, why)
}

/** Any name of the module may be bound or changed from now on. @returns what they hold */
export function doubtScope(scope: Scope, why: string): readonly Py[] {
  if (scope.doubt !== null) return []
  scope.doubt = why
  return [...scope.names.values()].map(({ value }) => value)
}

function doubtModule(state: State, name: string, why: string): readonly Py[] {
  const found: Py[] = []
  // With a package, its modules.
  for (const [module, scope] of state.modules) if (module === name || module.startsWith(`${name}.`)) found.push(...doubtScope(scope, why))
  return found
}

/** Something of a package is given away, or may be called. */
function escapeReference(state: State, name: string, why: string): readonly Py[] {
  if (name === 'os' || name.startsWith('os.environ') || REACHES_ENVIRONMENT.has(name.slice(name.lastIndexOf('.') + 1)) || !isHarmless(name)) state.environDoubt ??= why
  if (name.startsWith('sys.path')) state.pathDoubt ??= why
  return REACHES.has(name) || name === 'sys.modules' ? [...state.modules.values()].flatMap((scope) => doubtScope(scope, why)) : []
}

/** What a name of a module holds, as far as it is known. null: nothing. */
export function readName(scope: Scope, name: string): Py | null {
  const binding = scope.names.get(name)
  const why = scope.doubt ?? scope.unstable.get(name)
  if (why !== undefined && why !== null) return unknown(why)
  return binding?.value ?? null
}

/** Binds a name of a module. Where code that escaped can see the name, what is bound to it escapes. */
export function bindName(state: State, scope: Scope, name: string, binding: Scope['names'] extends Map<string, infer Bound> ? Bound : never): void {
  const why = scope.doubt ?? scope.exposed.get(name) ?? null
  scope.names.set(name, binding)
  if (why !== null) escape(state, [binding.value], why)
}

export function bindLocal(state: State, locals: Locals, name: string, value: Py): void {
  locals.names.set(name, value)
  if (locals.exposed !== null) escape(state, [value], locals.exposed)
}

/** After it, nothing in the memory that can be changed is known. */
export function escapeAll(state: State, why: string): void {
  escape(state, [...state.modules.values()].flatMap((scope) => [...scope.names.values()].map(({ value }) => value)), why)
}
