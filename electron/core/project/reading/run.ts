import type { ReadingProblem } from '../../../../shared/model/project.ts'
import type { Expr, Statement } from '../python/ast.ts'
import type { Binding, Scope, State } from './state.ts'
import { spoil } from './state.ts'
import type { Py } from './values.ts'
import { unknown } from './values.ts'

/** A module of the project, read. */
export interface ModuleFile {
  readonly module: string
  /** From the project's folder, with `/`. */
  readonly file: string
  /** Absolute. */
  readonly path: string
  readonly isPackage: boolean
  readonly statements: readonly Statement[]
}

/** A file of the project that reading looked into. */
export interface FollowedFile {
  /** From the project's folder, with `/`. */
  readonly file: string
  /** SHA-256 of all its bytes. null: it could not be read whole, or lies outside. */
  readonly hash: string | null
}

/** What reading may look at: files that were read before, and small ones within the project. Nothing is run or connected to. */
export interface World {
  /** Absolute, real path of the first entry of Python's path. */
  readonly root: string
  /** null: no module of the project, so of Python, of a package, or nowhere. */
  findModule(name: string): ModuleFile | 'namespace' | null
  /** Text of a small file within the project. null: there is none, or it may not be read. */
  readText(path: string): string | null
  /** null: outside of the project, so not looked at. */
  exists(path: string): 'file' | 'folder' | 'no' | null
  /** With links resolved. null: outside of the project. */
  realPath(path: string): string | null
}

/** Where code runs: a module, or a function within it. */
export interface Frame {
  readonly module: ModuleFile
  /** Names of the function. null: the module itself. */
  readonly locals: Map<string, Py> | null
  readonly scope: Scope
  /** Names of exceptions that a `try` around would catch; `*` for all. */
  readonly catching: readonly string[]
}

export type Completion =
  | { readonly kind: 'normal' | 'break' | 'continue' }
  | { readonly kind: 'return'; readonly value: Py }
  /** `name` is the exception's own, like `ImportError`; `line` where it was raised. */
  | { readonly kind: 'raise'; readonly name: string; readonly line: number }

/** One reading: its state, and how much it may still do. */
export interface Run {
  state: State
  readonly world: World
  readonly problems: ReadingProblem[]
  /** Names of variables that the settings ask for. */
  readonly asked: Set<string>
  stepsLeft: number
  /** How many calls and imports are open. */
  depth: number
  /** Set by anything that is not followed, and so may raise. */
  doubt: string | null
  readonly evaluate: (run: Run, frame: Frame, expr: Expr) => Py
  readonly execute: (run: Run, frame: Frame, statements: readonly Statement[]) => Completion
}

/** Python would raise here, and something around catches it. */
export class PythonRaise extends Error {
  readonly exception: string
  readonly line: number
  constructor(exception: string, line: number) {
    super(exception)
    this.exception = exception
    this.line = line
  }
}

/** What follows cannot be told; the statement as a whole is given up, and all that it names with it. */
export class NotFollowed extends Error {}

/** Where the code goes on is not known: the loop, or the try statement, around it is given up. */
export class FlowUnknown extends NotFollowed {
  readonly leaves: 'for' | 'try'
  constructor(leaves: 'for' | 'try') {
    super()
    this.leaves = leaves
  }
}

/** The budget is used up. */
export class BudgetSpent extends Error {}

export const NORMAL: Completion = { kind: 'normal' }

export function spend(run: Run, steps = 1): void {
  run.stepsLeft -= steps
  if (run.stepsLeft < 0) throw new BudgetSpent()
}

export function at(frame: Frame, line: number): { readonly kind: 'file'; readonly file: string; readonly line: number } {
  return { kind: 'file', file: frame.module.file, line }
}

export function place(frame: Frame, line: number): string {
  return `${frame.module.file}:${line}`
}

/** Something is not followed: it gives no value, and may raise. */
export function notKnown(run: Run, why: string): Py {
  run.doubt ??= why
  return unknown(why)
}

export function bind(run: Run, frame: Frame, name: string, value: Py, line: number): void {
  if (frame.locals !== null) frame.locals.set(name, value)
  else currentScope(run, frame).names.set(name, { value, at: at(frame, line) })
}

/** The state may have been forked since the frame began. */
export function currentScope(run: Run, frame: Frame): Scope {
  return run.state.modules.get(frame.module.module) ?? frame.scope
}

export function lookUp(run: Run, frame: Frame, name: string): Binding | null {
  const scope = currentScope(run, frame)
  const local = frame.locals?.get(name)
  if (local !== undefined) return { value: local, at: at(frame, 0) }
  const binding = scope.names.get(name)
  if (scope.doubt !== null) return { value: unknown(scope.doubt), at: binding?.at ?? at(frame, 0) }
  return binding ?? null
}

/** Names by which code can reach every name of its module. */
const REACHES_ALL = ['globals', 'locals', 'vars', 'exec', 'eval', 'setattr', '__dict__', '__import__']

/**
 * An expression that is not followed, and that binds nothing itself, names these: what they hold may be changed by it, and what
 * cannot be changed stays, unless a function that it may call binds the name.
 */
export function giveUpHeld(run: Run, frame: Frame, mentions: readonly string[], why: string): void {
  const called = new Set<string>()
  const waiting = [...mentions]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const held = currentScope(run, frame).names.get(name)?.value
    for (const inner of held === undefined ? [] : mentionsOf(held)) {
      if (!called.has(inner)) waiting.push(inner)
      called.add(inner)
    }
  }
  const stays = (name: string): boolean => {
    const held = frame.locals?.get(name) ?? currentScope(run, frame).names.get(name)?.value
    return held !== undefined && PLAIN.has(held.t) && !called.has(name)
  }
  giveUp(run, frame, mentions.filter((name) => !stays(name)), why)
}

/** Names in the functions that a value is, or holds. */
function mentionsOf(value: Py, depth = 0): readonly string[] {
  if (depth > 4) return []
  switch (value.t) {
    case 'function': return value.code.mentions
    case 'list': case 'set': case 'tuple': return value.items.flatMap((item) => mentionsOf(item, depth + 1))
    case 'dict': return [...value.entries.values()].flatMap((entry) => mentionsOf(entry.value, depth + 1))
    case 'choice': return value.options.flatMap((option) => mentionsOf(option.value, depth + 1))
    default: return []
  }
}

/** Kinds of values that nothing can change. */
const PLAIN: ReadonlySet<Py['t']> = new Set(['none', 'bool', 'int', 'float', 'str', 'bytes', 'path', 'timedelta'])

/** Code that is not followed names these: none of them is known after it, nor what they hold. */
export function giveUp(run: Run, frame: Frame, mentions: readonly string[], why: string): void {
  run.doubt ??= why
  const done = new Set<string>()
  const waiting = [...mentions]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (done.has(name)) continue
    done.add(name)
    if (REACHES_ALL.includes(name)) doubtScope(run, frame, why)
    if (name === 'environ' || name === 'putenv' || name === 'load_dotenv' || name === 'read_env') run.state.environDoubt ??= why
    if (frame.locals?.has(name) === true) frame.locals.set(name, spoiled(frame.locals.get(name), why))
    const binding = currentScope(run, frame).names.get(name)
    if (binding === undefined) currentScope(run, frame).names.set(name, { value: unknown(why), at: at(frame, 0) })
    else {
      // A function that is named may be called, and so may change what it names.
      if (binding.value.t === 'function' && binding.value.module === frame.module.module) waiting.push(...binding.value.code.mentions)
      else currentScope(run, frame).names.set(name, { value: spoiled(binding.value, why), at: binding.at })
    }
  }
}

/** Code that names functions of the project runs, and may call them: what they name is given up, not what it names itself. */
export function giveUpCalled(run: Run, frame: Frame, mentions: readonly string[], why: string): void {
  for (const name of mentions) {
    const held = currentScope(run, frame).names.get(name)?.value
    if (held?.t === 'function' && held.module === frame.module.module) giveUp(run, frame, held.code.mentions, why)
  }
}

/** Modules and classes cannot be bound anew by being named in a call or an attribute; everything else may be. */
function spoiled(value: Py | undefined, why: string): Py {
  if (value === undefined) return unknown(why)
  if (value.t === 'ref' || value.t === 'module' || value.t === 'env') return value
  spoil(value, why)
  return unknown(why)
}

export function doubtScope(run: Run, frame: Frame, why: string): void {
  run.doubt ??= why
  currentScope(run, frame).doubt ??= why
}
