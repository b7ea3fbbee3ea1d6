import type { Expr, Statement } from '../python/ast.ts'
import { assign } from './assign.ts'
import { isCaughtBy } from './branches.ts'
import { evaluate } from './evaluate.ts'
import { execute } from './execute.ts'
import { iterateLive } from './iterate.ts'
import { escape } from './memory.ts'
import type { Completion, Frame, Run } from './run.ts'
import { either, mayRaise, NORMAL, NotFollowed, place, PythonRaise, spend } from './run.ts'
import { truthOf } from './truth.ts'
import type { Py } from './values.ts'
import { settle, unknown } from './values.ts'

const MAX_TURNS = 2000

export function executeFor(run: Run, frame: Frame, statement: Extract<Statement, { type: 'for' }>): Completion {
  const of = evaluate(run, frame, statement.of)
  run.loops += 1
  try {
    const items = iterateLive(of)
    if (items === null) throw new NotFollowed()
    for (const item of items) {
      spend(run)
      run.current = statement
      assign(run, frame, statement.target, item)
      const completion = execute(run, frame, statement.body)
      if (completion.kind === 'break') return NORMAL
      if (completion.kind === 'return' || completion.kind === 'raise') return completion
    }
  } catch (error) {
    // The rest of the loop has what it goes over.
    if (error instanceof NotFollowed) escape(run.state, [of], `a loop at ${place(frame, statement.line)}`)
    throw error
  } finally {
    run.loops -= 1
  }
  return execute(run, frame, statement.otherwise)
}

export function executeWhile(run: Run, frame: Frame, statement: Extract<Statement, { type: 'while' }>): Completion {
  run.loops += 1
  try {
    for (let turn = 0; ; turn += 1) {
      run.current = statement
      const truth = truthOf(settle(evaluate(run, frame, statement.test)))
      if (truth === null || turn >= MAX_TURNS) throw new NotFollowed()
      if (!truth) break
      const completion = execute(run, frame, statement.body)
      if (completion.kind === 'break') return NORMAL
      if (completion.kind === 'return' || completion.kind === 'raise') return completion
    }
  } finally {
    run.loops -= 1
  }
  return execute(run, frame, statement.otherwise)
}

/** Context managers that never swallow what is raised within. */
const OPEN = new Set(['builtins.open', 'io.open', 'codecs.open', 'tempfile.TemporaryDirectory', 'tempfile.NamedTemporaryFile', 'warnings.catch_warnings', 'os.scandir', 'contextlib.nullcontext'])

interface Manager {
  /** Exceptions that it swallows; null: not known. */
  readonly swallows: readonly Expr[] | null
  readonly value: Py
}

export function executeWith(run: Run, frame: Frame, statement: Extract<Statement, { type: 'with' }>): Completion {
  const [first, ...rest] = statement.items
  if (first === undefined) return execute(run, frame, statement.body)
  const why = `a with statement at ${place(frame, statement.line)}`
  const { swallows, value } = enter(run, frame, first.expr)
  mayRaise(run, why)
  const isGuard = swallows === null || swallows.length > 0
  if (isGuard) run.guards.push(statement)
  let completion: Completion
  try {
    completion = guarded(() => {
      if (first.as !== null) assign(run, frame, first.as, unknown(why, value))
      return NORMAL
    })
    if (completion.kind === 'normal') completion = executeWith(run, frame, { ...statement, items: rest })
  } finally {
    if (isGuard) run.guards.pop()
  }
  if (swallows === null) escape(run.state, [value], why)
  const raised = completion.kind === 'raise' ? completion.name : null
  if (raised === null) return completion
  const isSwallowed = swallows === null
    ? either(run, why, [`${why} ends with it`, `${why} goes on`], [], statement) === 1
    : swallows.some((expr) => isCaughtBy(run, frame, statement, expr.type === 'star' ? expr.of : expr, raised))
  return isSwallowed ? NORMAL : completion
}

function guarded(action: () => Completion): Completion {
  try {
    return action()
  } catch (error) {
    if (error instanceof PythonRaise) return { kind: 'raise', name: error.exception, line: error.line }
    throw error
  }
}

function enter(run: Run, frame: Frame, expr: Expr): Manager {
  const callee = expr.type === 'call' && (expr.callee.type === 'name' || expr.callee.type === 'attribute') ? evaluate(run, frame, expr.callee) : null
  if (callee?.t === 'ref' && callee.name === 'contextlib.suppress' && expr.type === 'call' && expr.keywords.length === 0) return { swallows: expr.args, value: unknown('suppress') }
  const value = evaluate(run, frame, expr)
  const isOpen = (callee?.t === 'ref' && OPEN.has(callee.name)) || (callee?.t === 'method' && callee.of.t === 'path' && callee.name === 'open')
  return { swallows: isOpen ? [] : null, value }
}
