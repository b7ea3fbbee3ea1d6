import type { Expr } from '../python/ast.ts'
import { takeGenerator } from './comprehension.ts'
import { callEnv } from './environ-library.ts'
import { evaluate } from './evaluate.ts'
import { iterate } from './iterate.ts'
import { isHarmless, REACHES } from './known-packages.ts'
import { LIBRARY } from './library.ts'
import { doubtScope, escape } from './memory.ts'
import { callMethod } from './methods.ts'
import type { Completion, Frame, Run } from './run.ts'
import { notKnown, NotFollowed, place, PythonRaise, spend } from './run.ts'
import type { Locals, Py, PyFunction } from './values.ts'
import { envOf, NONE, settle, unknown } from './values.ts'

const MAX_DEPTH = 12

/** A call, its arguments evaluated. */
export interface Call {
  readonly run: Run
  readonly frame: Frame
  readonly line: number
  /** The callee in the project's words. */
  readonly what: string
  readonly args: readonly Py[]
  readonly keywords: ReadonlyMap<string, Py>
  /** `*` or `**` brought arguments that are not known. What they came from is among `args`. */
  readonly spread: boolean
  /** An argument is the module's own name, by which it can be found and changed. */
  readonly givesModule: boolean
}

export function argument(call: Call, index: number, name: string): Py | undefined {
  return call.keywords.get(name) ?? call.args[index]
}

export function isGiven(call: Call, index: number, name: string): boolean {
  return argument(call, index, name) !== undefined
}

/** All that is given. */
export function givenTo(call: Call): Py[] {
  return [...call.args, ...call.keywords.values()]
}

export function callValue(run: Run, frame: Frame, expr: Extract<Expr, { type: 'call' }>): Py {
  const callee = evaluate(run, frame, expr.callee)
  const given = evaluateArguments(run, frame, expr)
  const call: Call = { run, frame, line: expr.line, what: spell(expr.callee), ...given, givesModule: expr.args.some((arg) => arg.type === 'name' && arg.name === '__name__') }
  return dispatch(call, callee)
}

function spell(expr: Expr): string {
  if (expr.type === 'name') return expr.name
  if (expr.type === 'attribute') return `${spell(expr.of)}.${expr.name}`
  return expr.type === 'call' ? `${spell(expr.callee)}()` : '…'
}

function evaluateArguments(run: Run, frame: Frame, expr: Extract<Expr, { type: 'call' }>): { args: Py[]; keywords: Map<string, Py>; spread: boolean } {
  const args: Py[] = []
  const keywords = new Map<string, Py>()
  let spread = false
  const [only] = expr.args
  const isGenerator = expr.args.length === 1 && expr.keywords.length === 0 && only?.type === 'comprehension' && only.kind === 'generator'
  const taken = isGenerator ? takeGenerator(run, frame, only) : null
  if (taken !== null) return { args: [taken], keywords, spread }
  for (const arg of expr.args) {
    if (arg.type !== 'star') {
      args.push(evaluate(run, frame, arg))
      continue
    }
    const of = evaluate(run, frame, arg.of)
    const items = iterate(of)
    if (items === null) spread = true
    args.push(...(items ?? [of]))
  }
  for (const { name, value } of expr.keywords) {
    const held = evaluate(run, frame, value)
    if (name !== null) {
      keywords.set(name, held)
      continue
    }
    const mapping = settle(held)
    const entries = mapping.t === 'dict' ? [...mapping.cell.entries.values()] : []
    if (mapping.t === 'dict' && entries.every(({ key }) => key.t === 'str' && !keywords.has(key.v))) for (const entry of entries) keywords.set(entry.key.t === 'str' ? entry.key.v : '', entry.value)
    else {
      spread = true
      args.push(held)
    }
  }
  return { args, keywords, spread }
}

function dispatch(call: Call, callee: Py): Py {
  switch (callee.t) {
    case 'env': return callEnv(call, callee, '__call__')
    case 'method': return callee.of.t === 'env' ? callEnv(call, callee.of, callee.name) : callMethod(call, callee.of, callee.name)
    case 'function': return callFunction(call, callee)
    case 'ref': return callReference(call, callee.name)
    default: return unknownCall(call, callee)
  }
}

function callReference(call: Call, name: string): Py {
  const known = LIBRARY.get(name)
  if (known !== undefined) return known(call)
  const why = `${call.what} at ${place(call.frame, call.line)}`
  if (REACHES.has(name)) {
    escape(call.run.state, doubtScope(call.frame.scope, why), why)
    return unknownCall(call)
  }
  if (!isHarmless(name)) {
    // Code that is not known may set variables, and given the module's name it may set names.
    call.run.state.environDoubt ??= why
    if (call.givesModule) escape(call.run.state, doubtScope(call.frame.scope, why), why)
  }
  return unknownCall(call)
}

/** Nothing is known of what it gives, nor of what it does to what it gets hold of. */
export function unknownCall(call: Call, ...more: readonly Py[]): Py {
  const given = [...more, ...givenTo(call)]
  escape(call.run.state, given, `changed by ${call.what}() at ${place(call.frame, call.line)}`)
  // What escaped is unknown by itself: the result need not lead to it.
  return { ...notKnown(call.run, `computed by ${call.what}() at ${place(call.frame, call.line)}`), ...envOf(...given) }
}

/** Calls what was handed in as a function: a cast, a key. */
export function callFunctionValue(call: Call, callee: Py, args: readonly Py[]): Py {
  return dispatch({ ...call, args, keywords: new Map(), spread: false, givesModule: false, what: callee.t === 'ref' ? callee.name : call.what }, callee)
}

/** A function of the project, followed while every step of it is known. */
function callFunction(call: Call, fn: PyFunction): Py {
  const { run, frame: caller } = call
  const locals: Locals = { names: new Map(), exposed: null }
  const module = run.main?.module === fn.module ? run.main : run.world.findModule(fn.module)
  const scope = run.state.modules.get(fn.module)
  const { current, loops } = run
  run.loops = 0
  run.depth += 1
  try {
    if (module === null || module === 'namespace' || scope === undefined || fn.isOpaque || !fn.code.isPlain || run.depth > MAX_DEPTH) throw new NotFollowed()
    spend(run, 2)
    bindParameters(call, fn, locals)
    return resultOf(call, run.execute(run, { module, scope, code: fn.code, locals, inner: [], closure: fn.closure }, fn.code.body))
  } catch (error) {
    if (!(error instanceof NotFollowed)) throw error
    // It ran up to somewhere: whatever it holds there may be changed by the rest of it.
    escape(run.state, [fn, ...locals.names.values()], `changed by ${call.what}() at ${place(caller, call.line)}`)
    return unknownCall(call)
  } finally {
    run.depth -= 1
    run.current = current
    run.loops = loops
  }
}

function resultOf(call: Call, completion: Completion): Py {
  switch (completion.kind) {
    case 'return': return completion.value
    case 'normal': return NONE
    case 'raise':
      if (call.run.guards.length > 0) throw new PythonRaise(completion.name, completion.line)
      return unknown(`${call.what}() raises ${completion.name} at ${place(call.frame, call.line)}`)
    default: throw new NotFollowed()
  }
}

function bindParameters(call: Call, fn: PyFunction, locals: Locals): void {
  const { parameters } = fn.code
  const { args, keywords } = call
  if (parameters === null || call.spread || args.length > parameters.length) throw new NotFollowed()
  const names = new Set(parameters.map((parameter) => parameter.name))
  if ([...keywords.keys()].some((name) => !names.has(name))) throw new NotFollowed()
  for (const [index, { name }] of parameters.entries()) {
    if (index < args.length && keywords.has(name)) throw new NotFollowed()
    const given = args[index] ?? keywords.get(name) ?? fn.defaults[index] ?? null
    if (given === null) throw new NotFollowed()
    locals.names.set(name, given)
  }
}
