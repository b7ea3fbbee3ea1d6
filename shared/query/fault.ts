import type { QueryFault, QueryProblem } from './ast.ts'

/** Control flow inside this room only: `parseQuery` makes it a value. */
export class Fault extends Error {
  readonly problem: QueryProblem

  constructor(reason: QueryFault, position: number, length: number, params: Readonly<Record<string, string | number>> = {}) {
    super(reason)
    this.problem = problemOf(reason, position, length, params)
  }
}

export function problemOf(reason: QueryFault, position: number, length: number, params: Readonly<Record<string, string | number>> = {}): QueryProblem {
  return { reason, sentence: { id: `query.problems.${reason}`, params }, position, length }
}
