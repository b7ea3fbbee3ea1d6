import type { SyntaxNode } from '@lezer/common'
import type { Clause, Expr, FunctionCode, Keyword, Parameter, Piece } from './ast.ts'
import type { PythonText } from './file.ts'
import { childrenOf, effectsIn, namesIn, sourceOf } from './file.ts'
import { openString, readNumber, unescape } from './literals.ts'
import type { Token } from './precedence.ts'
import { applyPrecedence } from './precedence.ts'

export const SYNTAX = 'a syntax error'
/** Deeper nesting than any settings file has. */
const MAX_DEPTH = 80
const OPERATORS = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'ArithOp', 'BitOp', 'CompareOp', '**', '*'])
const FLAT = new Set(['BinaryExpression', 'UnaryExpression', 'ConditionalExpression'])

export function buildExpression(file: PythonText, node: SyntaxNode, depth = 0): Expr {
  if (depth > MAX_DEPTH) return opaque(file, node, 'code that is nested too deeply')
  const line = file.lineAt(node.from)
  const build = (child: SyntaxNode): Expr => buildExpression(file, child, depth + 1)
  if (FLAT.has(node.name)) return buildOperators(file, node, depth)
  switch (node.name) {
    case 'VariableName': return { type: 'name', name: sourceOf(file, node), line }
    case 'None': return { type: 'none', line }
    case 'Ellipsis': return { type: 'ellipsis', line }
    case 'Boolean': return { type: 'bool', value: sourceOf(file, node) === 'True', line }
    case 'Number': return buildNumber(file, node)
    case 'String': case 'FormatString': case 'ContinuedString': return buildString(file, node, depth)
    case 'ParenthesizedExpression': return buildOnly(file, node, depth)
    case 'TupleExpression': return { type: 'tuple', items: buildItems(file, inside(node), depth), line }
    case 'ArrayExpression': return { type: 'list', items: buildItems(file, inside(node), depth), line }
    case 'SetExpression': return { type: 'set', items: buildItems(file, inside(node), depth), line }
    case 'DictionaryExpression': return buildDict(file, node, depth)
    case 'MemberExpression': return buildMember(file, node, depth)
    case 'CallExpression': return buildCall(file, node, depth)
    case 'LambdaExpression': return buildLambda(file, node, depth)
    case 'NamedExpression': return buildNamed(file, node, childrenOf(node), depth)
    case 'ArrayComprehensionExpression': case 'SetComprehensionExpression': case 'DictionaryComprehensionExpression': case 'ComprehensionExpression':
      return buildComprehension(file, node, inside(node), build)
    default: return opaque(file, node, node.type.isError ? SYNTAX : 'an expression that is not followed')
  }
}

export function opaque(file: PythonText, node: SyntaxNode, what: string): Extract<Expr, { type: 'opaque' }> {
  const { binds, globals, leaves } = effectsIn(file, node)
  const mentions = namesIn(file, node)
  return { type: 'opaque', what, mentions, binds: what === SYNTAX ? mentions : [...binds, ...globals], leaves, line: file.lineAt(node.from) }
}

/** Items between commas, stars in front of some: the parts of a display, or of a bare tuple. */
export function buildItems(file: PythonText, nodes: readonly SyntaxNode[], depth: number): Expr[] {
  const items: Expr[] = []
  let star = false
  for (const node of nodes) {
    if (node.name === ',') continue
    if (node.name === '*') {
      star = true
      continue
    }
    const item = buildExpression(file, node, depth + 1)
    items.push(star ? { type: 'star', of: item, line: item.line } : item)
    star = false
  }
  return items
}

/** Children without the brackets around them. */
function inside(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter((child) => !'()[]{}'.includes(child.name))
}

function buildOnly(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const [only, ...rest] = inside(node)
  return only === undefined || rest.length > 0 ? opaque(file, node, 'an expression that is not followed') : buildExpression(file, only, depth + 1)
}

function buildNamed(file: PythonText, node: SyntaxNode, [name, , value]: readonly SyntaxNode[], depth: number): Expr {
  if (name?.name !== 'VariableName' || value === undefined) return opaque(file, node, SYNTAX)
  return { type: 'named', name: sourceOf(file, name), value: buildExpression(file, value, depth + 1), line: file.lineAt(node.from) }
}

function buildNumber(file: PythonText, node: SyntaxNode): Expr {
  const value = readNumber(sourceOf(file, node))
  const line = file.lineAt(node.from)
  if (value === null) return opaque(file, node, 'a number of another kind')
  return typeof value === 'bigint' ? { type: 'int', value, line } : { type: 'float', value, line }
}

function buildOperators(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const tokens: Token[] = []
  const waiting: { node: SyntaxNode; depth: number }[] = [{ node, depth }]
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (FLAT.has(item.node.name)) waiting.push(...childrenOf(item.node).reverse().map((child) => ({ node: child, depth })))
    else if (OPERATORS.has(item.node.name)) tokens.push({ kind: 'op', text: sourceOf(file, item.node), line: file.lineAt(item.node.from), at: item.node.from })
    // A lambda takes in everything to its right; here the grammar library may have cut it short.
    else if (item.node.name === 'LambdaExpression') return opaque(file, node, 'a function within an expression')
    else tokens.push({ kind: 'operand', expr: buildExpression(file, item.node, item.depth + 1), at: item.node.from, end: item.node.to })
    if (tokens.length > 2000) return opaque(file, node, 'an expression that is too long')
  }
  return applyPrecedence(tokens, (from, to) => file.text.slice(from, to)) ?? opaque(file, node, 'an expression that is not followed')
}

function buildString(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const parts = node.name === 'ContinuedString' ? childrenOf(node) : [node]
  const pieces: Piece[] = []
  let bytes = 0
  for (const part of parts) {
    const literal = openString(sourceOf(file, part))
    const read = literal === null ? null : readPieces(file, part, literal, depth)
    if (literal === null || read === null) return opaque(file, node, 'a text with an escape that is not read')
    bytes += literal.isBytes ? 1 : 0
    pieces.push(...read)
  }
  const line = file.lineAt(node.from)
  if (pieces.some((piece) => typeof piece !== 'string')) return { type: 'fstring', pieces, line }
  if (bytes > 0 && bytes < parts.length) return opaque(file, node, 'text and bytes mixed')
  return { type: bytes > 0 ? 'bytes' : 'str', value: pieces.join(''), line }
}

function readPieces(file: PythonText, node: SyntaxNode, literal: { isBytes: boolean; isRaw: boolean; open: number; quote: number }, depth: number): Piece[] | null {
  const pieces: Piece[] = []
  let at = node.from + literal.open
  const end = node.to - literal.quote
  const isFormat = node.name === 'FormatString'
  const addText = (to: number): boolean => {
    const inner = unescape(file.text.slice(at, to), literal)
    if (inner === null) return false
    // Braces that an escape made stand for themselves; the ones in the source are doubled.
    if (isFormat && inner !== file.text.slice(at, to) && /[{}]/.test(inner)) return false
    pieces.push(isFormat ? inner.replace(/\{\{|\}\}/g, (pair) => pair.slice(1)) : inner)
    return true
  }
  for (const child of childrenOf(node)) {
    if (child.name !== 'FormatReplacement') continue
    if (!addText(child.from)) return null
    pieces.push(buildReplacement(file, child, depth))
    at = child.to
  }
  return addText(end) ? pieces : null
}

function buildReplacement(file: PythonText, node: SyntaxNode, depth: number): Piece {
  const parts = inside(node)
  const [first] = parts
  if (first === undefined) return { expr: opaque(file, node, SYNTAX), conversion: null, plain: false }
  const conversion = parts.find((part) => part.name === 'FormatConversion')
  return { expr: buildExpression(file, first, depth + 1), conversion: conversion === undefined ? null : sourceOf(file, conversion), plain: parts.length === (conversion === undefined ? 1 : 2) }
}

function buildDict(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const entries: { key: Expr | null; value: Expr }[] = []
  const parts = inside(node).filter((part) => part.name !== ',')
  for (let at = 0; at < parts.length;) {
    const [first, second, third] = [parts[at], parts[at + 1], parts[at + 2]]
    if (first?.name === '**' && second !== undefined) {
      entries.push({ key: null, value: buildExpression(file, second, depth + 1) })
      at += 2
    } else if (first !== undefined && second?.name === ':' && third !== undefined) {
      entries.push({ key: buildExpression(file, first, depth + 1), value: buildExpression(file, third, depth + 1) })
      at += 3
    } else return opaque(file, node, SYNTAX)
  }
  return { type: 'dict', entries, line: file.lineAt(node.from) }
}

function buildMember(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const parts = childrenOf(node)
  const [of, mark, ...rest] = parts
  const line = file.lineAt(node.from)
  if (of === undefined) return opaque(file, node, SYNTAX)
  const [first] = rest
  if (mark?.name === '.' && first?.name === 'PropertyName') return { type: 'attribute', of: buildExpression(file, of, depth + 1), name: sourceOf(file, first), line }
  const index = mark?.name === '[' ? buildIndex(file, node, rest.filter((part) => part.name !== ']'), depth) : null
  return index === null ? opaque(file, node, 'an expression that is not followed') : { type: 'subscript', of: buildExpression(file, of, depth + 1), index, line }
}

function buildIndex(file: PythonText, node: SyntaxNode, parts: readonly SyntaxNode[], depth: number): Expr | null {
  const [only] = parts
  if (parts.length === 1 && only !== undefined && only.name !== ':') return buildExpression(file, only, depth + 1)
  if (parts.some((part) => part.name === ',') || !parts.some((part) => part.name === ':')) return null
  const bounds: (Expr | null)[] = [null, null, null]
  let slot = 0
  for (const part of parts) {
    if (part.name === ':') slot += 1
    else bounds[slot] = buildExpression(file, part, depth + 1)
  }
  const [from = null, to = null, step = null] = bounds
  return slot > 2 ? null : { type: 'slice', from, to, step, line: file.lineAt(node.from) }
}

function buildCall(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const [callee, list] = childrenOf(node)
  if (callee === undefined || list?.name !== 'ArgList') return opaque(file, node, 'an expression that is not followed')
  const given = buildArguments(file, list, depth)
  return { type: 'call', callee: buildExpression(file, callee, depth + 1), ...given, mentions: namesIn(file, node), line: file.lineAt(node.from) }
}

export function buildArguments(file: PythonText, list: SyntaxNode, depth: number): { args: Expr[]; keywords: Keyword[] } {
  const parts = inside(list)
  const build = (child: SyntaxNode): Expr => buildExpression(file, child, depth + 1)
  if (parts.some((part) => part.name === 'for')) return { args: [buildComprehension(file, list, parts, build)], keywords: [] }
  const args: Expr[] = []
  const keywords: Keyword[] = []
  for (let at = 0; at < parts.length; at += 1) {
    const [part, second, third] = [parts[at], parts[at + 1], parts[at + 2]]
    if (part === undefined || part.name === ',') continue
    if (part.name === '**' && second !== undefined) {
      keywords.push({ name: null, value: build(second) })
      at += 1
    } else if (part.name === '*' && second !== undefined) {
      args.push({ type: 'star', of: build(second), line: file.lineAt(part.from) })
      at += 1
    } else if (second?.name === 'AssignOp' && sourceOf(file, second) !== '=') {
      args.push(buildNamed(file, list, parts.slice(at, at + 3), depth))
      at += 2
    } else if (part.name === 'VariableName' && second?.name === 'AssignOp' && third !== undefined) {
      keywords.push({ name: sourceOf(file, part), value: build(third) })
      at += 2
    } else args.push(build(part))
  }
  return { args, keywords }
}

function buildLambda(file: PythonText, node: SyntaxNode, depth: number): Expr {
  const parts = childrenOf(node)
  const list = parts.find((part) => part.name === 'ParamList')
  const body = parts.at(-1)
  if (body === undefined || body.name === ':') return opaque(file, node, 'a function')
  const line = file.lineAt(node.from)
  const mentions = namesIn(file, node)
  const { binds, pauses } = effectsIn(file, body)
  const value = buildExpression(file, body, depth + 1)
  const code: FunctionCode = { name: 'lambda', parameters: list === undefined ? [] : buildParameters(file, list, depth), body: [{ type: 'return', value, mentions, binds, line }], isPlain: !pauses, mentions, binds, own: [], globals: [], signature: list === undefined ? [] : namesIn(file, list), line }
  return { type: 'lambda', code, line }
}

/** null: a signature with `*args`, `/` or the like. */
export function buildParameters(file: PythonText, list: SyntaxNode, depth: number): Parameter[] | null {
  const parameters: Parameter[] = []
  const parts = inside(list).filter((part) => part.name !== 'TypeDef')
  for (let at = 0; at < parts.length; at += 1) {
    const [part, second, third] = [parts[at], parts[at + 1], parts[at + 2]]
    if (part === undefined || part.name === ',') continue
    if (part.name !== 'VariableName') return null
    const hasFallback = second?.name === 'AssignOp' && third !== undefined
    parameters.push({ name: sourceOf(file, part), fallback: hasFallback ? buildExpression(file, third, depth + 1) : null })
    if (hasFallback) at += 2
  }
  return parameters
}

function buildComprehension(file: PythonText, node: SyntaxNode, parts: readonly SyntaxNode[], build: (node: SyntaxNode) => Expr): Expr {
  const failed = (): Expr => opaque(file, node, 'a comprehension that is not followed')
  const start = parts.findIndex((part) => part.name === 'for')
  const head = parts.slice(0, start)
  const isDict = head[1]?.name === ':'
  const [first, , third] = head
  if (first === undefined || head.length !== (isDict ? 3 : 1) || (isDict && third === undefined)) return failed()
  const clauses = buildClauses(file, parts.slice(start), build)
  if (clauses === null) return failed()
  const kind = isDict ? 'dict' : node.name.startsWith('Set') ? 'set' : node.name.startsWith('Array') ? 'list' : 'generator'
  const binds = sourceOf(file, node).includes(':=') ? effectsIn(file, node).binds : []
  return { type: 'comprehension', binds, kind, key: isDict ? build(first) : null, value: build(isDict && third !== undefined ? third : first), clauses, mentions: namesIn(file, node), line: file.lineAt(node.from) }
}

function buildClauses(file: PythonText, parts: readonly SyntaxNode[], build: (node: SyntaxNode) => Expr): Clause[] | null {
  const clauses: { targets: Expr; of: Expr; tests: Expr[] }[] = []
  for (let at = 0; at < parts.length;) {
    if (parts[at]?.name === 'if') {
      const test = parts[at + 1]
      const last = clauses.at(-1)
      if (test === undefined || last === undefined) return null
      last.tests.push(build(test))
      at += 2
      continue
    }
    const inAt = parts.findIndex((part, index) => index > at && part.name === 'in')
    const of = parts[inAt + 1]
    if (parts[at]?.name !== 'for' || inAt < 0 || of === undefined) return null
    const targets = buildItems(file, parts.slice(at + 1, inAt), 0)
    const [only] = targets
    if (only === undefined) return null
    clauses.push({ targets: targets.length === 1 ? only : { type: 'tuple', items: targets, line: only.line }, of: build(of), tests: [] })
    at = inAt + 2
  }
  return clauses
}
