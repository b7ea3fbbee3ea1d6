import type { Expr, Statement } from '../python/ast.ts'
import { evaluate } from './evaluate.ts'
import { readVariable, removeVariable, setVariable } from './environment.ts'
import { itemOf } from './items.ts'
import { iterate } from './iterate.ts'
import { isHarmless } from './known-packages.ts'
import { attributeOf } from './attributes.ts'
import { bindName, doubtScope, escape } from './memory.ts'
import { mergeInto } from './merge-dicts.ts'
import { applyBinary } from './operators.ts'
import type { Frame, Run } from './run.ts'
import { at, bind, lookUp, mayRaise, missing, notKnown, NotFollowed, place, spend } from './run.ts'
import type { Py } from './values.ts'
import { keyOf, list, NONE, setEntry, settle, unknown, withEnv } from './values.ts'

type Subscript = Extract<Expr, { type: 'subscript' }>

/** Binds a name, an item or an attribute. */
export function assign(run: Run, frame: Frame, target: Expr, value: Py): void {
  switch (target.type) {
    case 'name': return bind(run, frame, target.name, value, target.line)
    case 'tuple': case 'list': return assignItems(run, frame, target.items, value, target.line)
    case 'subscript': return assignItem(run, frame, target, value)
    case 'attribute': return assignAttribute(run, frame, evaluate(run, frame, target.of), target, value)
    default:
      escape(run.state, [value], `unpacked at ${place(frame, target.line)}`)
      throw new NotFollowed()
  }
}

function assignItems(run: Run, frame: Frame, targets: readonly Expr[], value: Py, line: number): void {
  const items = iterate(value)
  const star = targets.findIndex((target) => target.type === 'star')
  const after = star < 0 ? 0 : targets.length - star - 1
  const isRight = items !== null && (star < 0 ? items.length === targets.length : items.length >= targets.length - 1)
  if (!isRight) {
    const why = value.t === 'unknown' ? value.why : `unpacked at ${place(frame, line)}`
    if (items === null) mayRaise(run, why)
    else missing(run, 'ValueError', line, why)
    for (const target of targets) assign(run, frame, target.type === 'star' ? target.of : target, withEnv(unknown(why, value), value))
    return
  }
  for (const [index, target] of targets.entries()) {
    if (target.type === 'star') assign(run, frame, target.of, list(items.slice(star, items.length - after)))
    else assign(run, frame, target, items[star < 0 || index < star ? index : items.length - targets.length + index] ?? NONE)
  }
}

function assignItem(run: Run, frame: Frame, target: Subscript, value: Py): void {
  const { of: expr } = target
  if (expr.type === 'call' && expr.callee.type === 'name' && ['globals', 'locals', 'vars'].includes(expr.callee.name) && expr.args.length === 0 && frame.code === null && frame.inner.length === 0 && target.index.type === 'str' && lookUp(frame, expr.callee.name) === null) {
    return bind(run, frame, target.index.value, value, target.line)
  }
  const of = evaluate(run, frame, expr)
  if (target.index.type === 'slice') return assignSlice(run, frame, of, target.index, value)
  setItem(run, frame, of, evaluate(run, frame, target.index), value, target.line)
}

function setItem(run: Run, frame: Frame, of: Py, key: Py, value: Py, line: number): void {
  const where = place(frame, line)
  if (of.t === 'ref') return assignToReference(run, frame, of.name, key, value, line)
  const name = keyOf(key)
  if (of.t === 'dict' && of.cell.spoiled === null && name !== null) return setEntry(of, name, key, value)
  if (of.t === 'list' && of.cell.spoiled === null && key.t === 'int') {
    const { items } = of.cell
    if (Number(key.v) >= -items.length && Number(key.v) < items.length) items.splice(Number(key.v), 1, value)
    else missing(run, 'IndexError', line, `a missing item at ${where}`)
    return
  }
  escape(run.state, [of, key, value], `changed at ${where}`)
  mayRaise(run, `an item at ${where}`)
}

function assignSlice(run: Run, frame: Frame, of: Py, slice: Extract<Expr, { type: 'slice' }>, value: Py): void {
  const bounds = sliceBounds(run, frame, of, slice)
  const items = iterate(value)
  if (bounds !== null && of.t === 'list' && items !== null) {
    spend(run, items.length)
    of.cell.items.splice(bounds.from, bounds.count, ...items)
    return
  }
  escape(run.state, [of, value], `changed at ${place(frame, slice.line)}`)
  mayRaise(run, `a slice at ${place(frame, slice.line)}`)
}

/** Of a list that is known, in steps of one. */
function sliceBounds(run: Run, frame: Frame, of: Py, slice: Extract<Expr, { type: 'slice' }>): { readonly from: number; readonly count: number } | null {
  const [from, to, step] = [slice.from, slice.to, slice.step].map((bound) => (bound === null ? NONE : evaluate(run, frame, bound)))
  if (of.t !== 'list' || of.cell.spoiled !== null || step?.t !== 'none') return null
  const { length } = of.cell.items
  const place = (bound: Py | undefined, none: number): number | null => {
    if (bound?.t === 'none') return none
    if (bound?.t !== 'int') return null
    return Math.min(length, Math.max(0, Number(bound.v) < 0 ? Number(bound.v) + length : Number(bound.v)))
  }
  const [first, last] = [place(from, 0), place(to, length)]
  return first === null || last === null ? null : { from: first, count: Math.max(0, last - first) }
}

function assignToReference(run: Run, frame: Frame, name: string, key: Py, value: Py, line: number): void {
  const why = `changed at ${place(frame, line)}`
  escape(run.state, [value], why)
  if (name === 'os.environ' && key.t === 'str') {
    setVariable(run, key.v, value, line)
    return
  }
  run.state.environDoubt ??= why
  if (!isHarmless(name)) escape(run.state, doubtScope(frame.scope, why), why)
  mayRaise(run, why)
}

function assignAttribute(run: Run, frame: Frame, of: Py, target: Extract<Expr, { type: 'attribute' }>, value: Py): void {
  const why = `changed at ${place(frame, target.line)}`
  if (of.t === 'module') {
    const scope = run.state.modules.get(of.name)
    if (scope !== undefined) return bindName(run.state, scope, target.name, { value, at: at(frame, target.line) })
  }
  if (of.t === 'ref' && of.name === 'sys') run.state.pathDoubt ??= why
  if (of.t === 'ref' && ['environ', 'dj_database_url', 'decouple', 'dotenv', 'os'].includes(of.name.split('.')[0] ?? '')) run.state.environDoubt ??= why
  if (of.t === 'env') run.state.environDoubt ??= why
  escape(run.state, [...(of.t === 'ref' ? [] : [of]), value], why)
  mayRaise(run, why)
}

/** `x += y` changes a list in place, for every name that holds it; everything else is bound anew. Its target is looked up once. */
export function update(run: Run, frame: Frame, { target, op, value, line }: Extract<Statement, { type: 'update' }>): void {
  const where = place(frame, line)
  if (target.type === 'name') {
    const held = evaluate(run, frame, target)
    return bind(run, frame, target.name, updated(run, op, held, evaluate(run, frame, value), where), line)
  }
  if (target.type === 'attribute') {
    const of = evaluate(run, frame, target.of)
    const held = attributeOf(run, frame, of, target.name, line)
    return assignAttribute(run, frame, of, target, updated(run, op, held, evaluate(run, frame, value), where))
  }
  if (target.type !== 'subscript') throw new NotFollowed()
  const of = evaluate(run, frame, target.of)
  if (target.index.type === 'slice') {
    escape(run.state, [of, evaluate(run, frame, value)], `changed at ${where}`)
    return mayRaise(run, `a slice at ${where}`)
  }
  const key = evaluate(run, frame, target.index)
  const held = itemOf(run, frame, of, key, line)
  setItem(run, frame, of, key, updated(run, op, held, evaluate(run, frame, value), where), line)
}

function updated(run: Run, op: string, left: Py, right: Py, where: string): Py {
  if (left.t === 'list' && op === '+' && left.cell.spoiled === null) {
    const items = iterate(right)
    if (items !== null) {
      spend(run, items.length)
      left.cell.items.push(...items)
      return withEnv(left, right)
    }
  } else if (left.t === 'dict' && op === '|' && left.cell.spoiled === null && right.t === 'dict' && right.cell.spoiled === null) {
    mergeInto(left, right)
    return withEnv(left, right)
  } else if (left.t !== 'list' && left.t !== 'set' && left.t !== 'dict' && left.t !== 'unknown') return withEnv(applyBinary(run, op, left, right, where), left, right)
  // It is changed in place, in a way that is not told here, and may hold the other from now on.
  const why = settle(left).t === 'unknown' || right.t !== 'unknown' ? `changed at ${where}` : right.why
  escape(run.state, [left, right], why)
  return withEnv(notKnown(run, left.t === 'unknown' ? left.why : why, left), left, right)
}

export function remove(run: Run, frame: Frame, target: Expr): void {
  const where = place(frame, target.line)
  if (target.type === 'tuple' || target.type === 'list') {
    for (const item of target.items) remove(run, frame, item)
    return
  }
  if (target.type === 'name') return removeName(run, frame, target.name, target.line)
  if (target.type === 'attribute') {
    const of = evaluate(run, frame, target.of)
    const scope = of.t === 'module' ? run.state.modules.get(of.name) : undefined
    if (scope !== undefined) escape(run.state, doubtScope(scope, `changed at ${where}`), `changed at ${where}`)
    return assignAttribute(run, frame, of, target, NONE)
  }
  if (target.type !== 'subscript') throw new NotFollowed()
  const of = evaluate(run, frame, target.of)
  if (target.index.type === 'slice') return assignSlice(run, frame, of, target.index, list([]))
  const key = evaluate(run, frame, target.index)
  if (of.t === 'ref' && of.name === 'os.environ' && key.t === 'str') return removeFromEnvironment(run, key.v, target.line)
  if (of.t === 'ref') return assignToReference(run, frame, `${of.name}.`, NONE, NONE, target.line)
  removeItem(run, of, key, target.line, where)
}

function removeFromEnvironment(run: Run, name: string, line: number): void {
  const held = readVariable(run, name)
  if (held === null) missing(run, 'KeyError', line, `environment ${name} is not set`)
  else if (held.t === 'unknown') mayRaise(run, `environment ${name}`)
  removeVariable(run, name)
}

function removeItem(run: Run, of: Py, key: Py, line: number, where: string): void {
  const name = keyOf(key)
  if (of.t === 'dict' && of.cell.spoiled === null && name !== null) {
    if (!of.cell.entries.delete(name)) missing(run, 'KeyError', line, `a missing key at ${where}`)
  } else if (of.t === 'list' && of.cell.spoiled === null && key.t === 'int') {
    const { items } = of.cell
    if (Number(key.v) >= -items.length && Number(key.v) < items.length) items.splice(Number(key.v), 1)
    else missing(run, 'IndexError', line, `a missing item at ${where}`)
  } else {
    escape(run.state, [of], `changed at ${where}`)
    mayRaise(run, `an item at ${where}`)
  }
}

function removeName(run: Run, frame: Frame, name: string, line: number): void {
  const isOwn = frame.locals !== null && frame.code?.own.includes(name) !== true
  if (lookUp(frame, name) === null) missing(run, 'NameError', line, `${name} is not set before ${place(frame, line)}`)
  if (isOwn) frame.locals.names.delete(name)
  else frame.scope.names.delete(name)
}
