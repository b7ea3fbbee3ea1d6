import type { Expr, FunctionCode } from '../python/ast.ts'
import { callValue } from './call.ts'
import { attributeOf } from './attributes.ts'
import { evaluateComprehension } from './comprehension.ts'
import { iterate } from './iterate.ts'
import { BUILTINS } from './known-packages.ts'
import { mergeInto } from './merge-dicts.ts'
import { applyBinary, applyUnary, formatPlain } from './operators.ts'
import { applyCompare } from './compare-values.ts'
import { itemOf, sliceOf } from './items.ts'
import { truthOf } from './truth.ts'
import type { Frame, Run } from './run.ts'
import { bind, either, giveUp, lookUp, mayRaise, missing, notKnown, place, spend } from './run.ts'
import type { Py } from './values.ts'
import { dict, envOf, isInert, keyOf, list, NONE, ref, set, setEntry, settle, str, tuple, unknown, withEnv } from './values.ts'

/** These do something with what is in them. Where nothing is known of the result, it may be that Python raises. */
const OPERATIONS: ReadonlySet<Expr['type']> = new Set(['attribute', 'subscript', 'call', 'unary', 'binary', 'compare'])

/** What an expression stands for. What is not followed is unknown, and whatever it could change escapes. */
export function evaluate(run: Run, frame: Frame, expr: Expr): Py {
  spend(run)
  const value = perform(run, frame, expr)
  if (value.t === 'unknown' && OPERATIONS.has(expr.type) && !run.judged.has(value)) {
    mayRaise(run, value.why)
    run.judged.add(value)
  }
  return value
}

function perform(run: Run, frame: Frame, expr: Expr): Py {
  const again = (inner: Expr): Py => evaluate(run, frame, inner)
  switch (expr.type) {
    case 'str': case 'bytes': return { t: expr.type, v: expr.value }
    case 'int': return { t: 'int', v: expr.value }
    case 'float': return { t: 'float', v: expr.value }
    case 'bool': return { t: 'bool', v: expr.value }
    case 'none': return NONE
    case 'ellipsis': return { t: 'ellipsis' }
    case 'name': return evaluateName(run, frame, expr.name, expr.line)
    case 'named': return evaluateNamed(run, frame, expr)
    case 'fstring': return evaluateFormat(run, frame, expr)
    case 'attribute': return attributeOf(run, frame, again(expr.of), expr.name, expr.line)
    case 'subscript': return evaluateSubscript(run, frame, expr)
    case 'call': return callValue(run, frame, expr)
    case 'unary': return applyUnary(run, expr.op, settle(again(expr.of)), place(frame, expr.line))
    case 'binary': return evaluateBinary(run, frame, expr)
    case 'logic': return evaluateLogic(run, frame, expr)
    case 'compare': return evaluateCompare(run, frame, expr)
    case 'conditional': return evaluateConditional(run, frame, expr)
    case 'list': return displayed(run, frame, expr, list)
    case 'set': return displayed(run, frame, expr, (items) => (items.some((item) => keyOf(item) === null) ? notKnown(run, `computed at ${place(frame, expr.line)}`, ...items) : set(unique(items))))
    case 'tuple': return displayed(run, frame, expr, tuple)
    case 'dict': return evaluateDict(run, frame, expr.entries)
    case 'comprehension': return evaluateComprehension(run, frame, expr)
    case 'lambda': return toFunction(run, frame, expr.code, false)
    case 'slice': case 'star': return unknown(`computed at ${place(frame, expr.line)}`)
    case 'opaque':
      giveUp(run, frame, expr, `${expr.what} at ${place(frame, expr.line)}`)
      return unknown(`${expr.what} at ${place(frame, expr.line)}`)
  }
}

/** A function as it is defined here. Defaults of its parameters are evaluated now, once. */
export function toFunction(run: Run, frame: Frame, code: FunctionCode, isOpaque: boolean): Py {
  const defaults = (code.parameters ?? []).map(({ fallback }) => (fallback === null ? null : evaluate(run, frame, fallback)))
  const closure = [...frame.inner.toReversed(), ...(frame.locals === null ? [] : [frame.locals]), ...frame.closure]
  return { t: 'function', code, module: frame.module.module, isOpaque, defaults, closure }
}

function evaluateName(run: Run, frame: Frame, name: string, line: number): Py {
  const held = lookUp(frame, name)
  if (held !== null) return held
  switch (name) {
    case '__file__': return str(frame.module.path)
    case '__name__': return str(frame.module.module)
    case '__package__': return str(frame.module.isPackage ? frame.module.module : frame.module.module.split('.').slice(0, -1).join('.'))
    default: return BUILTINS.has(name) ? ref(`builtins.${name}`) : missing(run, 'NameError', line, `${name} is not set before ${place(frame, line)}`)
  }
}

function evaluateNamed(run: Run, frame: Frame, expr: Extract<Expr, { type: 'named' }>): Py {
  const value = evaluate(run, frame, expr.value)
  bind(run, frame, expr.name, value, expr.line)
  return value
}

function evaluateBinary(run: Run, frame: Frame, expr: Extract<Expr, { type: 'binary' }>): Py {
  const left = evaluate(run, frame, expr.left)
  const right = evaluate(run, frame, expr.right)
  const result = applyBinary(run, expr.op, left, right, place(frame, expr.line))
  // Long results cost more.
  if (result.t === 'str' || result.t === 'bytes' || result.t === 'path') spend(run, result.v.length >> 6)
  else if (result.t === 'list') spend(run, result.cell.items.length)
  else if (result.t === 'tuple') spend(run, result.items.length)
  return withEnv(result, left, right)
}

function evaluateFormat(run: Run, frame: Frame, expr: Extract<Expr, { type: 'fstring' }>): Py {
  const where = place(frame, expr.line)
  let text = ''
  let why: string | null = null
  const parts: Py[] = []
  for (const piece of expr.pieces) {
    if (typeof piece === 'string') {
      text += piece
      continue
    }
    const part = evaluate(run, frame, piece.expr)
    const isPlain = piece.plain && (piece.conversion === null || piece.conversion === '!s')
    const spelled = isPlain ? formatPlain(settle(part), where) : unknown(`a format at ${where}`)
    parts.push(part)
    if (spelled.t === 'str') text += spelled.v
    else {
      why ??= spelled.t === 'unknown' ? spelled.why : `a format at ${where}`
      mayRaise(run, why)
    }
    spend(run, text.length >> 6)
  }
  // The text is a new one: nothing can be changed through it.
  return withEnv(why === null ? str(text) : unknown(why), ...parts)
}

function evaluateSubscript(run: Run, frame: Frame, expr: Extract<Expr, { type: 'subscript' }>): Py {
  const of = evaluate(run, frame, expr.of)
  const { index } = expr
  if (index.type === 'slice') {
    const bounds = [index.from, index.to, index.step].map((bound) => (bound === null ? NONE : evaluate(run, frame, bound)))
    return withEnv(sliceOf(run, of, bounds, place(frame, expr.line)), of, ...bounds)
  }
  const key = evaluate(run, frame, index)
  return withEnv(itemOf(run, frame, of, key, expr.line), of, key)
}

/** Evaluating it changes nothing and raises nothing. */
const PASSIVE = new Set(['str', 'bytes', 'int', 'float', 'bool', 'none', 'ellipsis'])

function evaluateLogic(run: Run, frame: Frame, expr: Extract<Expr, { type: 'logic' }>): Py {
  const left = evaluate(run, frame, expr.left)
  const where = place(frame, expr.line)
  const truth = truthOf(settle(left))
  if (truth !== null) return truth === (expr.op === 'or') ? left : withEnv(evaluate(run, frame, expr.right), left)
  const right = PASSIVE.has(expr.right.type) ? evaluate(run, frame, expr.right) : expr.right.type === 'name' ? lookUp(frame, expr.right.name) : null
  // Evaluated or not, it changes nothing.
  if (right !== null) return notKnown(run, left.t === 'unknown' ? left.why : `computed at ${where}`, left, right)
  const goesOn = either(run, where, [`what is before '${expr.op}' at ${where} decides`, `what is after '${expr.op}' at ${where} decides`], [left])
  return goesOn === 0 ? left : withEnv(evaluate(run, frame, expr.right), left)
}

function evaluateCompare(run: Run, frame: Frame, expr: Extract<Expr, { type: 'compare' }>): Py {
  let left = evaluate(run, frame, expr.first)
  let result: Py = { t: 'bool', v: true }
  for (const { op, expr: next } of expr.rest) {
    const right = evaluate(run, frame, next)
    const one = withEnv(applyCompare(run, frame, op, left, right, expr.line), left, right)
    result = result.t === 'unknown' ? result : withEnv(one, result)
    if (result.t === 'bool' && !result.v) return result
    left = right
  }
  return result
}

function evaluateConditional(run: Run, frame: Frame, expr: Extract<Expr, { type: 'conditional' }>): Py {
  const test = evaluate(run, frame, expr.test)
  const truth = truthOf(settle(test))
  const when = [expr.text, `not (${expr.text})`] as const
  const where = place(frame, expr.line)
  const isFixed = expr.test.type === 'bool'
  const way = truth === null ? either(run, where, when, [test]) : isFixed ? (truth ? 0 : 1) : run.guide.known(truth ? 0 : 1, where, when, envOf(test).env ?? [])
  return withEnv(evaluate(run, frame, way === 0 ? expr.then : expr.otherwise), test)
}

function displayed(run: Run, frame: Frame, expr: Extract<Expr, { type: 'list' | 'set' | 'tuple' }>, make: (items: readonly Py[]) => Py): Py {
  const items: Py[] = []
  let isKnown = true
  for (const item of expr.items) {
    if (item.type !== 'star') {
      items.push(evaluate(run, frame, item))
      continue
    }
    const of = evaluate(run, frame, item.of)
    const spread = iterate(of)
    if (spread === null) isKnown = false
    items.push(...(spread ?? [of]))
    spend(run, items.length)
  }
  return isKnown ? make(items) : notKnown(run, `computed at ${place(frame, expr.line)}`, ...items)
}

export function unique(items: readonly Py[]): Py[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = keyOf(item)
    const isNew = key === null || !seen.has(key)
    if (key !== null) seen.add(key)
    return isNew
  })
}

function evaluateDict(run: Run, frame: Frame, entries: readonly { readonly key: Expr | null; readonly value: Expr }[]): Py {
  const made = dict()
  const parts: Py[] = []
  let why: string | null = null
  for (const { key, value } of entries) {
    const keyValue = key === null ? null : evaluate(run, frame, key)
    const given = evaluate(run, frame, value)
    const held = key === null ? settle(given) : given
    parts.push(given)
    if (keyValue === null) {
      if (held.t === 'dict') mergeInto(made, held)
      else why ??= held.t === 'unknown' ? held.why : `computed at ${place(frame, value.line)}`
      continue
    }
    const name = keyOf(keyValue)
    if (name === null) why ??= `a key computed at ${place(frame, value.line)}`
    else setEntry(made, name, keyValue, held)
    if (!isInert(keyValue)) parts.push(keyValue)
  }
  return why === null ? made : notKnown(run, why, ...parts)
}
