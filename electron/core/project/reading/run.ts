import type { ReadingProblem } from '../../../../shared/model/project.ts'
import type { Expr, FunctionCode, Statement } from '../python/ast.ts'
import { ANY_EXCEPTION } from './exceptions.ts'
import { bindLocal, bindName, escape, reachName, readName } from './memory.ts'
import type { Scope, State } from './state.ts'
import type { Locals, Py } from './values.ts'
import { envOf, unknown, withEnv } from './values.ts'
import type { Guide } from './worlds.ts'
import { BudgetSpent, StartAgain } from './worlds.ts'

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
  /** Modules of the project that have this name in their package. */
  modulesNamed(name: string): readonly string[]
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
  readonly scope: Scope
  /** null: the module itself. */
  readonly code: FunctionCode | null
  /** Names of the function. null: the module itself. */
  readonly locals: Locals | null
  /** Names of comprehensions that run, the innermost last. */
  readonly inner: readonly Locals[]
  /** Names of functions around it, the innermost first. */
  readonly closure: readonly Locals[]
}

export type Completion =
  | { readonly kind: 'normal' | 'break' | 'continue' }
  | { readonly kind: 'return'; readonly value: Py }
  /** `name` as in `exceptions.ts`; `line` where it was raised. */
  | { readonly kind: 'raise'; readonly name: string; readonly line: number }

/** One reading: its state, which way it goes, and how much it may still do. */
export interface Run {
  readonly state: State
  readonly world: World
  /** `manage.py`, which runs before the settings. */
  readonly main: ModuleFile | null
  readonly guide: Guide
  readonly problems: ReadingProblem[]
  /** Names of variables that the settings ask for. */
  readonly asked: Set<string>
  stepsLeft: number
  /** How many calls and imports are open. */
  depth: number
  /** How many loops of the module or function that runs are open. */
  loops: number
  /** Statements around that may catch what is raised. */
  readonly guards: Statement[]
  /** What is done now. */
  current: Statement | null
  /** Unknown values of which it was asked whether Python raises in their place. */
  readonly judged: WeakSet<Py>
  /** Variables that decided about the code that runs. */
  readonly deciding: (readonly string[])[]
  /** The last reading: what is too long for it is given up, in place of the reading. */
  readonly isLast: boolean
  readonly execute: (run: Run, frame: Frame, statements: readonly Statement[]) => Completion
  readonly evaluate: (run: Run, frame: Frame, expr: Expr) => Py
}

/** Python raises here. */
export class PythonRaise extends Error {
  readonly exception: string
  readonly line: number
  constructor(exception: string, line: number) {
    super(exception)
    this.exception = exception
    this.line = line
  }
}

/**
 * What follows cannot be told: the statement is given up as a whole. It is thrown only where nothing is held that no name, argument or
 * item leads to.
 */
export class NotFollowed extends Error {}

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

/** Which of two ways. Where too many are open, the statement that asks is not followed. */
export function either(run: Run, where: string, when: readonly [string, string], from: readonly Py[], asks: Statement | null = run.current): 0 | 1 {
  const way = run.guide.either(where, when, envOf(...from).env ?? [])
  if (way !== null) return way
  if (asks === null) throw new BudgetSpent()
  throw new StartAgain(asks)
}

/** Something that is not followed may raise. Where nothing would catch it, Django does not start, and nothing is to be told. */
export function mayRaise(run: Run, why: string): void {
  const guard = run.guards.at(-1)
  if (guard === undefined) return
  if (either(run, why, [`${why} works`, `${why} fails`], [], guard) === 1) throw new PythonRaise(ANY_EXCEPTION, guard.line)
}

/** Python raises, for all that is known: where something would catch it. Elsewhere Django does not start, and the value does not matter. */
export function missing(run: Run, exception: string, line: number, why: string): Py {
  if (run.guards.length > 0) throw new PythonRaise(exception, line)
  return unknown(why)
}

/** Something is not followed: it gives no value, and may raise. @param from what the value is made of */
export function notKnown(run: Run, why: string, ...from: readonly Py[]): Py {
  mayRaise(run, why)
  const value = unknown(why, ...from)
  run.judged.add(value)
  return value
}

/** Binds a name where the code stands; comprehensions have only their own. */
export function bind(run: Run, frame: Frame, name: string, value: Py, line: number): void {
  const isOwn = frame.locals !== null && frame.code?.own.includes(name) !== true
  if (isOwn && frame.locals !== null) bindLocal(run.state, frame.locals, name, value)
  else bindName(run.state, frame.scope, name, { value: decided(run, value), at: at(frame, line) })
}

function decided(run: Run, value: Py): Py {
  return run.deciding.length === 0 ? value : withEnv(value, { t: 'none', env: run.deciding.flat() })
}

/** What a name stands for. null: nothing that is known here. */
export function lookUp(frame: Frame, name: string): Py | null {
  for (const locals of frame.inner.toReversed()) if (locals.names.has(name)) return localOf(locals, name)
  const isOwn = frame.code?.own.includes(name) !== true
  if (frame.locals?.names.has(name) === true && isOwn) return localOf(frame.locals, name)
  // Bound somewhere in the function, so its own, and not bound yet: Python would raise.
  if (frame.code !== null && frame.code.binds.includes(name) && isOwn) return unknown(`${name} may not be set`, ...[readName(frame.scope, name)].filter((value) => value !== null))
  for (const locals of frame.closure) if (locals.names.has(name)) return localOf(locals, name)
  return readName(frame.scope, name)
}

function localOf(locals: Locals, name: string): Py {
  return locals.exposed === null ? (locals.names.get(name) ?? unknown('')) : unknown(locals.exposed)
}

/** Code that is not followed runs here, perhaps: what it can get hold of escapes, what it may bind is unknown. */
export function giveUp(run: Run, frame: Frame, code: { readonly mentions: readonly string[]; readonly binds: readonly string[] }, why: string, ...held: readonly Py[]): void {
  escape(run.state, [...held, ...reachOf(run, frame, code.mentions, why)], why)
  for (const name of code.binds) {
    for (const locals of frame.inner) if (locals.names.has(name)) locals.names.set(name, unknown(why))
    bind(run, frame, name, unknown(why), 0)
  }
  mayRaise(run, why)
}

function reachOf(run: Run, frame: Frame, mentions: readonly string[], why: string): Py[] {
  const found: Py[] = []
  for (const name of mentions) {
    for (const locals of [...frame.inner, ...(frame.locals === null ? [] : [frame.locals]), ...frame.closure]) {
      const held = locals.names.get(name)
      if (held !== undefined) found.push(held)
    }
    found.push(...reachName(run.state, frame.scope, name, why))
    if (run.world.modulesNamed(name).some((module) => !run.state.modules.has(module))) found.push(...importedLater(run, why))
  }
  return found
}

/** It may import a module of the project that did not run before, which may do anything with what others have. */
function importedLater(run: Run, why: string): readonly Py[] {
  run.state.environDoubt ??= why
  return [...run.state.modules.values()].flatMap((scope) => [...scope.names.values()].map(({ value }) => value))
}
