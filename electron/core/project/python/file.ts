import type { SyntaxNode } from '@lezer/common'

/** A Python file on its way to statements. */
export interface PythonText {
  readonly text: string
  /** 1-based line of an offset. */
  lineAt(offset: number): number
}

export function createPythonText(text: string): PythonText {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return {
    text,
    lineAt(offset) {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return low + 1
    },
  }
}

export function sourceOf(file: PythonText, node: { readonly from: number; readonly to: number }): string {
  return file.text.slice(node.from, node.to)
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (child.name !== 'Comment') children.push(child)
  return children
}

/** Every name and attribute in a piece of code, in no order: what it may read or change. Never recursive, so that no nesting stops it. */
export function namesIn(file: PythonText, node: SyntaxNode): readonly string[] {
  const names = new Set<string>()
  const { tree } = node
  if (tree === null) walk(node, file, names)
  else {
    tree.iterate({ enter: (item) => {
      if (NAMES.has(item.name)) names.add(file.text.slice(node.from + item.from, node.from + item.to))
      else if (item.name === 'ImportStatement' && file.text.slice(node.from + item.from, node.from + item.to).includes('*')) names.add(ANY_NAME)
    } })
  }
  return [...names]
}

/** Among the names of code with `import *`. */
export const ANY_NAME = '*'
const NAMES = new Set(['VariableName', 'PropertyName'])

function walk(node: SyntaxNode, file: PythonText, names: Set<string>): void {
  const cursor = node.cursor()
  const { to } = node
  do {
    if (cursor.from >= to && cursor.from > node.from) break
    if (NAMES.has(cursor.name)) names.add(file.text.slice(cursor.from, cursor.to))
    else if (cursor.name === 'ImportStatement' && sourceOf(file, cursor).includes('*')) names.add(ANY_NAME)
  } while (cursor.next())
}

/** Names that a piece of code may bind, and whether it may leave the loop or the function that it stands in. */
export interface Effects {
  readonly binds: readonly string[]
  /** What `global` and `nonlocal` say in it, functions in it left out. */
  readonly own: readonly string[]
  /** The same, of functions in it too. */
  readonly globals: readonly string[]
  readonly leaves: boolean
  /** It has a `yield`, an `await` or a `nonlocal` of its own. */
  readonly pauses: boolean
}

/** Where a name in these is only read. In anything else it may be bound. */
const READS = new Set(['CallExpression', 'MemberExpression', 'BinaryExpression', 'UnaryExpression', 'ConditionalExpression', 'FormatReplacement', 'ReturnStatement', 'IfStatement', 'WhileStatement', 'ExpressionStatement', 'DictionaryExpression', 'RaiseStatement', 'AssertStatement', 'Decorator', 'LambdaExpression'])
const PAUSES = new Set(['YieldExpression', 'YieldStatement', 'AwaitExpression'])
const LEAVES = new Set(['ReturnStatement', 'BreakStatement', 'ContinueStatement'])

/** What functions and classes within bind for themselves is not among `binds`. */
export function effectsIn(file: PythonText, node: SyntaxNode): Effects {
  const [binds, own, globals] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let [leaves, pauses, isBroken] = [false, false, false]
  const cursor = node.cursor()
  const { from, to } = node
  for (let isIn = true; isIn && cursor.from >= from && cursor.from <= to;) {
    const { name } = cursor
    const isWithin = cursor.to <= to
    let skips = false
    if (!isWithin) break
    if (LEAVES.has(name)) leaves = true
    if (PAUSES.has(name)) pauses = true
    if (cursor.type.isError) isBroken = true
    if (name === 'VariableName' && !isRead(cursor.node, file)) binds.add(sourceOf(file, cursor))
    if (name === 'nonlocal') pauses = true
    if (name === 'ScopeStatement') for (const child of childrenOf(cursor.node)) if (child.name === 'VariableName') own.add(sourceOf(file, child))
    if (name === 'FunctionDefinition' || name === 'LambdaExpression' || name === 'ClassDefinition') {
      addInner(file, cursor.node, binds, globals)
      skips = true
    }
    isIn = cursor.next(!skips)
  }
  // Around an error of syntax, nothing says what a name is there for.
  if (isBroken) for (const name of namesIn(file, node)) binds.add(name)
  for (const name of own) globals.add(name)
  return { binds: [...binds], own: [...own], globals: [...globals], leaves, pauses }
}

/** A function or class within: its own name, and what it says is of around it. Its parameters' defaults and bases run where it stands. */
function addInner(file: PythonText, node: SyntaxNode, binds: Set<string>, globals: Set<string>): void {
  const own = childrenOf(node).find((child) => child.name === 'VariableName')
  if (own !== undefined && node.name !== 'LambdaExpression') binds.add(sourceOf(file, own))
  const cursor = node.cursor()
  const { to } = node
  do {
    if (cursor.from >= to && cursor.from > node.from) break
    if (cursor.name === 'ScopeStatement') for (const child of childrenOf(cursor.node)) if (child.name === 'VariableName') globals.add(sourceOf(file, child))
    // A walrus in a default binds where the function stands; one in its body is taken for it too.
    if (cursor.name === 'NamedExpression') for (const child of childrenOf(cursor.node).slice(0, 1)) binds.add(sourceOf(file, child))
  } while (cursor.next())
}

function isRead(node: SyntaxNode, file: PythonText): boolean {
  const { parent } = node
  if (parent === null) return false
  if (READS.has(parent.name)) return true
  const next = nextOf(node)
  switch (parent.name) {
    case 'ArgList': return next?.name !== 'AssignOp' || sourceOf(file, next) === '='
    case 'AssignStatement': return !hasAfter(node, 'AssignOp')
    case 'UpdateStatement': return !hasAfter(node, 'UpdateOp')
    case 'NamedExpression': return !hasAfter(node, 'AssignOp')
    case 'ForStatement': case 'ComprehensionExpression': case 'ArrayComprehensionExpression': case 'SetComprehensionExpression': case 'DictionaryComprehensionExpression':
      return ['in', 'if'].includes(previousOf(node)?.name ?? '')
    case 'WithStatement': case 'TryStatement': return previousOf(node)?.name !== 'as'
    case 'MatchStatement': return previousOf(node)?.name === 'match'
    default: return false
  }
}

function nextOf(node: SyntaxNode): SyntaxNode | null {
  let next = node.nextSibling
  while (next?.name === 'Comment') next = next.nextSibling
  return next
}

function previousOf(node: SyntaxNode): SyntaxNode | null {
  let previous = node.prevSibling
  while (previous?.name === 'Comment') previous = previous.prevSibling
  return previous
}

function hasAfter(node: SyntaxNode, name: string): boolean {
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) if (next.name === name) return true
  return false
}
