import type { Expr, Handler, Statement } from '../python/ast.ts'
import { evaluate } from './evaluate.ts'
import { execute } from './execute.ts'
import { matches, truthOf } from './operators.ts'
import type { Completion, Frame, Run } from './run.ts'
import { bind, FlowUnknown, giveUp, NORMAL, NotFollowed, place, spend } from './run.ts'
import type { State } from './state.ts'
import { forkState, mergeStates, settle } from './state.ts'
import type { Py } from './values.ts'

import { NONE, unknown } from './values.ts'

type If = Extract<Statement, { type: 'if' }>
type Try = Extract<Statement, { type: 'try' }>

/** Both ways are read. The one that is taken as things are is the fact; the other is kept as what would be otherwise. */
export function executeIf(run: Run, frame: Frame, statement: If): Completion {
  const [first, ...rest] = statement.branches
  if (first === undefined) return execute(run, frame, statement.otherwise)
  const test = evaluate(run, frame, first.test)
  const decided = decide(test)
  const otherwise = (): Completion => executeIf(run, frame, { ...statement, branches: rest })
  const body = (): Completion => execute(run, frame, first.body)
  if (frame.locals !== null) {
    if (decided === null) throw new NotFollowed()
    return decided ? body() : otherwise()
  }
  // A condition without a name in it never changes.
  if (decided !== null && (first.test.type === 'bool' || first.test.type === 'int' || isEmpty(statement, decided, rest.length))) return decided ? body() : otherwise()
  return bothWays(run, frame.catching, [body, otherwise], [first.text, `not (${first.text})`], decided === null ? null : decided ? 0 : 1, test)
}

/** Nothing would be done on the other way. */
function isEmpty(statement: If, decided: boolean, more: number): boolean {
  return decided && more === 0 && statement.otherwise.length === 0 && (statement.branches[0]?.body.every((item) => item.type === 'pass') ?? true)
}

function decide(test: Py): boolean | null {
  if (test.t !== 'choice') return truthOf(settle(test))
  const chosen = test.chosen === null ? undefined : test.options[test.chosen]
  return chosen === undefined ? null : truthOf(settle(chosen.value))
}

function bothWays(run: Run, catching: readonly string[], ways: readonly [() => Completion, () => Completion], when: readonly [string, string], chosen: 0 | 1 | null, decidedBy: Py): Completion {
  const before = run.state
  const doubtBefore = run.doubt
  const results: { state: State; completion: Completion; doubt: string | null }[] = []
  for (const [index, way] of ways.entries()) {
    run.state = forkState(before, (steps) => spend(run, steps))
    const problems = run.problems.length
    const completion = walk(run, before, way)
    // One way may end in a raise that something around catches.
    if (chosen === null && completion.kind === 'raise' && matches(catching, completion.name)) giveBack(run, before, 'try')
    if (chosen === null && (completion.kind === 'break' || completion.kind === 'continue')) giveBack(run, before, 'for')
    // What goes wrong where Python does not go is no problem.
    if (chosen !== null && index !== chosen) run.problems.length = problems
    results.push({ state: run.state, completion, doubt: run.doubt })
    run.doubt = doubtBefore
  }
  const [left, right] = results
  if (left === undefined || right === undefined) return NORMAL
  run.doubt = (chosen === 1 ? null : left.doubt) ?? (chosen === 0 ? null : right.doubt)
  const [leftEnds, rightEnds] = [left.completion.kind !== 'normal', right.completion.kind !== 'normal']
  if (!leftEnds && !rightEnds) {
    run.state = mergeStates([left.state, right.state], when, chosen, decidedBy)
    return NORMAL
  }
  const taken = chosen === null ? null : (results[chosen] ?? null)
  // Where one way ends and it is not known which is taken: a way that raises would end Django, so the other holds.
  const kept = taken ?? (left.completion.kind === 'raise' && !rightEnds ? right : right.completion.kind === 'raise' && !leftEnds ? left : null)
  if (kept === null) throw new NotFollowed()
  run.state = kept.state
  return kept.completion
}

function giveBack(run: Run, before: State, leaves: 'for' | 'try'): never {
  run.state = before
  throw new FlowUnknown(leaves)
}

/** Given up within, the state is again what it was before both ways. */
function walk(run: Run, before: State, way: () => Completion): Completion {
  try {
    return way()
  } catch (error) {
    run.state = before
    throw error
  }
}

/**
 * The body, statement by statement. Where something in it is not followed, it may raise there: then the handler's way, from there, is
 * the other possibility.
 */
export function executeTry(run: Run, frame: Frame, statement: Try): Completion {
  const catching = statement.handlers.flatMap((handler) => namesOf(handler.catches))
  const inner: Frame = { ...frame, catching: [...frame.catching, ...catching] }
  const outerDoubt = run.doubt
  const exits: { state: State; why: string }[] = []
  let completion: Completion = NORMAL
  // It may have been left in the middle of something, or before the place where it certainly raises.
  let isVague = false
  for (const item of statement.body) {
    run.doubt = null
    const before = frame.locals === null && catching.length > 0 ? forkState(run.state, (steps) => spend(run, steps)) : null
    completion = execute(run, inner, [item])
    if (run.doubt !== null && before !== null) {
      if (!SIMPLE.has(item.type)) isVague = true
      exits.push({ state: before, why: run.doubt })
    }
    if (run.doubt !== null && frame.locals !== null && catching.length > 0) throw new NotFollowed()
    if (completion.kind !== 'normal') break
  }
  run.doubt = outerDoubt
  if (isVague || (completion.kind !== 'normal' && exits.length > 0)) giveBack(run, run.state, 'try')
  completion = completion.kind === 'raise' ? catchRaise(run, frame, statement, completion) : completion.kind === 'normal' ? withExits(run, frame, statement, exits) : completion
  const last = execute(run, frame, statement.finally)
  return last.kind === 'normal' ? completion : last
}

function catchRaise(run: Run, frame: Frame, statement: Try, raised: Extract<Completion, { kind: 'raise' }>): Completion {
  const handler = statement.handlers.find((item) => matches(namesOf(item.catches), raised.name))
  return handler === undefined ? raised : runHandler(run, frame, handler)
}

function runHandler(run: Run, frame: Frame, handler: Handler): Completion {
  if (handler.as !== null) bind(run, frame, handler.as, unknown(`an exception at ${place(frame, handler.line)}`), handler.line)
  return execute(run, frame, handler.body)
}

/** What is done whole, or not at all. */
const SIMPLE = new Set(['import', 'from', 'expression', 'assign', 'update', 'pass', 'function', 'raise'])
const MAX_EXITS = 2

function withExits(run: Run, frame: Frame, statement: Try, exits: readonly { state: State; why: string }[]): Completion {
  const handlers = statement.handlers
  const ended = execute(run, frame, statement.otherwise)
  if (exits.length === 0 || handlers.length === 0) return ended
  const [handler] = handlers
  if (exits.length > MAX_EXITS || handlers.length > 1 || handler === undefined || ended.kind !== 'normal') {
    giveUp(run, frame, statement.mentions, `a try statement at ${place(frame, statement.line)}`)
    return ended
  }
  for (const { state, why } of exits) {
    const done = run.state
    run.state = state
    const completion = runHandler(run, frame, handler)
    const other = run.state
    run.state = done
    // A handler that raises ends Django; the body's way is the only one that runs.
    if (completion.kind === 'raise') continue
    if (completion.kind !== 'normal') throw new NotFollowed()
    run.state = mergeStates([done, other], [`${why} works`, `${why} fails`], null, NONE)
  }
  return NORMAL
}

/** Exceptions of an `except`. What is no plain name may be any. */
function namesOf(catches: Expr | null): string[] {
  if (catches === null) return ['*']
  if (catches.type === 'name' || catches.type === 'attribute') return [catches.name]
  return catches.type === 'tuple' ? catches.items.flatMap(namesOf) : ['*']
}
