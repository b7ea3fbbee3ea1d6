import type { Expr, Statement } from '../python/ast.ts'
import { assign, remove, update } from './assign.ts'
import { executeIf, executeTry } from './branches.ts'
import { evaluate, toFunction } from './evaluate.ts'
import { ANY_EXCEPTION } from './exceptions.ts'
import { executeFrom, executeImport } from './import-statement.ts'
import { executeFor, executeWhile, executeWith } from './loops.ts'
import { doubtScope, escape, escapeAll, exposeLocals } from './memory.ts'
import type { Completion, Frame, ModuleFile, Run } from './run.ts'
import { bind, giveUp, mayRaise, NORMAL, NotFollowed, place, PythonRaise, spend } from './run.ts'
import { NONE } from './values.ts'
import { BudgetSpent } from './worlds.ts'

export function executeModule(run: Run, module: ModuleFile): Completion {
  const scope = run.state.modules.get(module.module)
  if (scope === undefined) return NORMAL
  const { current, loops } = run
  run.loops = 0
  try {
    return execute(run, { module, scope, code: null, locals: null, inner: [], closure: [] }, module.statements)
  } finally {
    run.current = current
    run.loops = loops
  }
}

/** Runs statements one after the other. What cannot be followed is given up with all that it gets hold of; reading goes on after it. */
export function execute(run: Run, frame: Frame, statements: readonly Statement[]): Completion {
  for (const statement of statements) {
    const completion = executeOne(run, frame, statement)
    if (completion.kind !== 'normal') return completion
  }
  return NORMAL
}

function executeOne(run: Run, frame: Frame, statement: Statement): Completion {
  try {
    run.current = statement
    spend(run)
    if (!run.guide.givesUp(statement)) return perform(run, frame, statement)
    return giveUpStatement(run, frame, statement, `too many conditions at ${place(frame, statement.line)}`)
  } catch (error) {
    if (error instanceof PythonRaise) return { kind: 'raise', name: error.exception, line: error.line }
    if (error instanceof NotFollowed) return attempt(() => giveUpStatement(run, frame, statement, `code that is not followed at ${place(frame, statement.line)}`))
    // The stack of this program ends where Python's own would, or earlier.
    if (!(error instanceof BudgetSpent) && !(error instanceof RangeError)) throw error
    if (!run.isLast) throw new BudgetSpent()
    return attempt(() => giveUpRest(run, frame, statement))
  }
}

function attempt(action: () => Completion): Completion {
  try {
    return action()
  } catch (error) {
    if (error instanceof PythonRaise) return { kind: 'raise', name: error.exception, line: error.line }
    throw error
  }
}

/** Whether it goes on after the statement is not known when the statement may leave what is around it. */
function giveUpStatement(run: Run, frame: Frame, statement: Statement, why: string): Completion {
  if ((frame.code !== null || run.loops > 0) && mayLeave(statement, 0)) throw new NotFollowed()
  giveUp(run, frame, statement, why)
  return NORMAL
}

/** It stopped in the middle of an expression, which may have held anything. */
function giveUpRest(run: Run, frame: Frame, statement: Statement): Completion {
  const why = 'settings that are too long to be read'
  if (!run.problems.some((problem) => problem.what === 'too-long')) {
    run.problems.push({ what: 'too-long', file: frame.module.file, line: statement.line, detail: '' })
    escapeAll(run.state, why)
  }
  if (frame.locals !== null) escape(run.state, exposeLocals(frame.locals, why), why)
  return giveUpStatement(run, frame, statement, why)
}

/** Whether a statement may end the loop or the function around it. @param loops that are within it */
function mayLeave(statement: Statement, loops: number): boolean {
  const any = (body: readonly Statement[], inner = loops): boolean => body.some((item) => mayLeave(item, inner))
  switch (statement.type) {
    case 'opaque': return statement.leaves
    case 'return': return true
    case 'break': case 'continue': return loops === 0
    case 'if': return statement.branches.some((branch) => any(branch.body)) || any(statement.otherwise)
    case 'try': return any(statement.body) || statement.handlers.some((handler) => any(handler.body)) || any(statement.otherwise) || any(statement.finally)
    case 'for': case 'while': return any(statement.body, loops + 1) || any(statement.otherwise)
    case 'with': return any(statement.body)
    default: return false
  }
}

function perform(run: Run, frame: Frame, statement: Statement): Completion {
  const where = place(frame, statement.line)
  switch (statement.type) {
    case 'opaque': return giveUpStatement(run, frame, statement, `${statement.what} at ${where}`)
    case 'expression':
      evaluate(run, frame, statement.expr)
      return NORMAL
    case 'assign': {
      const value = evaluate(run, frame, statement.value)
      for (const target of statement.targets) assign(run, frame, target, value)
      return NORMAL
    }
    case 'update':
      update(run, frame, statement)
      return NORMAL
    case 'import':
      executeImport(run, frame, statement)
      return NORMAL
    case 'from':
      executeFrom(run, frame, statement)
      return NORMAL
    case 'if': return executeIf(run, frame, statement)
    case 'try': return executeTry(run, frame, statement)
    case 'for': return executeFor(run, frame, statement)
    case 'while': return executeWhile(run, frame, statement)
    case 'with': return executeWith(run, frame, statement)
    case 'function': {
      const isComputed = statement.decorated || statement.code.parameters === null
      const made = toFunction(run, frame, statement.code, isComputed)
      // A decorator may call it, or keep it.
      if (statement.decorated) escape(run.state, [made], `a decorator at ${where}`)
      if (isComputed) giveUp(run, frame, statement.decorated ? statement : { mentions: statement.code.signature, binds: [] }, `code that runs with def ${statement.code.name} at ${where}`)
      bind(run, frame, statement.code.name, made, statement.line)
      return NORMAL
    }
    case 'class': return executeClass(run, frame, statement)
    case 'return': return { kind: 'return', value: statement.value === null ? NONE : evaluate(run, frame, statement.value) }
    case 'raise': return { kind: 'raise', name: exceptionName(run, frame, statement.value), line: statement.line }
    case 'delete':
      for (const target of statement.targets) remove(run, frame, target)
      return NORMAL
    // What it says is known beforehand, for the function as a whole.
    case 'global': case 'pass': return NORMAL
    case 'break': case 'continue': return { kind: statement.type }
  }
}

/** What is raised, as in `exceptions.ts`. */
function exceptionName(run: Run, frame: Frame, value: Expr | null): string {
  if (value === null) return ANY_EXCEPTION
  const raised = value.type === 'call' ? value.callee : value
  const held = evaluate(run, frame, raised)
  if (value.type === 'call') for (const arg of [...value.args, ...value.keywords.map((keyword) => keyword.value)]) escape(run.state, [evaluate(run, frame, arg.type === 'star' ? arg.of : arg)], 'an exception')
  if (held.t !== 'ref') {
    escape(run.state, [held], 'an exception')
    return ANY_EXCEPTION
  }
  return held.name.replace(/^builtins\./, '')
}

/** Classes are not followed. One of django-configurations makes all settings of the module. */
function executeClass(run: Run, frame: Frame, statement: Extract<Statement, { type: 'class' }>): Completion {
  const where = `class ${statement.name} at ${place(frame, statement.line)}`
  const bases = statement.bases.map((base) => evaluate(run, frame, base.type === 'star' ? base.of : base))
  if (bases.some((base) => base.t === 'ref' && base.name.startsWith('configurations'))) escape(run.state, doubtScope(frame.scope, where), where)
  // Its body runs now, its methods whenever something has the class or one of its kind.
  const code = { name: statement.name, parameters: null, body: [], isPlain: false, mentions: statement.mentions, binds: [], own: [], globals: statement.globals, signature: [], line: statement.line }
  const made = toFunction(run, frame, code, true)
  escape(run.state, [made, ...bases], where)
  mayRaise(run, where)
  bind(run, frame, statement.name, made, statement.line)
  return NORMAL
}
