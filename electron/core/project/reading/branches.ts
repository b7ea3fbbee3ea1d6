import type { Expr, Handler, Statement } from '../python/ast.ts'
import { evaluate } from './evaluate.ts'
import { execute } from './execute.ts'
import { catches } from './exceptions.ts'
import type { Completion, Frame, Run } from './run.ts'
import { bind, either, mayRaise, NotFollowed, place } from './run.ts'
import { truthOf } from './truth.ts'
import type { Py } from './values.ts'
import { envOf, settle, unknown } from './values.ts'

type If = Extract<Statement, { type: 'if' }>
type Try = Extract<Statement, { type: 'try' }>

/** The way that is taken as things are, or each of both in a reading of its own. */
export function executeIf(run: Run, frame: Frame, statement: If): Completion {
  const env: string[] = []
  for (const branch of statement.branches) {
    const test = evaluate(run, frame, branch.test)
    env.push(...(test.env ?? []))
    if (isTaken(run, frame, statement, branch, test)) return decidedBy(run, env, () => execute(run, frame, branch.body))
  }
  return decidedBy(run, env, () => execute(run, frame, statement.otherwise))
}

function isTaken(run: Run, frame: Frame, statement: If, { test: { type }, text }: If['branches'][number], test: Py): boolean {
  const truth = truthOf(settle(test))
  const when = [text, `not (${text})`] as const
  const where = place(frame, statement.line)
  if (truth === null) {
    if (test.t === 'unknown') mayRaise(run, `a condition at ${where}`)
    const way = run.guide.either(where, when, envOf(test).env ?? [])
    if (way === null) throw new NotFollowed()
    return way === 0
  }
  // What would be otherwise is asked for what a module does; a condition without a name in it never changes.
  if (frame.code !== null || type === 'bool' || type === 'int' || text.includes('__name__')) return truth
  return run.guide.known(truth ? 0 : 1, where, when, envOf(test).env ?? []) === 0
}

function decidedBy(run: Run, env: readonly string[], action: () => Completion): Completion {
  if (env.length === 0) return action()
  run.deciding.push([...new Set(env)])
  try {
    return action()
  } finally {
    run.deciding.pop()
  }
}

/** What may raise in the body asks where it does (`mayRaise`), because something may catch it here. */
export function executeTry(run: Run, frame: Frame, statement: Try): Completion {
  const isGuard = statement.handlers.length > 0
  if (isGuard) run.guards.push(statement)
  let completion: Completion
  try {
    completion = execute(run, frame, statement.body)
  } finally {
    if (isGuard) run.guards.pop()
  }
  if (completion.kind === 'raise') completion = catchRaise(run, frame, statement, completion)
  else if (completion.kind === 'normal') completion = execute(run, frame, statement.otherwise)
  const last = execute(run, frame, statement.finally)
  return last.kind === 'normal' ? completion : last
}

function catchRaise(run: Run, frame: Frame, statement: Try, raised: Extract<Completion, { kind: 'raise' }>): Completion {
  for (const handler of statement.handlers) {
    if (handler.catches === null || isCaughtBy(run, frame, statement, handler.catches, raised.name)) return runHandler(run, frame, handler)
  }
  return raised
}

/** Whether an `except` catches it; where that is not known, it may or may not. */
export function isCaughtBy(run: Run, frame: Frame, statement: Statement, expr: Expr, exception: string): boolean {
  const known = mayCatch(evaluate(run, frame, expr), exception)
  const where = place(frame, expr.line)
  return known ?? either(run, where, ['', ''], [], statement) === 0
}

function mayCatch(handler: Py, exception: string): boolean | null {
  if (handler.t === 'tuple') {
    const each = handler.items.map((item) => mayCatch(item, exception))
    return each.includes(true) ? true : each.includes(null) ? null : false
  }
  return handler.t === 'ref' ? catches(handler.name.replace(/^builtins\./, ''), exception) : null
}

function runHandler(run: Run, frame: Frame, handler: Handler): Completion {
  const { as } = handler
  if (as !== null) bind(run, frame, as, unknown(`an exception at ${place(frame, handler.line)}`), handler.line)
  const completion = execute(run, frame, handler.body)
  // Python forgets the exception's name after its handler.
  if (as !== null) (frame.locals !== null && frame.code?.own.includes(as) !== true ? frame.locals.names : frame.scope.names).delete(as)
  return completion
}
