import type { EpochMicros } from '../../../../shared/model/session.ts'
import type { DataTerm } from '../../../../shared/query/plan.ts'
import { textsOf } from '../../../../shared/query/text-hits.ts'
import { looksSecret } from '../../../../shared/secrets.ts'
import type { DataNode } from '../../../../shared/values/node.ts'
import { compareValue } from './compare-value.ts'
import { findValues } from './find-values.ts'
import { childrenOf, holdsText, textOf } from './find-text.ts'

/** Steps from the top: at each level the index of an entry, of an item, or 0 for what an object is made from. */
export type HitPath = readonly number[]

/** Most places that are named. */
export const MOST_HITS = 1000

/**
 * Places that make session data fit, in reading order: values at the paths of a query, keys and values that hold its text. What a term
 * that is turned around asks for is not there, nor what stands in a value that is shown only on demand. Never recurses.
 */
export function findHits(terms: readonly DataTerm[], root: DataNode, now: EpochMicros): readonly HitPath[] {
  const asked = terms.filter(({ negated }) => !negated).map(({ test }) => test)
  const nodes = new Set<DataNode>()
  for (const test of asked) {
    if (test.kind === 'has') for (const path of test.paths) for (const node of findValues(root, path)) nodes.add(node)
    if (test.kind === 'compare') for (const node of findValues(root, test.path)) if (compareValue(node, test.operator, test.values, now)) nodes.add(node)
  }
  const texts = textsOf(terms)
  const hits: HitPath[] = []
  const waiting: { readonly node: DataNode; readonly key: DataNode | null; readonly secret: boolean; readonly path: HitPath }[] = [{ node: root, key: null, secret: false, path: [] }]
  for (let next = waiting.pop(); next !== undefined && hits.length < MOST_HITS; next = waiting.pop()) {
    const { node, key, path } = next
    const secret = next.secret || looksSecret(key === null ? null : textOf(key), node)
    if (path.length > 0 && (nodes.has(node) || (!secret && holdsText(node, texts)) || (key !== null && holdsText(key, texts)))) hits.push(path)
    const children = childrenOf(node)
    for (const [back, child] of children.toReversed().entries()) waiting.push({ ...child, secret, path: [...path, children.length - 1 - back] })
  }
  return hits
}
