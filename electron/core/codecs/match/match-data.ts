import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { Term, Test } from '../../../../shared/query/ast.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { compareValue } from './compare-value.ts'
import { containsText } from './find-text.ts'
import { findValues } from './find-values.ts'

/** Tests that need the decoded data. */
export type DataTest = Extract<Test, { kind: 'has' | 'compare' | 'text' }>
export type DataTerm = Term & { readonly test: DataTest }

export function isDataTerm(term: Term): term is DataTerm {
  return term.test.kind === 'has' || term.test.kind === 'compare' || term.test.kind === 'text'
}

/** Whether session data fits all terms. */
export function matchData(terms: readonly DataTerm[], data: DataNode, now: EpochMicros): boolean {
  return terms.every(({ test, negated }) => testData(test, data, now) !== negated)
}

function testData(test: DataTest, data: DataNode, now: EpochMicros): boolean {
  switch (test.kind) {
    case 'has':
      return test.paths.some((path) => findValues(data, path).length > 0)
    case 'compare':
      return findValues(data, test.path).some((value) => compareValue(value, test.operator, test.values, now))
    case 'text':
      return containsText(data, test.values.map((text) => text.toLowerCase()))
  }
}
