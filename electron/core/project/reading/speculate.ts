import type { Expr } from '../python/ast.ts'
import type { Run } from './run.ts'
import { PythonRaise, spend } from './run.ts'
import { forkState, mergeStates, spoil } from './state.ts'
import type { Option, Py, PyChoice } from './values.ts'
import { isMutable, makeChoice, NONE, unknown } from './values.ts'

/** What an expression that Python does not evaluate would give; whatever it would change stays as it is. */
export function aside(run: Run, expr: Expr, action: () => Py): Py {
  if (!mayAct(expr)) return action()
  const [before, doubt] = [run.state, run.doubt]
  run.state = forkState(before, (steps) => spend(run, steps))
  try {
    return own(run, action())
  } catch (error) {
    if (error instanceof PythonRaise) return unknown(`${error.exception} would be raised`)
    throw error
  } finally {
    run.state = before
    run.doubt = doubt
  }
}

/** What an expression gives that Python may evaluate, or may not: what it changes is changed perhaps. */
export function perhaps(run: Run, when: string, expr: Expr, action: () => Py): Py {
  if (!mayAct(expr)) return action()
  const before = run.state
  run.state = forkState(before, (steps) => spend(run, steps))
  let value: Py
  try {
    value = own(run, action())
  } catch (error) {
    run.state = before
    if (!(error instanceof PythonRaise)) throw error
    run.doubt ??= error.exception
    return unknown(`${error.exception} may be raised`)
  }
  run.state = mergeStates([before, run.state], [`not (${when})`, when], null, NONE)
  return value
}

/** A copy of the state ends with the expression: a container of it would be one that nobody else holds. */
function own(run: Run, value: Py): Py {
  return isMutable(value) && isHeldElsewhere(run, value, null) ? unknown('it is one of several containers') : value
}

const PASSIVE = new Set(['str', 'bytes', 'int', 'float', 'bool', 'none', 'ellipsis', 'name'])

/** Whether evaluating changes anything, or may raise. */
function mayAct(expr: Expr): boolean {
  if (expr.type === 'list' || expr.type === 'tuple') return expr.items.some(mayAct)
  return !PASSIVE.has(expr.type)
}

/**
 * Changes what a choice holds in place, each option in its own world. The one that is taken is simply changed; another that can be
 * reached on a different way too is not known any more, because that way may lead from a world in which it was not changed.
 */
export function changeOptions(run: Run, choice: PyChoice, why: string, change: (value: Py) => Py): Py {
  const options = choice.options.map((option, index): Option => {
    const { value } = option
    if (index === choice.chosen || !isMutable(value)) return { ...option, value: change(value) }
    if (!isHeldElsewhere(run, value, choice)) return { ...option, value: change(value) }
    spoil(value, why)
    return { ...option, value: unknown(why) }
  })
  return makeChoice(options, choice.chosen, choice)
}

function isHeldElsewhere(run: Run, wanted: Py, except: PyChoice | null): boolean {
  const seen = new Set<Py>(except === null ? [] : [except])
  const waiting: Py[] = []
  for (const scope of run.state.modules.values()) for (const binding of scope.names.values()) waiting.push(binding.value)
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === wanted) return true
    if (seen.has(value)) continue
    seen.add(value)
    spend(run)
    if (value.t === 'list' || value.t === 'set' || value.t === 'tuple') waiting.push(...value.items)
    else if (value.t === 'dict') for (const entry of value.entries.values()) waiting.push(entry.value)
    else if (value.t === 'choice') waiting.push(...value.options.map((option) => option.value))
    else if (value.t === 'method') waiting.push(value.of)
  }
  return false
}
