import { expect, test } from 'vitest'
import type { Test } from './ast.ts'
import { say } from '../words/say.ts'
import { parseQuery } from './parse.ts'

function tests(text: string): readonly (Test & { negated: boolean })[] {
  const result = parseQuery(text)
  if (!result.ok) throw new Error(`${result.problem.reason} at ${result.problem.position}`)
  return result.query.terms.map(({ test: each, negated }) => ({ ...each, negated }))
}

const bare = (text: string): object => ({ text, isQuoted: false })
const name = (text: string): object => ({ kind: 'name', name: text })

test.each([
  ['', []],
  ['ana', [{ kind: 'text', values: ['ana'], negated: false }]],
  ['-"two words"', [{ kind: 'text', values: ['two words'], negated: true }]],
  ['"a\\n\\u00e9"|b', [{ kind: 'text', values: ['a\né', 'b'], negated: false }]],
  ['user:none|#42|any', [{ kind: 'user', values: [{ kind: 'none' }, { kind: 'id', id: '42' }, { kind: 'any' }], negated: false }]],
  ['user:ana*', [{ kind: 'user', values: [{ kind: 'name', name: 'ana*', position: 5, length: 4 }], negated: false }]],
  ['user:"none"', [{ kind: 'user', values: [{ kind: 'name', name: 'none', position: 5, length: 6 }], negated: false }]],
  ['state:live|expired', [{ kind: 'state', values: ['live', 'expired'], negated: false }]],
  ['expires<+2h', [{ kind: 'expires', operator: '<', moment: { kind: 'relative', seconds: 7200 }, negated: false }]],
  ['expires>=-3d', [{ kind: 'expires', operator: '>=', moment: { kind: 'relative', seconds: -259_200 }, negated: false }]],
  ['expires<2026-12-01', [{ kind: 'expires', operator: '<', moment: { kind: 'absolute', text: '2026-12-01' }, negated: false }]],
  ['key:ab12*|"x*"', [{ kind: 'key', values: [{ text: 'ab12', isPrefix: true }, { text: 'x*', isPrefix: false }], negated: false }]],
  ['size>2k', [{ kind: 'size', operator: '>', bytes: 2048, negated: false }]],
  ['size<=1.5m', [{ kind: 'size', operator: '<=', bytes: 1_572_864, negated: false }]],
  ['has:cart|["odd | key"]', [{ kind: 'has', paths: [[name('cart')], [{ kind: 'key', name: 'odd | key' }]], negated: false }]],
  ['cart.sku="A1"', [{ kind: 'compare', path: [name('cart'), name('sku')], operator: '=', values: [{ text: 'A1', isQuoted: true }], negated: false }]],
  ['visit_count>=10', [{ kind: 'compare', path: [name('visit_count')], operator: '>=', values: [bare('10')], negated: false }]],
  ['-cart[].qty>1', [{ kind: 'compare', path: [name('cart'), { kind: 'every' }, name('qty')], operator: '>', values: [bare('1')], negated: true }]],
  ['["user"][-1]!=a|b', [{ kind: 'compare', path: [{ kind: 'key', name: 'user' }, { kind: 'index', index: -1 }], operator: '!=', values: [bare('a'), bare('b')], negated: false }]],
  ['signed:fallback serializer:pickle', [{ kind: 'signed', values: ['fallback'], negated: false }, { kind: 'serializer', values: ['pickle'], negated: false }]],
  ['login:refused|unchecked -login:none', [{ kind: 'login', values: ['refused', 'unchecked'], negated: false }, { kind: 'login', values: ['none'], negated: true }]],
  ['is:empty|bot -is:ending', [{ kind: 'is', values: ['empty', 'bot'], negated: false }, { kind: 'is', values: ['ending'], negated: true }]],
  ['signed:key|fallback2|none', [{ kind: 'signed', values: ['key', 'fallback2', 'none'], negated: false }]],
] as const)('%s is taken apart', (text, expected) => {
  expect(tests(text)).toEqual(expected)
})

test.each([
  ['"open', 'open-quote', 0, 5],
  ['"\\x"', 'bad-escape', 1, 2],
  ['a"b"', 'stray-quote', 1, 1],
  ['"a"b', 'after-quote', 3, 1],
  ['ana - x', 'lone-minus', 4, 1],
  [':x', 'no-name', 0, 1],
  ['user:', 'no-value', 0, 5],
  ['user:a|', 'no-value', 6, 1],
  ['has:', 'no-value', 0, 4],
  ['has:a|', 'no-value', 5, 1],
  ['a==1', 'doubled-operator', 1, 2],
  ['a OR b', 'word-operator', 2, 2],
  ['(a b)', 'parenthesis', 0, 1],
  ['owner:ana', 'unknown-field', 0, 6],
  ['user=ana', 'wrong-operator', 4, 1],
  ['expires:+2h', 'wrong-operator', 7, 1],
  ['size=2k', 'wrong-operator', 4, 1],
  ['size>1k|2k', 'one-value', 7, 3],
  ['state:dead', 'unknown-value', 6, 4],
  ['cart..sku=1', 'bad-path', 4, 1],
  ['has:a[', 'bad-path', 5, 1],
  ['expires<soon', 'bad-moment', 8, 4],
  ['expires<2h', 'unsigned-moment', 8, 2],
  ['size>big', 'bad-size', 5, 3],
  ['key:a*b', 'bad-star', 5, 1],
  ['user:#', 'bad-user', 5, 1],
  ['qty>many', 'order-of-word', 4, 4],
  ['x'.repeat(4097), 'too-long', 4096, 1],
])('%s is refused where it is wrong', (text, reason, position, length) => {
  const result = parseQuery(text)
  expect(result).toMatchObject({ ok: false, problem: { reason, position, length } })
  const sentence = result.ok ? '' : say(result.problem.sentence)
  expect(sentence).not.toContain('query.problems')
  expect(sentence).not.toMatch(/[{}]/)
})
