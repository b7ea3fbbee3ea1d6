import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { DataTerm, DataTest } from '../../../../shared/query/plan.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { compareValue } from './compare-value.ts'
import { containsText } from './find-text.ts'
import { findValues } from './find-values.ts'

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
