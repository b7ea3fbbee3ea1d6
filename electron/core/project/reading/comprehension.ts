import type { Clause, Expr } from '../python/ast.ts'
import { evaluate, unique } from './evaluate.ts'
import { iterate, iterateLive } from './iterate.ts'
import { escape } from './memory.ts'
import type { Frame, Run } from './run.ts'
import { giveUp, lookUp, mayRaise, NotFollowed, place, spend } from './run.ts'
import { truthOf } from './truth.ts'
import type { Locals, Py } from './values.ts'
import { dict, isInert, keyOf, list, NONE, set, setEntry, settle, unknown } from './values.ts'

type Comprehension = Extract<Expr, { type: 'comprehension' }>

export function evaluateComprehension(run: Run, frame: Frame, expr: Comprehension): Py {
  const why = `a comprehension at ${place(frame, expr.line)}`
  const [first] = expr.clauses
  if (expr.kind !== 'generator' || first === undefined) return follow(run, frame, expr, why)
  // Its first iterable is evaluated now; the rest runs later, perhaps.
  const of = evaluate(run, frame, first.of)
  exposeCode(run, frame, expr, why)
  giveUp(run, frame, expr, why, of)
  return unknown(why, of)
}

/** Code that runs later sees the names of functions around it. */
function exposeCode(run: Run, frame: Frame, expr: Comprehension, why: string): void {
  const code = { name: 'generator', parameters: [], body: [], isPlain: false, mentions: expr.mentions, binds: [], own: [], globals: expr.binds, signature: [], line: expr.line }
  const closure = [...frame.inner.toReversed(), ...(frame.locals === null ? [] : [frame.locals]), ...frame.closure]
  escape(run.state, [{ t: 'function', code, module: frame.module.module, isOpaque: true, defaults: [], closure }], why)
}

/**
 * A generator that is all that a call is given, its items taken at once. null: it does not matter only what they are, but also when
 * they are asked for.
 */
export function takeGenerator(run: Run, frame: Frame, expr: Comprehension): Py | null {
  const names = new Set(expr.clauses.flatMap(({ targets }) => targetNames(targets)))
  const parts = [expr.value, ...expr.clauses.flatMap(({ tests }) => tests), ...expr.clauses.slice(1).map(({ of }) => of)]
  const isPure = parts.every((part) => isPassive(part, (name) => {
    if (names.has(name)) return true
    const held = lookUp(frame, name)
    return held === null || isInert(held) || held.t === 'ref'
  }))
  return isPure ? follow(run, frame, { ...expr, kind: 'list' }, `a comprehension at ${place(frame, expr.line)}`) : null
}

const CONSTANTS = new Set(['str', 'bytes', 'int', 'float', 'bool', 'none', 'ellipsis'])
const TEXT_METHODS = new Set(['strip', 'lstrip', 'rstrip', 'lower', 'upper', 'startswith', 'endswith', 'split', 'replace', 'format'])
const PURE = new Set(['str', 'int', 'len', 'bool', 'Path'])

/** It gives the same whenever it is evaluated, and changes nothing. */
function isPassive(expr: Expr, isFixed: (name: string) => boolean): boolean {
  const again = (inner: Expr): boolean => isPassive(inner, isFixed)
  if (CONSTANTS.has(expr.type)) return true
  switch (expr.type) {
    case 'name': return isFixed(expr.name)
    case 'unary': return again(expr.of)
    case 'binary': return again(expr.left) && again(expr.right)
    case 'logic': return again(expr.left) && again(expr.right)
    case 'compare': return again(expr.first) && expr.rest.every((item) => again(item.expr))
    case 'conditional': return again(expr.test) && again(expr.then) && again(expr.otherwise)
    case 'tuple': return expr.items.every(again)
    case 'fstring': return expr.pieces.every((piece) => typeof piece === 'string' || again(piece.expr))
    case 'call': return expr.keywords.length === 0 && expr.args.every(again) && (expr.callee.type === 'name' ? PURE.has(expr.callee.name) && isFixed(expr.callee.name) : expr.callee.type === 'attribute' && TEXT_METHODS.has(expr.callee.name) && again(expr.callee.of))
    default: return false
  }
}

function targetNames(target: Expr): string[] {
  if (target.type === 'name') return [target.name]
  return target.type === 'tuple' || target.type === 'list' ? target.items.flatMap(targetNames) : []
}

function follow(run: Run, frame: Frame, expr: Comprehension, why: string): Py {
  const own: Locals = { names: new Map(), exposed: null }
  const inner: Frame = { ...frame, inner: [...frame.inner, own] }
  const items: Py[] = []
  const entries = dict()
  const add = (): void => {
    if (expr.key === null) {
      items.push(evaluate(run, inner, expr.value))
      return
    }
    const key = evaluate(run, inner, expr.key)
    const value = evaluate(run, inner, expr.value)
    items.push(value)
    const name = keyOf(key)
    if (name === null) throw new NotFollowed()
    setEntry(entries, name, key, value)
  }
  try {
    runClauses(run, inner, own, expr.clauses, add)
    if (expr.kind === 'set' && items.some((item) => keyOf(item) === null)) throw new NotFollowed()
  } catch (error) {
    if (!(error instanceof NotFollowed)) throw error
    giveUp(run, inner, expr, why, ...own.names.values(), ...items)
    return unknown(why)
  }
  if (expr.kind === 'dict') return entries
  return expr.kind === 'set' ? set(unique(items)) : list(items)
}

/** Whatever is held when it cannot be followed escapes. */
function runClauses(run: Run, frame: Frame, own: Locals, clauses: readonly Clause[], add: () => void): void {
  const [clause, ...rest] = clauses
  if (clause === undefined) {
    add()
    return
  }
  const of = evaluate(run, frame, clause.of)
  try {
    const items = iterateLive(of)
    if (items === null) throw new NotFollowed()
    for (const item of items) {
      spend(run)
      unpack(run, own, clause.targets, item)
      let isWanted: boolean | null = true
      for (const test of clause.tests) {
        isWanted = truthOf(settle(evaluate(run, frame, test)))
        if (isWanted !== true) break
      }
      if (isWanted === null) throw new NotFollowed()
      if (isWanted) runClauses(run, frame, own, rest, add)
    }
  } catch (error) {
    if (error instanceof NotFollowed) escape(run.state, [of], `a comprehension at ${place(frame, clause.of.line)}`)
    throw error
  }
}

/** Names in a comprehension's head; everything else is not followed. */
function unpack(run: Run, own: Locals, target: Expr, value: Py): void {
  if (target.type === 'name') {
    own.names.set(target.name, value)
    return
  }
  const items = target.type === 'tuple' || target.type === 'list' ? iterate(value) : null
  if (items === null || (target.type !== 'tuple' && target.type !== 'list') || items.length !== target.items.length) {
    if (items !== null) mayRaise(run, 'unpacking')
    throw new NotFollowed()
  }
  for (const [index, inner] of target.items.entries()) unpack(run, own, inner, items[index] ?? NONE)
}
