import type { Clause, Expr, FunctionCode } from '../python/ast.ts'
import { callValue } from './call.ts'
import { attributeOf } from './attributes.ts'
import { applyBinary, applyCompare, applyUnary, formatPlain, itemOf, sliceOf, truthOf } from './operators.ts'
import type { Frame, Run } from './run.ts'
import { giveUp, giveUpHeld, lookUp, notKnown, NotFollowed, place, spend } from './run.ts'
import { BUILTINS } from './library.ts'
import { aside, perhaps } from './speculate.ts'
import { settle } from './state.ts'
import type { Py, PyDict } from './values.ts'
import { keyOf, list, makeChoice, mapChoice, mapChoices, NONE, ref, str, tuple, unknown, withEnv } from './values.ts'

const MAX_ITEMS = 20_000

/** What an expression stands for. What is not followed is unknown, and spoils whatever it could change. */
export function evaluate(run: Run, frame: Frame, expr: Expr): Py {
  spend(run)
  const again = (inner: Expr): Py => evaluate(run, frame, inner)
  switch (expr.type) {
    case 'str': case 'bytes': return { t: expr.type, v: expr.value }
    case 'int': return { t: 'int', v: expr.value }
    case 'float': return { t: 'float', v: expr.value }
    case 'bool': return { t: 'bool', v: expr.value }
    case 'none': return NONE
    case 'ellipsis': return { t: 'ellipsis' }
    case 'name': return evaluateName(run, frame, expr.name, expr.line)
    case 'fstring': return evaluateFormat(run, frame, expr)
    case 'attribute': return mapChoice(again(expr.of), (of) => attributeOf(run, frame, of, expr.name, expr.line))
    case 'subscript': return evaluateSubscript(run, frame, expr)
    case 'call': return callValue(run, frame, expr)
    case 'unary': return mapChoice(again(expr.of), (of) => applyUnary(run, expr.op, settle(of), place(frame, expr.line)))
    case 'binary': return mapChoices(again(expr.left), again(expr.right), (left, right) => spendOn(run, applyBinary(run, expr.op, left, right, place(frame, expr.line)), left, right))
    case 'logic': return evaluateLogic(run, frame, expr)
    case 'compare': return evaluateCompare(run, frame, expr)
    case 'conditional': return evaluateConditional(run, frame, expr)
    case 'list': return list(evaluateItems(run, frame, expr.items))
    case 'set': return { t: 'set', items: unique(evaluateItems(run, frame, expr.items)), spoiled: null }
    case 'tuple': return tuple(evaluateItems(run, frame, expr.items))
    case 'dict': return evaluateDict(run, frame, expr.entries)
    case 'comprehension': return evaluateComprehension(run, frame, expr)
    case 'lambda': return toFunction(frame, expr.code)
    case 'slice': case 'star': return notKnown(run, `computed at ${place(frame, expr.line)}`)
    case 'opaque':
      giveUp(run, frame, expr.mentions, `${expr.what} at ${place(frame, expr.line)}`)
      return unknown(`${expr.what} at ${place(frame, expr.line)}`)
  }
}

/** Long results cost more. */
function spendOn(run: Run, result: Py, ...from: readonly Py[]): Py {
  if (result.t === 'str' || result.t === 'bytes' || result.t === 'path') spend(run, result.v.length >> 6)
  else if (result.t === 'list' || result.t === 'tuple') spend(run, result.items.length)
  return withEnv(result, ...from)
}

export function toFunction(frame: Frame, code: FunctionCode, decorated = false): Py {
  return { t: 'function', code, module: frame.module.module, decorated: decorated || frame.locals !== null }
}

function evaluateName(run: Run, frame: Frame, name: string, line: number): Py {
  const binding = lookUp(run, frame, name)
  if (binding !== null) return binding.value.t === 'absent' ? notKnown(run, `${name} may not be set at ${place(frame, line)}`) : binding.value
  switch (name) {
    case '__file__': return str(frame.module.path)
    case '__name__': return str(frame.module.module)
    case '__package__': return str(frame.module.isPackage ? frame.module.module : frame.module.module.split('.').slice(0, -1).join('.'))
    default: return BUILTINS.has(name) ? ref(`builtins.${name}`) : notKnown(run, `${name} is not set before ${place(frame, line)}`)
  }
}

function evaluateFormat(run: Run, frame: Frame, expr: Extract<Expr, { type: 'fstring' }>): Py {
  let out: Py = str('')
  for (const piece of expr.pieces) {
    const value: Py = typeof piece === 'string' ? str(piece)
      : mapChoice(evaluate(run, frame, piece.expr), (part) => withEnv(piece.plain && (piece.conversion === null || piece.conversion === '!s') ? formatPlain(part, place(frame, expr.line)) : unknown(`a format at ${place(frame, expr.line)}`), part))
    out = mapChoices(out, value, (left, right) => spendOn(run, left.t === 'str' && right.t === 'str' ? str(left.v + right.v) : left.t === 'str' ? right : left, left, right))
  }
  return out
}

function evaluateSubscript(run: Run, frame: Frame, expr: Extract<Expr, { type: 'subscript' }>): Py {
  const of = evaluate(run, frame, expr.of)
  const { index } = expr
  if (index.type === 'slice') {
    const bounds = [index.from, index.to, index.step].map((bound) => (bound === null ? NONE : evaluate(run, frame, bound)))
    return mapChoice(of, (one) => withEnv(sliceOf(run, settle(one), bounds, place(frame, expr.line)), one))
  }
  return mapChoices(of, evaluate(run, frame, index), (one, key) => withEnv(itemOf(run, frame, one, key, expr.line), one, key))
}

function evaluateLogic(run: Run, frame: Frame, expr: Extract<Expr, { type: 'logic' }>): Py {
  const left = evaluate(run, frame, expr.left)
  const where = place(frame, expr.line)
  const stops = (value: Py): boolean | null => {
    const truth = truthOf(settle(value))
    return truth === null ? null : truth === (expr.op === 'or')
  }
  const right = (): Py => evaluate(run, frame, expr.right)
  const taken = left.t === 'choice' ? (left.chosen === null ? null : stops(left.options[left.chosen]?.value ?? unknown(''))) : stops(left)
  if (left.t !== 'choice' && taken !== null) return taken ? left : withEnv(right(), left)
  const other = taken === null ? perhaps(run, `what is at ${where}`, expr.right, right) : taken ? aside(run, expr.right, right) : right()
  if (left.t !== 'choice') return withEnv(notKnown(run, left.t === 'unknown' ? left.why : `computed at ${where}`), left, other)
  return mapChoice(left, (one) => {
    const stop = stops(one)
    return stop === null ? unknown(`computed at ${where}`) : withEnv(stop ? one : other, one)
  })
}

function evaluateCompare(run: Run, frame: Frame, expr: Extract<Expr, { type: 'compare' }>): Py {
  let left = evaluate(run, frame, expr.first)
  let result: Py = { t: 'bool', v: true }
  for (const { op, expr: next } of expr.rest) {
    const right = evaluate(run, frame, next)
    const one = mapChoices(left, right, (a, b) => withEnv(applyCompare(run, frame, op, a, b, expr.line), a, b))
    result = mapChoices(result, one, (a, b) => (a.t === 'bool' && !a.v ? a : a.t === 'unknown' ? a : withEnv(b, a)))
    left = right
  }
  return result
}

function evaluateConditional(run: Run, frame: Frame, expr: Extract<Expr, { type: 'conditional' }>): Py {
  const test = evaluate(run, frame, expr.test)
  const chosen = test.t === 'choice' ? (test.chosen === null ? unknown('') : test.options[test.chosen]?.value ?? unknown('')) : test
  const truth = truthOf(settle(chosen))
  if (truth !== null && expr.test.type === 'bool') return evaluate(run, frame, truth ? expr.then : expr.otherwise)
  const [then, otherwise] = [expr.then, expr.otherwise].map((side, index) => {
    const action = (): Py => evaluate(run, frame, side)
    if (truth === null) return perhaps(run, index === 0 ? expr.text : `not (${expr.text})`, side, action)
    return truth === (index === 0) ? action() : aside(run, side, () => evaluate(run, { ...frame, catching: ['*'] }, side))
  })
  const options = [{ when: expr.text, value: then ?? NONE, at: null }, { when: `not (${expr.text})`, value: otherwise ?? NONE, at: null }]
  return makeChoice(options, truth === null ? null : truth ? 0 : 1, test)
}

export function evaluateItems(run: Run, frame: Frame, items: readonly Expr[]): Py[] {
  const values: Py[] = []
  for (const item of items) {
    if (item.type !== 'star') {
      values.push(evaluate(run, frame, item))
      continue
    }
    const spread = iterate(chosenOf(evaluate(run, frame, item.of)))
    if (spread === null) throw new NotFollowed()
    else values.push(...spread)
    spend(run, values.length)
  }
  return values
}

/** For places in which a choice cannot be kept: the value that holds now, if one does; what depends on it is no fact otherwise. */
function chosenOf(value: Py): Py {
  if (value.t !== 'choice') return value
  return unknown('it depends on a condition')
}

function unique(items: readonly Py[]): Py[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = keyOf(item)
    if (key === null) return true
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

function evaluateDict(run: Run, frame: Frame, entries: readonly { readonly key: Expr | null; readonly value: Expr }[]): Py {
  const made: PyDict = { t: 'dict', entries: new Map(), spoiled: null }
  for (const { key, value } of entries) {
    if (key === null) {
      const spread = settle(chosenOf(evaluate(run, frame, value)))
      if (spread.t === 'dict') for (const [name, entry] of spread.entries) made.entries.set(name, entry)
      else made.spoiled ??= `computed at ${place(frame, value.line)}`
      continue
    }
    const keyValue = evaluate(run, frame, key)
    const name = keyOf(keyValue)
    const held = evaluate(run, frame, value)
    if (name === null) made.spoiled ??= `a key computed at ${place(frame, key.line)}`
    // The origin of an item is its own line, where nothing says more.
    else made.entries.set(name, { key: keyValue, value: held })
  }
  return made
}

/** What a loop goes over. null: not known, or too long. */
export function iterate(value: Py): readonly Py[] | null {
  const settled = settle(value)
  switch (settled.t) {
    case 'list': case 'set': case 'tuple': return settled.items.length > MAX_ITEMS || settled.items.some((item) => item.t === 'unknown') ? null : [...settled.items]
    case 'dict': return [...settled.entries.values()].map((entry) => entry.key)
    case 'str': return settled.v.length > MAX_ITEMS ? null : [...settled.v].map((letter) => str(letter))
    default: return null
  }
}

function evaluateComprehension(run: Run, frame: Frame, expr: Extract<Expr, { type: 'comprehension' }>): Py {
  const locals = new Map(frame.locals)
  const inner: Frame = { ...frame, locals }
  const items: Py[] = []
  const entries: PyDict = { t: 'dict', entries: new Map(), spoiled: null }
  const add = (): void => {
    const value = evaluate(run, inner, expr.value)
    if (expr.key === null) {
      items.push(value)
      return
    }
    const key = evaluate(run, inner, expr.key)
    const name = keyOf(key)
    if (name === null) throw new NotFollowed()
    entries.entries.set(name, { key, value })
  }
  try {
    runClauses(run, inner, expr.clauses, add)
  } catch (error) {
    if (!(error instanceof NotFollowed)) throw error
    if (expr.binds) giveUp(run, frame, expr.mentions, `a comprehension at ${place(frame, expr.line)}`)
    else giveUpHeld(run, frame, expr.mentions, `a comprehension at ${place(frame, expr.line)}`)
    return unknown(`a comprehension at ${place(frame, expr.line)}`)
  }
  if (expr.kind === 'dict') return entries
  return expr.kind === 'set' ? { t: 'set', items: unique(items), spoiled: null } : list(items)
}

function runClauses(run: Run, frame: Frame, clauses: readonly Clause[], add: () => void): void {
  const [clause, ...rest] = clauses
  if (clause === undefined) {
    add()
    return
  }
  const items = iterate(evaluate(run, frame, clause.of))
  if (items === null) throw new NotFollowed()
  for (const item of items) {
    spend(run)
    unpack(run, frame, clause.targets, item)
    const truths = clause.tests.map((test) => truthOf(settle(evaluate(run, frame, test))))
    if (truths.includes(null)) throw new NotFollowed()
    if (!truths.includes(false)) runClauses(run, frame, rest, add)
  }
}

/** Names in a loop's head; everything else is not followed. */
export function unpack(run: Run, frame: Frame, target: Expr, value: Py): void {
  if (target.type === 'name' && frame.locals !== null) {
    frame.locals.set(target.name, value)
    return
  }
  const items = target.type === 'tuple' || target.type === 'list' ? iterate(value) : null
  if (items === null || (target.type !== 'tuple' && target.type !== 'list') || items.length !== target.items.length) throw new NotFollowed()
  for (const [index, inner] of target.items.entries()) unpack(run, frame, inner, items[index] ?? NONE)
}
