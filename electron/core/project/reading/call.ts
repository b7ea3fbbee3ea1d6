import type { Expr } from '../python/ast.ts'
import { evaluate, iterate } from './evaluate.ts'
import { callEnv } from './environ-library.ts'
import { isHarmless, LIBRARY, REACHES } from './library.ts'
import { callMethod } from './methods.ts'
import type { Completion, Frame, Run } from './run.ts'
import { doubtScope, giveUp, notKnown, NotFollowed, place, spend } from './run.ts'
import { changeOptions } from './speculate.ts'
import { settle, spoil } from './state.ts'
import type { Py, PyChoice } from './values.ts'
import { isMutable, NONE, unknown } from './values.ts'

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
  /** `*` or `**` brought arguments that are not known. */
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
  for (const arg of expr.args) {
    if (arg.type !== 'star') {
      args.push(evaluate(run, frame, arg))
      continue
    }
    const items = iterate(evaluate(run, frame, arg.of))
    if (items === null) spread = true
    else args.push(...items)
  }
  for (const { name, value } of expr.keywords) {
    const held = evaluate(run, frame, value)
    if (name !== null) {
      keywords.set(name, held)
      continue
    }
    const mapping = settle(held)
    if (mapping.t !== 'dict') spread = true
    else {
      for (const { key, value: item } of mapping.entries.values()) {
        if (key.t === 'str') keywords.set(key.v, item)
        else spread = true
      }
    }
  }
  return { args, keywords, spread }
}

function dispatch(call: Call, callee: Py): Py {
  switch (callee.t) {
    case 'env': return callEnv(call, callee, '__call__')
    case 'method': return callee.of.t === 'env' ? callEnv(call, callee.of, callee.name) : callMethod(call, callee.of, callee.name)
    case 'function': return callFunction(call, callee, call.args)
    case 'ref': return callReference(call, callee.name)
    case 'choice':
      if (callee.options.every((option) => option.value.t === 'method')) return callOptions(call, callee)
      for (const option of callee.options) {
        spoilFunction(call, option.value)
        spoil(option.value, `changed by ${call.what}() at ${place(call.frame, call.line)}`)
      }
      return unknownCall(call)
    default: return unknownCall(call)
  }
}

/** A method of one of several values: each is called in its own world. */
function callOptions(call: Call, callee: PyChoice): Py {
  const why = `changed by ${call.what}() at ${place(call.frame, call.line)}`
  // What is given would be held by several worlds at once.
  for (const value of [...call.args, ...call.keywords.values()]) if (isMutable(value)) spoil(value, why)
  const receivers = { ...callee, options: callee.options.map((option) => ({ ...option, value: option.value.t === 'method' ? option.value.of : option.value })) }
  const [first] = callee.options
  const name = first?.value.t === 'method' ? first.value.name : ''
  return changeOptions(call.run, receivers, why, (of) => callMethod(call, of, name))
}

function callReference(call: Call, name: string): Py {
  const known = LIBRARY.get(name)
  if (known !== undefined) return known(call)
  if (REACHES.has(name)) {
    doubtScope(call.run, call.frame, `${call.what} at ${place(call.frame, call.line)}`)
    return unknownCall(call)
  }
  if (!isHarmless(name)) {
    const why = `${call.what} at ${place(call.frame, call.line)}`
    // Code that is not known may set variables, and given the module's name it may set names.
    call.run.state.environDoubt ??= why
    if (call.givesModule) doubtScope(call.run, call.frame, why)
  }
  return unknownCall(call)
}

/** Nothing is known of what it gives, nor of what it did to what it was given. */
export function unknownCall(call: Call): Py {
  const why = `computed by ${call.what}() at ${place(call.frame, call.line)}`
  for (const value of [...call.args, ...call.keywords.values()]) {
    spoil(value, `changed by ${call.what}() at ${place(call.frame, call.line)}`)
    spoilFunction(call, value)
  }
  const env = [...call.args, ...call.keywords.values()].flatMap((value) => value.env ?? [])
  return { ...notKnown(call.run, why), ...(env.length === 0 ? {} : { env: [...new Set(env)] }) }
}

/** A function that is handed on may be called. */
function spoilFunction(call: Call, value: Py): void {
  if (value.t !== 'function') return
  giveUpFunction(call, value, `changed by ${call.what}() at ${place(call.frame, call.line)}`)
}

function giveUpFunction(call: Call, fn: Extract<Py, { t: 'function' }>, why: string): void {
  const frame = frameOf(call, fn, null)
  if (frame !== null) giveUp(call.run, frame, fn.code.mentions, why)
}

/** Calls what was handed in as a function: a cast, a key. */
export function callFunctionValue(call: Call, callee: Py, args: readonly Py[]): Py {
  return dispatch({ ...call, args, keywords: new Map(), spread: false, givesModule: false, what: callee.t === 'ref' ? callee.name : call.what }, callee)
}

function frameOf(call: Call, fn: Extract<Py, { t: 'function' }>, locals: Map<string, Py> | null): Frame | null {
  const module = call.run.world.findModule(fn.module)
  const scope = call.run.state.modules.get(fn.module)
  return module === null || module === 'namespace' || scope === undefined ? null : { module, locals, scope, catching: call.frame.catching }
}

/** A function of the project, followed while every step of it is known. */
function callFunction(call: Call, fn: Extract<Py, { t: 'function' }>, args: readonly Py[]): Py {
  const { run } = call
  const locals = new Map<string, Py>()
  const frame = frameOf(call, fn, locals)
  run.depth += 1
  try {
    if (frame === null || fn.decorated || !fn.code.isPlain || run.depth > MAX_DEPTH) throw new NotFollowed()
    spend(run, 2)
    bindParameters(call, fn, args, locals, frame)
    return resultOf(run.execute(run, frame, fn.code.body))
  } catch (error) {
    if (!(error instanceof NotFollowed)) throw error
    giveUpFunction(call, fn, `changed by ${call.what}() at ${place(call.frame, call.line)}`)
    return unknownCall(call)
  } finally {
    run.depth -= 1
  }
}

function resultOf(completion: Completion): Py {
  switch (completion.kind) {
    case 'return': return completion.value
    case 'normal': return NONE
    default: throw new NotFollowed()
  }
}

function bindParameters(call: Call, fn: Extract<Py, { t: 'function' }>, args: readonly Py[], locals: Map<string, Py>, frame: Frame): void {
  const { parameters } = fn.code
  if (parameters === null || call.spread || args.length > parameters.length) throw new NotFollowed()
  const names = new Set(parameters.map((parameter) => parameter.name))
  if ([...call.keywords.keys()].some((name) => !names.has(name))) throw new NotFollowed()
  for (const [index, { name, fallback }] of parameters.entries()) {
    const given = args[index] ?? call.keywords.get(name)
    if (given === undefined && fallback === null) throw new NotFollowed()
    // A default is evaluated once, when the function is defined: only what cannot have changed since is followed.
    if (given === undefined && fallback !== null && !['str', 'int', 'bool', 'none', 'float'].includes(fallback.type)) throw new NotFollowed()
    locals.set(name, given ?? (fallback === null ? unknown('') : evaluate(call.run, { ...frame, locals: null }, fallback)))
  }
}

