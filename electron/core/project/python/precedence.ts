import type { Expr } from './ast.ts'

/** A token of an expression without its parentheses: an operator, or an operand that is built already. */
export type Token = { readonly kind: 'op'; readonly text: string; readonly line: number; readonly at: number } | { readonly kind: 'operand'; readonly expr: Expr; readonly at: number; readonly end: number }

const BINARY: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%', '@']]
const COMPARE = ['in', 'not in', 'is', 'is not', '<', '>', '==', '>=', '<=', '!=']

/**
 * Puts operators together as Python does (Grammar/python.gram). The grammar library binds `not` and unary operators too
 * loosely: for `not a and b` it says `not (a and b)`, which would turn a fact around.
 * null: the tokens are no expression.
 */
export function applyPrecedence(tokens: readonly Token[], text: (from: number, to: number) => string): Expr | null {
  let next = 0
  const peek = (): string | null => {
    const token = tokens[next]
    return token?.kind === 'op' ? token.text : null
  }
  const offset = (index: number): number => tokens[index]?.at ?? 0
  const endBefore = (index: number): number => {
    const token = tokens[index - 1]
    return token === undefined ? 0 : token.kind === 'operand' ? token.end : token.at + token.text.length
  }

  function conditional(): Expr | null {
    const then = or()
    if (then === null || peek() !== 'if') return then
    next += 1
    const start = next
    const test = or()
    const testText = text(offset(start), endBefore(next))
    if (test === null || peek() !== 'else') return null
    next += 1
    const otherwise = conditional()
    return otherwise === null ? null : { type: 'conditional', test, then, otherwise, text: testText, line: then.line }
  }

  function logic(op: 'or' | 'and', operand: () => Expr | null): Expr | null {
    let left = operand()
    while (left !== null && peek() === op) {
      next += 1
      const right = operand()
      if (right === null) return null
      left = { type: 'logic', op, left, right, line: left.line }
    }
    return left
  }
  const or = (): Expr | null => logic('or', () => logic('and', not))

  function not(): Expr | null {
    if (peek() !== 'not') return compare()
    const { line } = tokens[next] as { line: number }
    next += 1
    const of = not()
    return of === null ? null : { type: 'unary', op: 'not', of, line }
  }

  function compareOp(): string | null {
    const op = peek()
    const following = tokens[next + 1]
    const second = following?.kind === 'op' ? following.text : null
    const double = op === 'not' && second === 'in' ? 'not in' : op === 'is' && second === 'not' ? 'is not' : null
    if (double !== null) next += 2
    else if (op !== null && COMPARE.includes(op)) next += 1
    else return null
    return double ?? op
  }

  function compare(): Expr | null {
    const first = binary(0)
    const rest: { op: string; expr: Expr }[] = []
    for (let op = compareOp(); op !== null; op = compareOp()) {
      const expr = binary(0)
      if (expr === null) return null
      rest.push({ op, expr })
    }
    return first === null || rest.length === 0 ? first : { type: 'compare', first, rest, line: first.line }
  }

  function binary(level: number): Expr | null {
    const ops = BINARY[level]
    if (ops === undefined) return unary()
    let left = binary(level + 1)
    for (let op = peek(); left !== null && op !== null && ops.includes(op); op = peek()) {
      next += 1
      const right = binary(level + 1)
      if (right === null) return null
      left = { type: 'binary', op, left, right, line: left.line }
    }
    return left
  }

  function unary(): Expr | null {
    const token = tokens[next]
    if (token?.kind !== 'op' || !['-', '+', '~'].includes(token.text)) return power()
    next += 1
    const of = unary()
    return of === null ? null : { type: 'unary', op: token.text, of, line: token.line }
  }

  function power(): Expr | null {
    const token = tokens[next]
    if (token?.kind !== 'operand') return null
    next += 1
    if (peek() !== '**') return token.expr
    next += 1
    const right = unary()
    return right === null ? null : { type: 'binary', op: '**', left: token.expr, right, line: token.expr.line }
  }

  const result = conditional()
  return next === tokens.length ? result : null
}
