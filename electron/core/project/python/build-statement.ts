import type { SyntaxNode } from '@lezer/common'
import type { Expr, FunctionCode, Handler, ImportedName, Statement } from './ast.ts'
import { buildArguments, buildExpression, buildItems, buildParameters, opaque, SYNTAX } from './build-expression.ts'
import type { PythonText } from './file.ts'
import { childrenOf, effectsIn, namesIn, sourceOf } from './file.ts'

const MAX_DEPTH = 40
const CONDITION_CHARS = 80

/** One node of the grammar becomes one statement, or several on one line. What is not followed is kept as opaque, with all its names. */
export function buildStatements(file: PythonText, node: SyntaxNode, depth = 0): Statement[] {
  if (node.name === 'StatementGroup') return childrenOf(node).filter((child) => child.name !== ';').flatMap((child) => buildStatements(file, child, depth + 1))
  return [depth > MAX_DEPTH ? opaque(file, node, 'code that is nested too deeply') : buildStatement(file, node, depth)]
}

function buildStatement(file: PythonText, node: SyntaxNode, depth: number): Statement {
  if (hasOwnError(node)) return opaque(file, node, SYNTAX)
  const at = namedAt(file, node)
  const children = childrenOf(node)
  const [first, second] = children
  switch (node.name) {
    case 'ExpressionStatement': return { type: 'expression', expr: buildTuple(file, children), ...at }
    case 'AssignStatement': return buildAssign(file, node, children)
    case 'UpdateStatement': return buildUpdate(file, node, children)
    case 'ImportStatement': return buildImport(file, node, children)
    case 'IfStatement': return buildIf(file, node, children, depth)
    case 'TryStatement': return buildTry(file, node, children, depth)
    case 'ForStatement': return buildFor(file, node, children, depth)
    case 'WithStatement': return buildWith(file, node, children, depth)
    case 'DecoratedStatement': return buildDecorated(file, node, children, depth)
    case 'FunctionDefinition': return { type: 'function', code: buildFunction(file, node, children, depth), decorated: false, ...at }
    case 'ClassDefinition': return buildClass(file, node, children, depth)
    case 'ReturnStatement': return { type: 'return', value: second === undefined ? null : buildTuple(file, children.slice(1)), ...at }
    case 'RaiseStatement': return { type: 'raise', value: second === undefined ? null : isPlainCause(children[3]) ? buildExpression(file, second) : opaque(file, node, 'a raise statement'), ...at }
    case 'DeleteStatement': return { type: 'delete', targets: buildItems(file, children.slice(1), 0), ...at }
    case 'PassStatement': return { type: 'pass', ...at }
    case 'BreakStatement': return { type: 'break', ...at }
    case 'ContinueStatement': return { type: 'continue', ...at }
    case 'ScopeStatement': return { type: 'global', ...at }
    case 'AssertStatement': return buildAssert(file, node, second, at)
    case 'WhileStatement': return buildWhile(file, node, children, depth)
    default: return opaque(file, node, first === undefined ? SYNTAX : describe(node.name))
  }
}

function namedAt(file: PythonText, node: SyntaxNode): { readonly line: number; readonly mentions: readonly string[]; readonly binds: readonly string[] } {
  const { binds, globals } = effectsIn(file, node)
  return { line: file.lineAt(node.from), mentions: namesIn(file, node), binds: [...binds, ...globals] }
}

/** `assert test` is `if not test: raise AssertionError`. */
function buildAssert(file: PythonText, node: SyntaxNode, test: SyntaxNode | undefined, at: ReturnType<typeof namedAt>): Statement {
  if (test === undefined) return opaque(file, node, SYNTAX)
  const text = `not (${spellCondition(file, test)})`
  const raised: Expr = { type: 'name', name: 'AssertionError', line: at.line }
  return { type: 'if', branches: [{ test: { type: 'unary', op: 'not', of: buildExpression(file, test), line: at.line }, text, body: [{ type: 'raise', value: raised, ...at }] }], otherwise: [], ...at }
}

function spellCondition(file: PythonText, test: SyntaxNode): string {
  return sourceOf(file, test).replace(/\s+/g, ' ').slice(0, CONDITION_CHARS)
}

function buildWhile(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const [, test] = children
  const [body, otherwise] = children.filter((child) => child.name === 'Body')
  if (test === undefined || test.name === 'Body' || body === undefined) return opaque(file, node, SYNTAX)
  return { type: 'while', test: buildExpression(file, test), body: bodyOf(file, body, depth), otherwise: bodyOf(file, otherwise, depth), ...namedAt(file, node) }
}

/** `raise … from cause`. */
function isPlainCause(cause: SyntaxNode | undefined): boolean {
  return cause === undefined || cause.name === 'VariableName' || cause.name === 'None'
}

function describe(name: string): string {
  switch (name) {
    case 'MatchStatement': return 'a match statement'
    default: return 'a statement that is not followed'
  }
}

/** An error in the statement itself; those of the statements within belong to them. */
function hasOwnError(node: SyntaxNode): boolean {
  if (node.type.isError) return true
  const waiting = childrenOf(node)
  for (let child = waiting.pop(); child !== undefined; child = waiting.pop()) {
    if (child.type.isError) return true
    if (child.name !== 'Body' && child.name !== 'MatchBody') waiting.push(...childrenOf(child))
  }
  return false
}

function bodyOf(file: PythonText, node: SyntaxNode | undefined, depth: number): Statement[] {
  if (node?.name !== 'Body') return []
  return childrenOf(node).filter((child) => child.name !== ':').flatMap((child) => buildStatements(file, child, depth + 1))
}

function buildTuple(file: PythonText, nodes: readonly SyntaxNode[]): Expr {
  const items = buildItems(file, nodes, 0)
  const [only] = items
  const isTuple = nodes.some((node) => node.name === ',')
  if (!isTuple && items.length === 1 && only !== undefined) return only
  return { type: 'tuple', items, line: file.lineAt(nodes[0]?.from ?? 0) }
}

function buildAssign(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
  const at = namedAt(file, node)
  const parts: SyntaxNode[][] = [[]]
  for (const child of children) {
    if (child.name === 'AssignOp') parts.push([])
    else if (child.name !== 'TypeDef') parts.at(-1)?.push(child)
  }
  if (parts.some((part) => part.length === 0)) return opaque(file, node, SYNTAX)
  if (children.some((child) => acts(file, child))) return opaque(file, node, 'an annotation that is computed')
  const value = parts.pop()
  // `NAME: type` alone binds nothing.
  if (value === undefined || parts.length === 0) return { type: 'pass', ...at }
  return { type: 'assign', targets: parts.map((part) => buildTuple(file, part)), value: buildTuple(file, value), ...at }
}

/** Annotations are computed where they stand. */
function acts(file: PythonText, node: SyntaxNode): boolean {
  return node.name === 'TypeDef' && /[(=]|\bawait\b/.test(sourceOf(file, node))
}

function buildUpdate(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
  const [target, op, ...value] = children
  if (target === undefined || op?.name !== 'UpdateOp' || value.length === 0) return opaque(file, node, SYNTAX)
  return { type: 'update', target: buildExpression(file, target), op: sourceOf(file, op).slice(0, -1), value: buildTuple(file, value), ...namedAt(file, node) }
}

function buildImport(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
  const at = namedAt(file, node)
  const words = children.map((child) => (child.name === '.' || child.name === 'VariableName' || child.name === '*' ? sourceOf(file, child) : child.name))
  if (words[0] === 'import') return { type: 'import', modules: readNames(words.slice(1)), ...at }
  const split = words.indexOf('import')
  const from = words.slice(1, split).join('')
  const level = /^\.*/.exec(from)?.[0].length ?? 0
  const names = words.slice(split + 1).filter((word) => word !== '(' && word !== ')')
  return { type: 'from', level, module: from.slice(level), names: names[0] === '*' ? null : readNames(names), ...at }
}

function readNames(words: readonly string[]): ImportedName[] {
  const names: ImportedName[] = []
  let name = ''
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const as = words[at + 1]
    if (word === ',') {
      if (name !== '') names.push({ name, as: name })
      name = ''
    } else if (word === 'as' && as !== undefined) {
      names.push({ name, as })
      name = ''
      at += 1
    } else name += word
  }
  if (name !== '') names.push({ name, as: name })
  return names
}

function buildIf(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const branches: { test: Expr; text: string; body: Statement[] }[] = []
  let otherwise: Statement[] = []
  for (let at = 0; at < children.length; at += 1) {
    const [word, test, body] = [children[at], children[at + 1], children[at + 2]]
    if (word?.name === 'else') otherwise = bodyOf(file, test, depth)
    else if ((word?.name === 'if' || word?.name === 'elif') && test !== undefined) {
      branches.push({ test: buildExpression(file, test), text: spellCondition(file, test), body: bodyOf(file, body, depth) })
      at += 2
    }
  }
  return { type: 'if', branches, otherwise, ...namedAt(file, node) }
}

function buildTry(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const parts: { word: string; head: SyntaxNode[]; body: SyntaxNode | undefined; line: number }[] = []
  for (const child of children) {
    if (['try', 'except', 'else', 'finally'].includes(child.name)) parts.push({ word: child.name, head: [], body: undefined, line: file.lineAt(child.from) })
    const last = parts.at(-1)
    if (last === undefined) continue
    if (child.name === 'Body') last.body = child
    else if (child.name !== last.word) last.head.push(child)
  }
  if (parts.some((part) => part.head.some((item) => item.name === '*' || item.name === ','))) return opaque(file, node, 'a try statement that is not followed')
  const bodies = (word: string): Statement[] => parts.filter((part) => part.word === word).flatMap((part) => bodyOf(file, part.body, depth))
  const handlers = parts.filter((part) => part.word === 'except').map(({ head, body, line }): Handler => {
    const [catches, , as] = head
    return { catches: catches === undefined ? null : buildExpression(file, catches), as: as === undefined ? null : sourceOf(file, as), body: bodyOf(file, body, depth), line }
  })
  return { type: 'try', body: bodies('try'), handlers, otherwise: bodies('else'), finally: bodies('finally'), ...namedAt(file, node) }
}

function buildFor(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const inAt = children.findIndex((child) => child.name === 'in')
  const bodyAt = children.findIndex((child) => child.name === 'Body')
  if (children[0]?.name !== 'for' || inAt < 0 || bodyAt < inAt) return opaque(file, node, 'a loop that is not followed')
  const elseBody = children.slice(bodyAt + 1).find((child) => child.name === 'Body')
  return {
    type: 'for', target: buildTuple(file, children.slice(1, inAt)), of: buildTuple(file, children.slice(inAt + 1, bodyAt)), body: bodyOf(file, children[bodyAt], depth),
    otherwise: bodyOf(file, elseBody, depth), ...namedAt(file, node),
  }
}

function buildWith(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const items: { expr: Expr; as: Expr | null }[] = []
  if (children[0]?.name !== 'with') return opaque(file, node, 'a with statement that is not followed')
  for (let at = 1; at < children.length; at += 1) {
    const [child, word, as] = [children[at], children[at + 1], children[at + 2]]
    if (child === undefined || child.name === ',' || child.name === 'Body') continue
    const named = word?.name === 'as' && as !== undefined
    items.push({ expr: buildExpression(file, child), as: named ? buildExpression(file, as) : null })
    if (named) at += 2
  }
  return { type: 'with', items, body: bodyOf(file, children.at(-1), depth), ...namedAt(file, node) }
}

function buildDecorated(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const inner = children.at(-1)
  if (inner?.name !== 'FunctionDefinition') return opaque(file, node, 'a decorated class')
  return { type: 'function', code: buildFunction(file, inner, childrenOf(inner), depth), decorated: true, ...namedAt(file, node) }
}

function buildFunction(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): FunctionCode {
  const name = children.find((child) => child.name === 'VariableName')
  const list = children.find((child) => child.name === 'ParamList')
  const body = children.at(-1)
  const isComputed = children.some((child) => acts(file, child)) || (list !== undefined && childrenOf(list).some((child) => acts(file, child)))
  const { binds, own, globals, pauses } = effectsIn(file, body ?? node)
  return {
    name: name === undefined ? '' : sourceOf(file, name), parameters: list === undefined || isComputed ? null : buildParameters(file, list, 0), body: bodyOf(file, body, depth),
    isPlain: children[0]?.name === 'def' && !pauses, mentions: namesIn(file, node), binds: binds.filter((name) => !own.includes(name)), own, globals, signature: children.filter((child) => child !== body).flatMap((child) => namesIn(file, child)), line: file.lineAt(node.from),
  }
}

function buildClass(file: PythonText, node: SyntaxNode, children: readonly SyntaxNode[], depth: number): Statement {
  const name = children.find((child) => child.name === 'VariableName')
  const list = children.find((child) => child.name === 'ArgList')
  return { type: 'class', name: name === undefined ? '' : sourceOf(file, name), bases: list === undefined ? [] : buildArguments(file, list, 0).args, body: bodyOf(file, children.at(-1), depth), globals: effectsIn(file, node).globals, ...namedAt(file, node) }
}
