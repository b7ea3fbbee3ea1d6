import type { Expr, Statement } from '../python/ast.ts'
import { evaluate, iterate, toFunction, unpack } from './evaluate.ts'
import { executeIf, executeTry } from './branches.ts'
import { executeFrom, executeImport } from './import-statement.ts'
import { isHarmless } from './library.ts'
import { applyBinary } from './operators.ts'
import type { Completion, Frame, ModuleFile, Run } from './run.ts'
import { bind, BudgetSpent, currentScope, doubtScope, FlowUnknown, giveUp, giveUpCalled, NORMAL, notKnown, NotFollowed, place, PythonRaise, spend } from './run.ts'
import { changeOptions } from './speculate.ts'
import { settle, spoil } from './state.ts'
import type { Py } from './values.ts'
import { isMutable, keyOf, mapChoice, NONE, unknown, withEnv } from './values.ts'

export function executeModule(run: Run, module: ModuleFile, catching: readonly string[]): Completion {
  const scope = run.state.modules.get(module.module)
  if (scope === undefined) return NORMAL
  return execute(run, { module, locals: null, scope, catching }, module.statements)
}

/** Runs statements one after the other. What cannot be followed is given up with all that it names; reading goes on after it. */
export function execute(run: Run, frame: Frame, statements: readonly Statement[]): Completion {
  for (const statement of statements) {
    const completion = executeOne(run, frame, statement)
    if (completion.kind !== 'normal') return completion
  }
  return NORMAL
}

function executeOne(run: Run, frame: Frame, statement: Statement): Completion {
  try {
    spend(run)
    return perform(run, frame, statement)
  } catch (error) {
    if (error instanceof PythonRaise) return { kind: 'raise', name: error.exception, line: error.line }
    const isOver = error instanceof BudgetSpent || error instanceof RangeError
    if (!isOver && (!(error instanceof NotFollowed) || frame.locals !== null)) throw error
    if (isOver && frame.locals !== null) throw error
    if (error instanceof FlowUnknown && error.leaves !== statement.type) throw error
    // Containers may be changed through others that hold them, in one of the ways that were not followed.
    if (error instanceof FlowUnknown) for (const { value } of currentScope(run, frame).names.values()) spoil(value, `code that is not followed at ${place(frame, statement.line)}`)
    giveUp(run, frame, statement.mentions, isOver ? 'settings that are too long to be read' : `code that is not followed at ${place(frame, statement.line)}`)
    if (isOver && !run.problems.some((problem) => problem.what === 'too-long')) run.problems.push({ what: 'too-long', file: frame.module.file, line: statement.line, detail: '' })
    return NORMAL
  }
}

function perform(run: Run, frame: Frame, statement: Statement): Completion {
  switch (statement.type) {
    case 'opaque':
      if (frame.locals !== null) throw new NotFollowed()
      giveUp(run, frame, statement.mentions, `${statement.what} at ${place(frame, statement.line)}`)
      return NORMAL
    case 'expression':
      evaluate(run, frame, statement.expr)
      return NORMAL
    case 'assign': {
      const value = evaluate(run, frame, statement.value)
      for (const target of statement.targets) assign(run, frame, target, value)
      return NORMAL
    }
    case 'update': return executeUpdate(run, frame, statement)
    case 'import':
      executeImport(run, frame, statement)
      return NORMAL
    case 'from':
      executeFrom(run, frame, statement)
      return NORMAL
    case 'if': return executeIf(run, frame, statement)
    case 'try': return executeTry(run, frame, statement)
    case 'for': return executeFor(run, frame, statement)
    case 'with': return executeWith(run, frame, statement)
    case 'function':
      if (statement.decorated || statement.code.parameters === null || statement.code.parameters.some((item) => item.fallback !== null && !CONSTANTS.has(item.fallback.type))) {
        giveUpCalled(run, frame, statement.mentions, `code that runs with def ${statement.code.name} at ${place(frame, statement.line)}`)
      }
      bind(run, frame, statement.code.name, toFunction(frame, statement.code, statement.decorated), statement.line)
      return NORMAL
    case 'class': return executeClass(run, frame, statement)
    case 'return': return { kind: 'return', value: statement.value === null ? NONE : evaluate(run, frame, statement.value) }
    case 'raise': return { kind: 'raise', name: exceptionName(statement.value), line: statement.line }
    case 'delete':
      for (const target of statement.targets) remove(run, frame, target)
      return NORMAL
    case 'global':
      if (frame.locals !== null) throw new NotFollowed()
      return NORMAL
    case 'pass': return NORMAL
    case 'break': case 'continue': return { kind: statement.type }
  }
}

const CONSTANTS = new Set(['str', 'bytes', 'int', 'float', 'bool', 'none', 'name'])

function exceptionName(value: Expr | null): string {
  if (value === null) return 'Exception'
  if (value.type === 'call') return exceptionName(value.callee)
  return value.type === 'name' || value.type === 'attribute' ? value.name : 'Exception'
}

/** Binds a name, an item or an attribute. */
function assign(run: Run, frame: Frame, target: Expr, value: Py): void {
  switch (target.type) {
    case 'name': return bind(run, frame, target.name, value, target.line)
    case 'tuple': case 'list': return assignItems(run, frame, target.items, value, target.line)
    case 'subscript': return assignItem(run, frame, target, value)
    case 'attribute': return assignAttribute(run, frame, target)
    default: throw new NotFollowed()
  }
}

function assignItems(run: Run, frame: Frame, targets: readonly Expr[], value: Py, line: number): void {
  const items = targets.some((target) => target.type === 'star') ? null : iterate(value)
  if (items !== null && items.length === targets.length) {
    for (const [index, target] of targets.entries()) assign(run, frame, target, items[index] ?? NONE)
    return
  }
  for (const target of targets) assign(run, frame, target.type === 'star' ? target.of : target, withEnv(unknown(value.t === 'unknown' ? value.why : `unpacked at ${place(frame, line)}`), value))
}

function assignItem(run: Run, frame: Frame, target: Extract<Expr, { type: 'subscript' }>, value: Py): void {
  const where = place(frame, target.line)
  if (target.of.type === 'call' && target.of.callee.type === 'name' && ['globals', 'locals', 'vars'].includes(target.of.callee.name) && frame.locals === null && target.index.type === 'str') {
    return bind(run, frame, target.index.value, value, target.line)
  }
  const of = evaluate(run, frame, target.of)
  const key = target.index.type === 'slice' ? unknown('') : evaluate(run, frame, target.index)
  if (of.t === 'ref') return assignToReference(run, frame, of.name, key, value, where)
  if (of.t === 'choice' && isMutable(value)) spoil(value, `changed at ${where}`)
  changeEach(run, of, where, (one) => {
    if (one.t === 'dict' && one.spoiled === null) {
      const name = keyOf(key)
      if (name === null) one.spoiled = `a key computed at ${where}`
      else one.entries.set(name, { key, value })
    } else if (one.t === 'list' && key.t === 'int' && Number(key.v) >= -one.items.length && Number(key.v) < one.items.length) one.items.splice(Number(key.v), 1, value)
    else spoil(one, `changed at ${where}`)
    return one
  })
}

function assignToReference(run: Run, frame: Frame, name: string, key: Py, value: Py, where: string): void {
  if (name === 'os.environ' && key.t === 'str') {
    // Only texts can be there; `from` stays, because the line says where it was set.
    run.state.environ.set(key.v, value)
    return
  }
  run.state.environDoubt ??= `changed at ${where}`
  if (!isHarmless(name)) doubtScope(run, frame, `changed at ${where}`)
}

function assignAttribute(run: Run, frame: Frame, target: Extract<Expr, { type: 'attribute' }>): void {
  const of = evaluate(run, frame, target.of)
  const where = place(frame, target.line)
  if (of.t === 'module') {
    const scope = run.state.modules.get(of.name)
    if (scope !== undefined) scope.doubt ??= `changed at ${where}`
  } else if (of.t === 'ref' && of.name === 'sys') run.state.pathDoubt.why ??= `changed at ${where}`
  else if (of.t === 'ref' && (of.name.startsWith('environ') || of.name.startsWith('dj_database_url') || of.name === 'os' || of.name.startsWith('decouple'))) run.state.environDoubt ??= `changed at ${where}`
  else if (of.t === 'env') throw new NotFollowed()
  else spoil(of, `changed at ${where}`)
}

/** `x += y` changes a list in place, for every name that holds it; everything else is bound anew. */
function executeUpdate(run: Run, frame: Frame, statement: Extract<Statement, { type: 'update' }>): Completion {
  const { target, op, line } = statement
  const where = place(frame, line)
  const held = evaluate(run, frame, target)
  const given = evaluate(run, frame, statement.value)
  // In place, with one of several values: every world would need a copy of its own.
  if (given.t === 'choice' && isMutable(held)) spoil(held, `changed at ${where}`)
  const result = changeEach(run, held, where, (left) => mapChoice(given, (right) => withEnv(updateOne(run, op, left, right, where), left, right)))
  if (target.type === 'name' || target.type === 'subscript') assign(run, frame, target, result)
  else assignAttributeOf(run, frame, target)
  return NORMAL
}

function changeEach(run: Run, value: Py, where: string, change: (value: Py) => Py): Py {
  return value.t === 'choice' ? changeOptions(run, value, `changed at ${where}`, change) : change(value)
}

function assignAttributeOf(run: Run, frame: Frame, target: Expr): void {
  if (target.type !== 'attribute') throw new NotFollowed()
  assignAttribute(run, frame, target)
}

function updateOne(run: Run, op: string, left: Py, right: Py, where: string): Py {
  if (left.t === 'list' && op === '+' && left.spoiled === null) {
    const items = iterate(settle(right))
    if (items !== null) {
      spend(run, items.length)
      left.items.push(...items)
      return left
    }
    spoil(left, right.t === 'unknown' ? right.why : `changed at ${where}`)
    return left
  }
  if (left.t === 'dict' && op === '|' && left.spoiled === null && right.t === 'dict' && right.spoiled === null) {
    for (const [key, entry] of right.entries) left.entries.set(key, entry)
    return left
  }
  const result = applyBinary(run, op, left, right, where)
  if (result.t === 'unknown' && isMutable(left)) spoil(left, result.why)
  return result
}

function executeFor(run: Run, frame: Frame, statement: Extract<Statement, { type: 'for' }>): Completion {
  const items = iterate(evaluate(run, frame, statement.of))
  if (items === null) throw new NotFollowed()
  for (const item of items) {
    spend(run)
    if (frame.locals !== null) unpack(run, frame, statement.target, item)
    else assign(run, frame, statement.target, item)
    const completion = execute(run, frame, statement.body)
    if (completion.kind === 'break') return NORMAL
    if (completion.kind === 'return' || completion.kind === 'raise') return completion
  }
  return execute(run, frame, statement.otherwise)
}

function executeWith(run: Run, frame: Frame, statement: Extract<Statement, { type: 'with' }>): Completion {
  const suppressed: string[] = []
  for (const { expr, as } of statement.items) {
    if (expr.type === 'call' && (expr.callee.type === 'name' || expr.callee.type === 'attribute') && expr.callee.name === 'suppress') {
      suppressed.push(...expr.args.map((arg) => (arg.type === 'name' || arg.type === 'attribute' ? arg.name : '*')))
    } else evaluate(run, frame, expr)
    if (as !== null) assign(run, frame, as, notKnown(run, `a with statement at ${place(frame, statement.line)}`))
  }
  if (suppressed.length === 0) return execute(run, frame, statement.body)
  const catches: Expr = { type: 'tuple', items: suppressed.map((name) => ({ type: 'name', name, line: statement.line })), line: statement.line }
  return executeTry(run, frame, { type: 'try', body: statement.body, handlers: [{ catches, as: null, body: [], line: statement.line }], otherwise: [], finally: [], line: statement.line, mentions: statement.mentions })
}

/** Classes are not followed. One of django-configurations makes all settings of the module. */
function executeClass(run: Run, frame: Frame, statement: Extract<Statement, { type: 'class' }>): Completion {
  const where = `class ${statement.name} at ${place(frame, statement.line)}`
  const bases = statement.bases.map((base) => evaluate(run, frame, base))
  if (bases.some((base) => base.t === 'ref' && base.name.startsWith('configurations'))) doubtScope(run, frame, where)
  const scope = currentScope(run, frame)
  // Its body runs, and may change what it names; it cannot bind names of the module but its own.
  for (const name of statement.mentions) {
    if (['globals', 'locals', 'exec', 'eval', 'setattr'].includes(name)) doubtScope(run, frame, where)
    const held = scope.names.get(name)
    if (held !== undefined) spoil(held.value, `changed by ${where}`)
  }
  giveUpCalled(run, frame, statement.mentions, where)
  // To call a class is to run code that is not followed.
  const code = { name: statement.name, parameters: null, body: [], isPlain: false, mentions: statement.mentions, line: statement.line }
  bind(run, frame, statement.name, toFunction(frame, code, true), statement.line)
  return NORMAL
}

function remove(run: Run, frame: Frame, target: Expr): void {
  if (target.type === 'name' && frame.locals === null) {
    currentScope(run, frame).names.delete(target.name)
    return
  }
  if (target.type !== 'subscript') throw new NotFollowed()
  const of = evaluate(run, frame, target.of)
  const name = target.index.type === 'slice' ? null : keyOf(evaluate(run, frame, target.index))
  const where = place(frame, target.line)
  if (of.t === 'ref') return assignToReference(run, frame, `${of.name}.`, NONE, NONE, where)
  changeEach(run, of, where, (one) => {
    if (one.t === 'dict' && name !== null && one.spoiled === null) one.entries.delete(name)
    else spoil(one, `changed at ${where}`)
    return one
  })
}
